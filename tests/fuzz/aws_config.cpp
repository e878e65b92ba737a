// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// libFuzzer: AWS configuration files and the words of their section names are read or refused, with a line.
#include "fuzz.hpp"

#include <copyto/auth/aws_config.hpp>

#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const config = copyto::aws_config::parse(text);
  if (!config) {
    must(config.error().is(copyto::errc::invalid_argument) &&
         config.error().message().find("line ") != std::string::npos);
  } else {
    (void)config->profile("default");
    (void)config->profile(text.substr(0, 8));
    (void)config->section(text.substr(0, 8));
  }
  (void)copyto::shell_words(text);
  return 0;
}
