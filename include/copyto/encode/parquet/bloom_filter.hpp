// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_BLOOM_FILTER_HPP
#define COPYTO_ENCODE_PARQUET_BLOOM_FILTER_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/encode/parquet/detail/chunk_filter.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>
#include <copyto/encode/parquet/options.hpp>

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace copyto {
namespace detail {

/// The split block Bloom filter of parquet-format, BloomFilter.md: blocks of 256 bits, in each of eight 32-bit words of one of
/// which a value sets a bit. The number of blocks is a power of two, so that a filter that is too large for its values can be
/// folded: the blocks 2i and 2i + 1 become block i, and the bits are those of a filter that had this size from the start.
namespace bloom {

using block = std::array<std::uint32_t, 8>;
inline constexpr std::size_t header_bytes = 24; ///< most of BloomFilterHeader
inline constexpr block salt = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU,
                               0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U};

/// The share of absent values that are found by chance, with so many different ones in so many blocks: over all blocks, as
/// many values as a Poisson distribution has in one, and eight words with a bit set for each.
[[nodiscard]] inline double false_positives(std::uint64_t values, std::uint64_t blocks) noexcept {
  double const mean = static_cast<double>(values) / static_cast<double>(blocks);
  if (mean > 600) {
    return 1; // all bits are set
  }
  int const last = static_cast<int>(std::ceil(mean + 12 * std::sqrt(mean) + 24));
  double chance = std::exp(-mean);
  double clear = 1; // chance that a bit of a word is not set
  double found = 0;
  for (int in_block = 0; in_block < last; ++in_block) {
    double const word = 1 - clear;
    found += chance * word * word * word * word * word * word * word * word;
    chance *= mean / (in_block + 1);
    clear *= 31.0 / 32.0;
  }
  return found;
}

/// Blocks for a filter of so many values that keeps to its rate, or as many as it may have.
[[nodiscard]] inline std::uint64_t blocks_for(parquet_filter const& how, std::uint64_t values) noexcept {
  std::uint64_t const most = std::bit_floor(std::max<std::uint64_t>(how.max_bytes / sizeof(block), 1));
  std::uint64_t blocks = 1;
  while (blocks < most && false_positives(values, blocks) > how.false_positives) {
    blocks *= 2;
  }
  return blocks;
}

class filter final : public chunk_filter {
public:
  filter(parquet_filter const& how, form const& as, std::uint64_t values)
      : how_(how), as_(as), blocks_(static_cast<std::size_t>(blocks_for(how, values))) {}

  void add(bytes_view plain) override {
    std::byte const* at = plain.data();
    std::byte const* const end = at + plain.size();
    if (as_.width != 0) {
      for (; at != end; at += as_.width) {
        put(at, as_.width);
        if (as_.order == ordering::floating || as_.order == ordering::half) {
          put_equals(at);
        }
      }
      return;
    }
    while (at != end) {
      std::uint32_t size;
      std::memcpy(&size, at, 4);
      put(at + 4, size);
      at += 4 + size;
    }
  }

  void end(rope& out) override {
    // A row group with a large row has more values than there was room planned for.
    std::size_t const size = std::min(static_cast<std::size_t>(blocks_for(how_, different_)), blocks_.size());
    if (false_positives(different_, size) <= how_.false_positives) {
      fold(size);
      byte_buffer header;
      thrift_writer fields(header); // BloomFilterHeader
      fields.i32(1, static_cast<std::int64_t>(used_ * sizeof(block)));
      for (int const only_choice : {2, 3, 4}) { // algorithm BLOCK, hash XXHASH, compression UNCOMPRESSED
        fields.begin(only_choice);
        fields.empty(1);
        fields.end();
      }
      fields.end();
      out.append(header.view());
      for (block& b : std::span(blocks_).first(used_)) {
        if constexpr (std::endian::native == std::endian::big) {
          for (std::uint32_t& word : b) {
            word = __builtin_bswap32(word);
          }
        }
        out.append(std::as_bytes(std::span(b)));
      }
    }
    std::ranges::fill(blocks_, block{});
    used_ = blocks_.size();
    different_ = 0;
  }

private:
  void put(std::byte const* value, std::size_t size) noexcept {
    std::uint64_t const hash = XXH64(value, size, 0);
    block& b = blocks_[static_cast<std::size_t>(((hash >> 32) * blocks_.size()) >> 32)];
    auto const key = static_cast<std::uint32_t>(hash);
    std::uint32_t fresh = 0;
    for (std::size_t i = 0; i != 8; ++i) {
      std::uint32_t const bit = 1U << ((key * salt[i]) >> 27);
      fresh |= bit & ~b[i];
      b[i] |= bit;
    }
    different_ += fresh != 0 ? 1 : 0;
  }
  /// Readers look for numbers that are equal, and equal ones may have other bits: the other zero, and any NaN.
  void put_equals(std::byte const* value) noexcept {
    if (as_.order == ordering::half) {
      return put_equals<std::uint16_t>(value, 0x8000, 0x7c00, 0x7e00);
    }
    if (as_.width == 4) {
      return put_equals<std::uint32_t>(value, 0x8000'0000, 0x7f80'0000, 0x7fc0'0000);
    }
    put_equals<std::uint64_t>(value, 0x8000'0000'0000'0000, 0x7ff0'0000'0000'0000, 0x7ff8'0000'0000'0000);
  }
  template <class Bits>
  void put_equals(std::byte const* value, Bits sign, Bits infinity, Bits nan) noexcept {
    Bits bits;
    std::memcpy(&bits, value, sizeof(bits));
    auto const size = static_cast<Bits>(bits & ~sign);
    if (size == 0 || size > infinity) {
      bits = size == 0 ? static_cast<Bits>(bits ^ sign) : nan;
      put(reinterpret_cast<std::byte const*>(&bits), sizeof(bits));
    }
  }
  void fold(std::size_t to) noexcept {
    for (; used_ != to; used_ /= 2) {
      for (std::size_t i = 0; i != used_ / 2; ++i) {
        block const& a = blocks_[2 * i];
        block const& b = blocks_[2 * i + 1];
        block both;
        for (std::size_t w = 0; w != 8; ++w) {
          both[w] = a[w] | b[w];
        }
        blocks_[i] = both;
      }
    }
  }

  parquet_filter how_;
  form as_;
  std::vector<block> blocks_;
  std::size_t used_ = blocks_.size();
  std::uint64_t different_ = 0; ///< values, of which some too few are counted, by the rate of chance
};

class kind final : public filter_kind {
public:
  constexpr kind() = default;
  [[nodiscard]] bool fits(form const& as) const noexcept override { return as.type != physical::boolean; }
  [[nodiscard]] std::uint64_t stored_bytes(parquet_filter const& how, std::uint64_t values) const noexcept override {
    return header_bytes + blocks_for(how, values) * sizeof(block);
  }
  [[nodiscard]] std::uint64_t memory(parquet_filter const& how, std::uint64_t values) const noexcept override {
    return sizeof(filter) + blocks_for(how, values) * sizeof(block) + 128;
  }
  [[nodiscard]] std::unique_ptr<chunk_filter> make(parquet_filter const& how, form const& as,
                                                   std::uint64_t values) const override {
    return std::make_unique<filter>(how, as, values);
  }
};
inline constexpr kind only_kind{};

} // namespace bloom
} // namespace detail

/// A Bloom filter of each chunk of a column, so that readers that look for a value need not read chunks that do not have
/// it: for equality with values that statistics and dictionaries do not tell apart, such as identifiers that come in no order
/// (parquet-format, BloomFilter.md: split block, XXH64). Any profile may have it, since readers that do not know it
/// read on.
///
/// `false_positives`: the share of the values that are not there for which a reader reads nevertheless, 0.00001 to 0.5.
/// 0.01 takes some 1.3 to 2.6 bytes a different value. The size follows from the values of the chunk. Where they need more
/// than `max_bytes`, up to 128 MiB, the chunk has none, so that each filter keeps to its rate.
/// Zeros are found whatever their sign, and NaN whatever its bits. Not for booleans. Link with libxxhash.
[[nodiscard]] inline parquet_filter bloom_filter(double false_positives = 0.01, std::uint64_t max_bytes = 1 * MiB) {
  return {.false_positives = false_positives, .max_bytes = max_bytes, .kind = &detail::bloom::only_kind};
}

} // namespace copyto

#endif
