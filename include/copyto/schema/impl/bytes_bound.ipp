// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_BYTES_BOUND_IPP
#define COPYTO_SCHEMA_IMPL_BYTES_BOUND_IPP

#include <copyto/schema/detail/bytes_bound.hpp>

#include <copyto/core/utf8.hpp>

namespace copyto::detail {

COPYTO_COLD int bytes_bound::compare(std::string_view value) const noexcept {
  std::size_t const n = std::min<std::size_t>(value.size(), max_bound_bytes);
  if (int const order = kept().compare(value.substr(0, n)); order != 0) {
    return order;
  }
  bool const more = value.size() > max_bound_bytes;
  return static_cast<int>(cut_) - static_cast<int>(more);
}

COPYTO_COLD int bytes_bound::compare(bytes_bound const& other) const noexcept {
  int const order = kept().compare(other.kept());
  return order != 0 ? order : static_cast<int>(cut_) - static_cast<int>(other.cut_);
}

/// Start of the last character, which may be incomplete.
COPYTO_COLD std::size_t last_character(std::string_view text) noexcept {
  std::size_t at = text.size();
  while (at != 0) {
    --at;
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) {
      break;
    }
  }
  return at;
}

COPYTO_COLD bound_bytes lower_bound_of(bytes_bound const& bound, bool text) noexcept {
  bound_bytes b;
  std::string_view const kept = bound.kept();
  b.size = kept.copy(b.data.data(), kept.size());
  b.exact = !bound.cut();
  if (text && bound.cut()) {
    std::size_t const last = last_character(kept);
    auto const lead = static_cast<unsigned char>(kept[last]);
    std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    b.size = last + length <= kept.size() ? kept.size() : last;
  }
  return b;
}

/// Replaces the last character of a well-formed text by the next code point; false: it is the last one.
COPYTO_COLD bool increment_character(bound_bytes& b, std::size_t last) noexcept {
  auto const byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(b.data[i])); };
  std::uint32_t const lead = byte(last);
  std::uint32_t point = lead < 0x80 ? lead : lead < 0xE0 ? lead & 31 : lead < 0xF0 ? lead & 15 : lead & 7;
  for (std::size_t i = last + 1; i < b.size; ++i) {
    point = point << 6 | (byte(i) & 63);
  }
  point = point == 0xD7FF ? 0xE000 : point + 1; // no surrogates
  if (point == 0x110000) {
    return false;
  }
  b.size = static_cast<std::size_t>(put_utf8(b.data.data() + last, point) - b.data.data());
  return true;
}

COPYTO_COLD bound_bytes upper_bound_of(bytes_bound const& bound, bool text) noexcept {
  bound_bytes b = lower_bound_of(bound, text);
  if (b.exact) {
    return b;
  }
  while (b.size != 0) {
    std::size_t const last = text ? last_character(b.view()) : b.size - 1;
    if (text) {
      if (increment_character(b, last)) {
        return b;
      }
    } else if (static_cast<unsigned char>(b.data[last]) != 0xFF) {
      b.data[last] = static_cast<char>(static_cast<unsigned char>(b.data[last]) + 1);
      return b;
    }
    b.size = last;
  }
  b.present = false;
  return b;
}

} // namespace copyto::detail

#endif
