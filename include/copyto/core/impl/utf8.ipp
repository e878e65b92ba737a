// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_IMPL_UTF8_IPP
#define COPYTO_CORE_IMPL_UTF8_IPP

#include <copyto/core/utf8.hpp>

namespace copyto::detail {

COPYTO_DECL bool valid_utf8_from(std::string_view text, std::size_t at) noexcept {
  auto const* p = reinterpret_cast<unsigned char const*>(text.data());
  std::size_t const size = text.size();
  auto const continues = [&](std::size_t i) { return i < size && (p[i] & 0xC0) == 0x80; };
  while (at < size) {
    if (at + 8 <= size) {
      std::uint64_t word;
      std::memcpy(&word, p + at, 8);
      if ((word & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    unsigned const lead = p[at];
    if (lead < 0x80) {
      ++at;
    } else if (lead >= 0xC2 && lead < 0xE0) {
      if (!continues(at + 1)) {
        return false;
      }
      at += 2;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      if (!continues(at + 1) || !continues(at + 2)) {
        return false;
      }
      unsigned const second = p[at + 1];
      if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0)) {
        return false; // overlong, surrogate
      }
      at += 3;
    } else if (lead >= 0xF0 && lead < 0xF5) {
      if (!continues(at + 1) || !continues(at + 2) || !continues(at + 3)) {
        return false;
      }
      unsigned const second = p[at + 1];
      if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90)) {
        return false; // overlong, above U+10FFFF
      }
      at += 4;
    } else {
      return false;
    }
  }
  return true;
}

} // namespace copyto::detail

#endif
