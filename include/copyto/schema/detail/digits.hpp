// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DETAIL_DIGITS_HPP
#define COPYTO_SCHEMA_DETAIL_DIGITS_HPP

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The steps of which texts are made. Each writes at `out` and returns the end of what it wrote.
namespace copyto::detail::pg {

__extension__ typedef unsigned __int128 uint128; // NOLINT(modernize-use-using): __extension__ goes with typedef only

inline char* put(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}
/// An integer of up to 64 bits.
template <class Int>
char* put_int(char* out, Int value) noexcept {
  return std::to_chars(out, out + 20, value).ptr; // the widest has 20 characters
}

inline constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i != 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// Two digits of a number below 100.
inline char* put_pair(char* out, std::uint64_t value) noexcept {
  std::memcpy(out, digit_pairs.data() + 2 * value, 2);
  return out + 2;
}

} // namespace copyto::detail::pg

#endif
