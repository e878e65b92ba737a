// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_PAGE_INDEX_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_PAGE_INDEX_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/levels.hpp>
#include <copyto/encode/parquet/detail/statistics.hpp>

#include <cstddef>
#include <cstdint>

namespace copyto::detail {

/// What the page index says of one data page.
struct indexed_page {
  std::uint64_t stored_bytes = 0; ///< with its header
  std::uint64_t slots = 0;
  std::uint64_t rows = 0;
  std::uint64_t text_bytes = 0; ///< of byte strings, without their lengths
};

/// The data pages of an open column chunk, from which its ColumnIndex and OffsetIndex are written
/// (parquet-format, PageIndex.md).
///
/// There is no ColumnIndex where a page with values has no bounds: all its values are NaN, its type has
/// no order, or its largest value cannot be cut (parquet.thrift, ColumnOrder and ColumnIndex).
class page_index {
public:
  /// The most bytes that a page takes here and, in both structs together, in the file; and what the
  /// structs take besides. Counts of levels are `level_bytes` more.
  static constexpr std::uint64_t max_page_bytes = 56 + 2 * (max_bound_bytes + 4);
  static constexpr std::uint64_t struct_bytes = 48;
  [[nodiscard]] static std::uint64_t level_bytes(leaf const& l) noexcept {
    return 10 * level_counts::size_of(l.max_definition, l.max_repetition);
  }

  void add(form const& f, indexed_page const& page, statistics const& values,
           level_counts const& levels = level_counts());
  /// At least the bytes of heap in use, and those that will be written.
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    // A count of entries takes up to 10 bytes in the file.
    return pages_.size() + (8 + 2 * std::uint64_t{definition_counts_ + repetition_counts_}) * count_;
  }
  [[nodiscard]] bool has_column_index() const noexcept { return bounded_ && !pages_.empty(); }
  void write_column_index(byte_buffer& out, form const& f) const;
  /// `first`: offset of the first data page in the file.
  void write_offset_index(byte_buffer& out, form const& f, std::uint64_t first) const;
  /// Forgets the pages and gives their memory back.
  void clear() noexcept { *this = page_index(); }

private:
  /// Its bounds and the counts of its levels follow it in `pages_`.
  struct entry {
    std::uint64_t stored_bytes = 0;
    std::uint32_t slots = 0;
    std::uint32_t rows = 0;
    std::uint64_t text_bytes = 0;
    std::uint64_t nulls = 0;
    std::uint64_t nans = 0;
    std::uint32_t low_size = 0;
    std::uint32_t high_size = 0;
  };
  template <class F>
  void for_each(F&& f) const;

  byte_buffer pages_;
  std::uint32_t count_ = 0;
  std::uint32_t definition_counts_ = 0; ///< of each page
  std::uint32_t repetition_counts_ = 0;
  std::size_t last_bounds_ = 0; ///< where the bounds of the last page that has some lie
  std::uint32_t last_low_ = 0;
  std::uint32_t last_high_ = 0;
  bool any_bounds_ = false;
  bool bounded_ = true;
  bool ascending_ = true;
  bool descending_ = true;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/page_index.ipp>
#endif

#endif
