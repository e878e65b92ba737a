// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_INDICES_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_INDICES_IPP

#include <copyto/encode/parquet/detail/indices.hpp>

#include <copyto/encode/parquet/detail/thrift.hpp>

#include <array>
#include <cstring>
#include <utility>

namespace copyto::detail {

/// Eight values of `Width` bits, first value lowest, to `Width` bytes; 8 more may be overwritten.
template <unsigned Width>
void pack_group(std::array<std::uint32_t, 8> const& v, std::byte* out) noexcept {
  auto const sum = [&]<std::size_t... I>(std::size_t from, std::index_sequence<I...>) {
    return ((static_cast<std::uint64_t>(v[from + I]) << (I * Width)) | ...);
  };
  if constexpr (Width <= 8) {
    std::uint64_t const word = sum(0, std::make_index_sequence<8>());
    std::memcpy(out, &word, 8);
  } else if constexpr (Width <= 16) {
    std::uint64_t const low = sum(0, std::make_index_sequence<4>());
    std::uint64_t const high = sum(4, std::make_index_sequence<4>());
    std::uint64_t const first = Width == 16 ? low : low | high << (4 * Width % 64);
    std::uint64_t const second = Width == 16 ? high : high >> (64 - 4 * Width);
    std::memcpy(out, &first, 8);
    std::memcpy(out + 8, &second, 8);
  } else {
    // Pairs of up to 40 bits, so that a word of 64 has room for one besides a byte's rest.
    std::uint64_t word = 0;
    unsigned bits = 0;
    for (std::size_t i = 0; i != 8; i += 2) {
      std::uint64_t const pair = v[i] | static_cast<std::uint64_t>(v[i + 1]) << Width;
      word |= pair << bits;
      std::memcpy(out, &word, 8);
      bits += 2 * Width;
      out += bits / 8;
      word >>= bits / 8 * 8;
      bits %= 8;
    }
  }
}

template <unsigned Width>
void pack_groups(std::byte const* indices, std::size_t count, std::byte* out) noexcept {
  std::array<std::uint32_t, 8> group;
  for (; count >= 8; count -= 8) {
    std::memcpy(group.data(), indices, sizeof(group));
    pack_group<Width>(group, out);
    indices += sizeof(group);
    out += Width;
  }
  if (count != 0) {
    group = {};
    std::memcpy(group.data(), indices, count * 4);
    pack_group<Width>(group, out);
  }
}

/// Whether the 8 values of a group are equal.
[[nodiscard]] inline bool is_uniform(std::byte const* group) noexcept {
  std::array<std::uint64_t, 4> pairs;
  std::memcpy(pairs.data(), group, sizeof(pairs));
  std::uint64_t const expected = (pairs[0] & 0xFFFFFFFFU) * 0x1'0000'0001U;
  return ((pairs[0] ^ expected) | (pairs[1] ^ expected) | (pairs[2] ^ expected) | (pairs[3] ^ expected)) == 0;
}

/// `count` indices as packed groups, the last padded.
COPYTO_DECL void append_packed(std::byte const* indices, std::size_t count, unsigned width, byte_buffer& out) {
  using packer = void (*)(std::byte const*, std::size_t, std::byte*) noexcept;
  static constexpr auto packers = []<std::size_t... W>(std::index_sequence<W...>) {
    return std::array<packer, sizeof...(W)>{&pack_groups<W + 1>...};
  }(std::make_index_sequence<20>());
  std::size_t const groups = (count + 7) / 8;
  if (groups != 0) {
    append_varint(out, groups << 1 | 1);
    packers[width - 1](indices, count, out.room(groups * width + 8));
    out.advance(groups * width);
  }
}

COPYTO_DECL void encode_indices(std::byte const* indices, std::size_t count, unsigned width, byte_buffer& out) {
  std::size_t const groups = count / 8; // whole ones; what is left joins the last run, or is packed
  std::size_t packed_from = 0;
  auto const equal = [&](std::size_t i, std::size_t j) {
    return std::memcmp(indices + 4 * i, indices + 4 * j, 4) == 0;
  };
  for (std::size_t group = 0; group < groups;) {
    if (!is_uniform(indices + 32 * group)) {
      ++group;
      continue;
    }
    std::size_t const first = 8 * group;
    std::size_t end = group + 1;
    while (end != groups && is_uniform(indices + 32 * end) && equal(8 * end, first)) {
      ++end;
    }
    std::size_t last = 8 * end;
    while (end == groups && last != count && equal(last, first)) {
      ++last;
    }
    last = last == count ? count : 8 * end;
    // A run takes 2 bytes or more, and the packed groups behind it another header.
    if ((end - group) * width >= 8 || last - first == count) {
      append_packed(indices + 4 * packed_from, first - packed_from, width, out);
      append_varint(out, static_cast<std::uint64_t>(last - first) << 1);
      out.append(bytes_view(indices + 4 * first, (width + 7) / 8));
      packed_from = last;
    }
    group = end;
  }
  append_packed(indices + 4 * packed_from, count - packed_from, width, out);
}

} // namespace copyto::detail

#endif
