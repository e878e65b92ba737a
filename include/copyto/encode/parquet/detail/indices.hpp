// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_INDICES_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_INDICES_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

/// Dictionary indices as data pages hold them (parquet-format, Encodings.md, "Dictionary Encoding" and
/// "RLE / Bit-Packing Hybrid").
namespace copyto::detail {

/// The most entries of a dictionary; their numbers have up to 20 bits.
inline constexpr std::uint32_t max_dictionary_entries = 1U << 20;

/// Bits of an index into a dictionary of so many entries. At least one: 0 bits are legal, but readers
/// have been found that loop or fail on them.
[[nodiscard]] constexpr unsigned index_width(std::uint32_t entries) noexcept {
  return entries <= 2 ? 1 : static_cast<unsigned>(std::bit_width(entries - 1));
}

/// The most bytes that `count` indices can be encoded in, the byte with their width aside.
[[nodiscard]] constexpr std::size_t max_indices_size(std::size_t count, unsigned width) noexcept {
  std::size_t const packed = (count + 7) / 8 * width;
  return packed + packed / 32 + 16;
}

/// Appends `count` indices (uint32_t, of 1 to 20 bits), without the byte with their width: runs where
/// groups of 8 are equal and this is shorter, else packed groups, of which the last is padded with zeros
/// to its full size.
void encode_indices(std::byte const* indices, std::size_t count, unsigned width, byte_buffer& out);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/indices.ipp>
#endif

#endif
