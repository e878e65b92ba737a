// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_LEVELS_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_LEVELS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace copyto::detail {

/// How many entries have each level, of a page or a chunk; none where the number of NULLs says it all (parquet.thrift,
/// SizeStatistics).
class level_counts {
public:
  level_counts() = default;
  level_counts(std::uint8_t max_definition, std::uint8_t max_repetition)
      : counts_(size_of(max_definition, max_repetition)),
        definitions_(static_cast<std::uint8_t>(max_definition > 1 ? max_definition + 1 : 0)) {}

  /// Numbers that columns with these levels have.
  [[nodiscard]] static std::size_t size_of(std::uint8_t max_definition, std::uint8_t max_repetition) noexcept {
    return (max_definition > 1 ? max_definition + 1U : 0U) + (max_repetition > 0 ? max_repetition + 1U : 0U);
  }
  /// Of each definition level, then of each repetition level.
  [[nodiscard]] std::span<std::uint64_t> all() noexcept { return counts_; }
  [[nodiscard]] std::span<std::uint64_t const> all() const noexcept { return counts_; }
  [[nodiscard]] std::span<std::uint64_t const> definition() const noexcept { return all().first(definitions_); }
  [[nodiscard]] std::span<std::uint64_t const> repetition() const noexcept { return all().subspan(definitions_); }
  [[nodiscard]] std::span<std::uint64_t> definition() noexcept { return all().first(definitions_); }
  [[nodiscard]] std::span<std::uint64_t> repetition() noexcept { return all().subspan(definitions_); }

  void clear() noexcept { std::ranges::fill(counts_, 0); }
  void add(level_counts const& page) noexcept {
    for (std::size_t i = 0; i != counts_.size(); ++i) {
      counts_[i] += page.counts_[i];
    }
  }

private:
  std::vector<std::uint64_t> counts_;
  std::uint8_t definitions_ = 0;
};

/// The definition or repetition levels of one page, kept until the page ends and then encoded as
/// hybrid of runs and bit-packed groups (parquet-format, Encodings.md, "RLE / Bit-Packing Hybrid").
/// Levels of one bit are a bitmap, so that a validity bitmap is taken over word by word; wider ones
/// take a byte each.
class level_buffer {
public:
  /// `max_level` of 0: the column has no such levels, and every `append` is a mistake.
  explicit level_buffer(std::uint8_t max_level = 0)
      : width_(static_cast<std::uint8_t>(std::bit_width(max_level))), highest_(max_level) {}

  /// Bits of one level.
  [[nodiscard]] unsigned width() const noexcept { return width_; }
  [[nodiscard]] std::uint8_t highest() const noexcept { return highest_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Keeps memory for up to `count` levels.
  void clear(std::size_t count) noexcept {
    size_ = 0;
    if (data_.capacity() > storage_bytes(count)) {
      data_.release();
    }
  }
  /// Gets memory for `count` levels at once.
  void reserve(std::size_t count) { data_.reserve(storage_bytes(count)); }

  /// `count` times the same level.
  void append_run(std::uint8_t level, std::size_t count);
  /// One level a bit, for a maximum level of 1.
  void append_bits(std::uint8_t const* bits, std::size_t first, std::size_t count);
  /// Any levels up to the maximum.
  void append(std::span<std::uint8_t const> levels);

  /// Adds to `counts[level]` how often each level is there.
  void count(std::span<std::uint64_t> counts) const noexcept;
  /// Appends the encoded levels, without a length in front.
  void encode(byte_buffer& out) const;

  /// Heap that `count` levels take here.
  [[nodiscard]] std::size_t storage_bytes(std::size_t count) const noexcept {
    return (width_ == 1 ? count / 8 : count) + 16;
  }
  /// The most bytes that `count` levels can be encoded in: packed, and the headers of the runs, which
  /// cost less than what they replace.
  [[nodiscard]] std::size_t max_encoded_size(std::size_t count) const noexcept {
    std::size_t const packed = (count + 7) / 8 * width_;
    return packed + packed / 32 + 16;
  }

private:
  [[nodiscard]] int uniform_level(std::size_t group) const noexcept;
  void encode_run(byte_buffer& out, unsigned level, std::size_t count) const;
  void encode_packed(byte_buffer& out, std::size_t first, std::size_t last) const;

  byte_buffer data_;
  std::size_t size_ = 0;
  std::uint8_t width_;
  std::uint8_t highest_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/levels.ipp>
#endif

#endif
