// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_DETAIL_BITS_HPP
#define COPYTO_CORE_DETAIL_BITS_HPP

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Bitmaps, least significant bit first, 64 bits a step. Parquet and Arrow share this order.
namespace copyto::detail {

static_assert(std::endian::native == std::endian::little, "copyto needs a little-endian machine");

/// A word with the lowest `count` bits set, 0 to 64.
[[nodiscard]] constexpr std::uint64_t low_bits(std::size_t count) noexcept {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// `count` bits (1 to 64) from number `first` on. Touches no byte that holds none of them.
[[nodiscard]] inline std::uint64_t read_bits(std::uint8_t const* bits, std::size_t first, std::size_t count) noexcept {
  std::uint8_t const* const at = bits + (first >> 3);
  std::size_t const shift = first & 7;
  std::size_t const bytes = (shift + count + 7) >> 3;
  std::uint64_t word = 0;
  if (bytes >= 8) {
    std::memcpy(&word, at, 8); // the common case: a copy of constant size
  } else {
    std::memcpy(&word, at, bytes);
  }
  word >>= shift;
  if (bytes > 8) {
    word |= static_cast<std::uint64_t>(at[8]) << (64 - shift);
  }
  return word & low_bits(count);
}

/// Writes `count` bits (1 to 64) at number `first`. The bits behind `first` in its byte and all later
/// bytes are overwritten; up to 9 bytes from the first one on must be there.
inline void write_bits(std::uint8_t* bits, std::size_t first, std::uint64_t word, std::size_t count) noexcept {
  std::uint8_t* const at = bits + (first >> 3);
  std::size_t const shift = first & 7;
  std::uint64_t const before = *at & low_bits(shift);
  std::uint64_t const low = before | word << shift;
  std::memcpy(at, &low, 8);
  if (shift + count > 64) {
    at[8] = static_cast<std::uint8_t>(word >> (64 - shift));
  }
}

/// Calls `f(word, done, n)` for each run of up to 64 bits.
template <class F>
void for_each_word(std::uint8_t const* bits, std::size_t first, std::size_t count, F&& f) {
  for (std::size_t done = 0; done != count;) {
    std::size_t const n = std::min<std::size_t>(64, count - done);
    f(read_bits(bits, first + done, n), done, n);
    done += n;
  }
}

[[nodiscard]] inline std::size_t count_bits(std::uint8_t const* bits, std::size_t first, std::size_t count) noexcept {
  std::size_t sum = 0;
  for_each_word(bits, first, count, [&](std::uint64_t word, std::size_t, std::size_t) {
    sum += static_cast<std::size_t>(std::popcount(word));
  });
  return sum;
}

} // namespace copyto::detail

#endif
