// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_HIVE_PATH_IPP
#define COPYTO_COMMIT_IMPL_HIVE_PATH_IPP

#include <copyto/commit/hive_path.hpp>

#include <algorithm>
#include <charconv>

namespace copyto {
namespace detail {

COPYTO_COLD std::string hive_unescape(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      made += static_cast<char>(byte);
      i += 2;
    } else {
      made += text[i];
    }
  }
  return made;
}

} // namespace detail

COPYTO_COLD std::string hive_escape(std::string_view text) {
  constexpr std::string_view special = "\"#%'*/:=?\\{}[]^";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string made;
  made.reserve(text.size());
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || special.find(c) != special.npos) {
      made += '%';
      made += digits[byte >> 4];
      made += digits[byte & 15];
    } else {
      made += c;
    }
  }
  return made;
}

COPYTO_COLD hive_values hive_split(std::string_view path) {
  hive_values made;
  while (!path.empty()) {
    std::string_view const segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(segment.size() + 1, path.size()));
    std::string_view const name = segment.substr(0, segment.find('='));
    std::string_view const value = segment.substr(std::min(name.size() + 1, segment.size()));
    made.emplace_back(detail::hive_unescape(name),
                      value == hive_null ? std::nullopt : std::optional<std::string>(detail::hive_unescape(value)));
  }
  return made;
}

} // namespace copyto

#endif
