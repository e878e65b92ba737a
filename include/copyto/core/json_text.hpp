// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_JSON_TEXT_HPP
#define COPYTO_CORE_JSON_TEXT_HPP

#include <copyto/core/utf8.hpp>

#include <string>
#include <string_view>

namespace copyto {

/// `text` as a string of JSON (RFC 8259, section 7), quotes included. What is no UTF-8 becomes U+FFFD, byte by byte.
[[nodiscard]] inline std::string json_text(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string made = "\"";
  bool const good = valid_utf8(text);
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      made += '\\';
      made += c;
    } else if (byte < 0x20) {
      made += "\\u00";
      made += digits[byte >> 4U];
      made += digits[byte & 15U];
    } else if (byte >= 0x80 && !good) {
      made += "\xef\xbf\xbd";
    } else {
      made += c;
    }
  }
  return made + '"';
}

} // namespace copyto

#endif
