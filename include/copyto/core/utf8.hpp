// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_UTF8_HPP
#define COPYTO_CORE_UTF8_HPP

#include <copyto/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace copyto {

namespace detail {
/// Whether everything from `at` on is well-formed; `at` must be the start of a character. For every processor.
[[nodiscard]] bool valid_utf8_from(std::string_view text, std::size_t at) noexcept;
/// By the fastest way that this processor has.
[[nodiscard]] bool valid_utf8_text(std::string_view text) noexcept;

/// Writes a character, no surrogate and at most U+10FFFF, as 1 to 4 bytes, and returns where they end (RFC 3629).
constexpr char* put_utf8(char* out, std::uint32_t point) noexcept {
  auto const put = [&](std::uint32_t byte) { *out++ = static_cast<char>(static_cast<unsigned char>(byte)); };
  unsigned const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3; // bytes behind the first
  constexpr std::uint32_t lead[] = {0, 0xC0, 0xE0, 0xF0};
  put(lead[more] | point >> 6 * more);
  for (unsigned left = more; left != 0; --left) {
    put(0x80 | (point >> 6 * (left - 1) & 63));
  }
  return out;
}
} // namespace detail

/// Whether all bytes are below 0x80. Eight bytes a step, without a branch on the data.
[[nodiscard]] inline bool is_ascii(std::string_view text) noexcept {
  std::uint64_t seen = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    seen |= word;
  }
  for (; at != text.size(); ++at) {
    seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at]));
  }
  return (seen & 0x8080808080808080U) == 0;
}

/// Characters (code points) of well-formed UTF-8.
[[nodiscard]] inline std::size_t utf8_length(std::string_view text) noexcept {
  std::size_t characters = 0;
  for (char const c : text) {
    characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  }
  return characters;
}

/// Whether `text` is well-formed UTF-8 (RFC 3629, Unicode 15 table 3-7): no overlong form, no
/// surrogate, nothing above U+10FFFF. NUL is a character like any other. Thread-safe.
[[nodiscard]] inline bool valid_utf8(std::string_view text) noexcept {
  // Longer ones are read once only.
  return (text.size() <= 256 && is_ascii(text)) || detail::valid_utf8_text(text);
}

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/core/impl/utf8.ipp>
#endif

#endif
