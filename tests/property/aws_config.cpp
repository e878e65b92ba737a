// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// For each line "PATH<tab>section|profile<tab>NAME" of standard input, one line: "error", "none", or the settings in the
// order of their names, each as name=value in hexadecimal digits. aws_config.py compares with botocore.
#include <copyto/auth/aws_config.hpp>

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

std::string hexadecimal(std::string_view text) {
  std::string digits;
  for (char const c : text) {
    digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return digits;
}

std::string answer(std::string const& path, std::string_view kind, std::string_view name) {
  std::ifstream file(path, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(file), {}};
  copyto::result<copyto::aws_config> const config = copyto::aws_config::parse(text);
  if (!config) {
    return "error";
  }
  copyto::aws_config::settings const* const found = kind == "profile" ? config->profile(name) : config->section(name);
  if (found == nullptr) {
    return "none";
  }
  std::string line = "some";
  for (auto const& [key, value] : *found) {
    line += fmt::format(" {}={}", hexadecimal(key), hexadecimal(value.reveal()));
  }
  return line;
}

} // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::size_t const first = line.find('\t');
    std::size_t const second = line.find('\t', first + 1);
    std::cout << answer(line.substr(0, first), std::string_view(line).substr(first + 1, second - first - 1),
                        std::string_view(line).substr(second + 1))
              << '\n';
  }
}
