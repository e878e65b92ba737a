// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_URI_ENCODE_IPP
#define COPYTO_HTTP_IMPL_URI_ENCODE_IPP

#include <copyto/http/uri_encode.hpp>

#include <copyto/core/ascii.hpp>

#include <algorithm>
#include <charconv>

namespace copyto {

COPYTO_DECL std::string uri_encode(std::string_view text, uri_part part) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 4);
  for (char c : text) {
    bool const plain =
        ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && part == uri_part::path);
    if (plain) {
      encoded += c;
    } else {
      auto const byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

COPYTO_DECL result<std::string> uri_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    std::string_view const hex = text.substr(i + 1, 2);
    unsigned value = 0;
    auto const [end, code] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (hex.size() != 2 || code != std::errc() || end != hex.data() + 2) {
      return error({.code = errc::invalid_argument, .message = "a '%' is not followed by two hexadecimal digits"});
    }
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

COPYTO_COLD result<std::string> form_decode(std::string_view text) {
  std::string blanks(text);
  std::ranges::replace(blanks, '+', ' ');
  return uri_decode(blanks);
}

} // namespace copyto

#endif
