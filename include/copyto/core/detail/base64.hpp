// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_DETAIL_BASE64_HPP
#define COPYTO_CORE_DETAIL_BASE64_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copyto::detail {

/// Characters that stand for so many bytes.
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

/// Base64 with padding and without line ends (RFC 4648, section 4). Writes `base64_size` characters at `out` and returns
/// their end. Needs no library, unlike `copyto::base64`, so that formats may use it.
constexpr char* put_base64(char* out, std::string_view bytes) noexcept {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto const byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(bytes[i]); };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    std::uint32_t const three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *out++ = letters[three >> 18];
    *out++ = letters[three >> 12 & 63];
    *out++ = letters[three >> 6 & 63];
    *out++ = letters[three & 63];
  }
  std::size_t const left = bytes.size() - i;
  if (left != 0) {
    std::uint32_t const three = byte(i) << 16 | (left == 2 ? byte(i + 1) << 8 : 0);
    *out++ = letters[three >> 18];
    *out++ = letters[three >> 12 & 63];
    *out++ = left == 2 ? letters[three >> 6 & 63] : '=';
    *out++ = '=';
  }
  return out;
}

} // namespace copyto::detail

#endif
