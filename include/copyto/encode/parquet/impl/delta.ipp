// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_DELTA_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_DELTA_IPP

#include <copyto/encode/parquet/detail/delta.hpp>

#include <copyto/encode/parquet/detail/thrift.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

namespace copyto::detail {

inline constexpr std::size_t delta_block = 128;
inline constexpr std::size_t delta_miniblock = 32;
inline constexpr std::size_t delta_miniblocks = delta_block / delta_miniblock;

/// 32 numbers of `width` bits, the lowest bits first, into 4 * `width` bytes. Returns behind them; 4 bytes more may be written.
inline std::byte* pack_miniblock(std::uint64_t const* values, unsigned width, std::byte* out) noexcept {
  std::uint64_t word = 0;
  unsigned filled = 0;
  std::byte* at = out;
  for (std::size_t i = 0; i != delta_miniblock; ++i) {
    word |= values[i] << filled;
    filled += width;
    if (filled >= 64) {
      std::memcpy(at, &word, 8);
      at += 8;
      filled -= 64;
      word = filled == 0 ? 0 : values[i] >> (width - filled);
    }
  }
  std::memcpy(at, &word, 8);
  return out + std::size_t{4} * width;
}

/// `get(i)` gives number `i`, and is called once for each in order.
template <class T, class Get>
void put_deltas(std::size_t count, byte_buffer& out, Get get) {
  using bits = std::make_unsigned_t<T>;
  append_varint(out, delta_block);
  append_varint(out, delta_miniblocks);
  append_varint(out, count);
  bits last = count == 0 ? 0 : static_cast<bits>(get(0));
  append_varint(out, zigzag(static_cast<T>(last)));
  std::array<bits, delta_block> deltas;
  std::array<std::uint64_t, delta_block> packed;
  for (std::size_t first = 1; first < count; first += delta_block) {
    std::size_t const n = std::min(delta_block, count - first);
    T least = 0;
    for (std::size_t i = 0; i != n; ++i) {
      auto const value = static_cast<bits>(get(first + i));
      deltas[i] = static_cast<bits>(value - last);
      last = value;
    }
    least = static_cast<T>(deltas[0]);
    for (std::size_t i = 1; i != n; ++i) {
      least = std::min(least, static_cast<T>(deltas[i]));
    }
    for (std::size_t i = 0; i != n; ++i) {
      packed[i] = static_cast<bits>(deltas[i] - static_cast<bits>(least));
    }
    std::fill(packed.begin() + static_cast<std::ptrdiff_t>(n), packed.end(), 0);
    append_varint(out, zigzag(least));
    std::size_t const start = out.size();
    std::byte* const at = out.room(delta_miniblocks + delta_block * sizeof(T) + 8);
    std::byte* to = at + delta_miniblocks;
    for (std::size_t m = 0; m != delta_miniblocks; ++m) {
      std::uint64_t all = 0; // 0 also in a miniblock behind the last value, whose bits are left out
      for (std::size_t i = 0; i != delta_miniblock; ++i) {
        all |= packed[m * delta_miniblock + i];
      }
      auto const width = static_cast<unsigned>(std::bit_width(all));
      at[m] = static_cast<std::byte>(width);
      if (width != 0) {
        to = pack_miniblock(packed.data() + m * delta_miniblock, width, to);
      }
    }
    out.resize(start + static_cast<std::size_t>(to - at));
  }
}

template <class T>
void delta_numbers(bytes_view plain, std::size_t count, byte_buffer& out) {
  put_deltas<T>(count, out, [from = plain.data()](std::size_t i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof(T));
    return value;
  });
}

COPYTO_DECL void delta_int32(bytes_view plain, std::size_t count, byte_buffer& out) {
  delta_numbers<std::int32_t>(plain, count, out);
}
COPYTO_DECL void delta_int64(bytes_view plain, std::size_t count, byte_buffer& out) {
  delta_numbers<std::int64_t>(plain, count, out);
}

/// The byte string at `at`, which goes behind it.
inline std::string_view next_string(std::byte const*& at) noexcept {
  std::uint32_t size;
  std::memcpy(&size, at, 4);
  std::string_view const text(reinterpret_cast<char const*>(at) + 4, size);
  at += std::size_t{4} + size;
  return text;
}

COPYTO_DECL void delta_lengths(bytes_view plain, std::size_t count, byte_buffer& out) {
  std::byte const* at = plain.data();
  put_deltas<std::int32_t>(count, out, [&](std::size_t) { return static_cast<std::int32_t>(next_string(at).size()); });
  at = plain.data();
  std::byte* const start = out.room(plain.size() - 4 * count);
  std::byte* to = start;
  for (std::size_t i = 0; i != count; ++i) {
    std::string_view const text = next_string(at);
    std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  out.resize(out.size() + static_cast<std::size_t>(to - start));
}

/// Bytes at the beginning that are those of the string before.
inline std::size_t shared_beginning(std::string_view before, std::string_view text) noexcept {
  std::size_t const most = std::min(before.size(), text.size());
  std::size_t shared = 0;
  while (shared + 8 <= most) {
    std::uint64_t a;
    std::uint64_t b;
    std::memcpy(&a, before.data() + shared, 8);
    std::memcpy(&b, text.data() + shared, 8);
    if (a != b) {
      break;
    }
    shared += 8;
  }
  while (shared != most && before[shared] == text[shared]) {
    ++shared;
  }
  return shared;
}

COPYTO_DECL void delta_strings(bytes_view plain, std::size_t count, byte_buffer& out) {
  std::byte const* at = plain.data();
  std::string_view before;
  auto const next = [&] { // and how much it shares
    std::string_view const text = next_string(at);
    return std::pair(text, shared_beginning(std::exchange(before, text), text));
  };
  put_deltas<std::int32_t>(count, out, [&](std::size_t) { return static_cast<std::int32_t>(next().second); });
  at = plain.data();
  before = {};
  put_deltas<std::int32_t>(count, out, [&](std::size_t) {
    auto const [text, shared] = next();
    return static_cast<std::int32_t>(text.size() - shared);
  });
  at = plain.data();
  before = {};
  for (std::size_t i = 0; i != count; ++i) {
    auto const [text, shared] = next();
    out.append(text.substr(shared));
  }
}

template <std::size_t Width>
void split_into(std::byte const* from, std::size_t count, std::byte* to) noexcept {
  for (std::size_t i = 0; i != count; ++i) {
    for (std::size_t k = 0; k != Width; ++k) {
      to[k * count + i] = from[i * Width + k];
    }
  }
}

COPYTO_DECL void split_streams(bytes_view plain, std::size_t count, std::size_t width, byte_buffer& out) {
  std::byte* const to = out.room(count * width);
  if (width == 4) {
    split_into<4>(plain.data(), count, to);
  } else {
    split_into<8>(plain.data(), count, to);
  }
  out.resize(out.size() + count * width);
}

} // namespace copyto::detail

#endif
