// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_PAGE_LEVELS_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_PAGE_LEVELS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/levels.hpp>
#include <copyto/encode/parquet/detail/shredder.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <cstdint>

namespace copyto::detail {

/// Both kinds of levels of the page that is being filled, those that its column has.
class page_levels {
public:
  explicit page_levels(leaf const& column) noexcept
      : repetition_(column.max_repetition), definition_(column.max_definition) {}

  // `page_slots`: for so many levels memory is got at once, and kept from page to page.
  /// Slots of a flat column, `valid` of which have a value.
  void add(column_view const& values, std::size_t first, std::size_t count, std::size_t valid, std::size_t page_slots);
  /// Entries of rows of a nested one.
  void add(leaf_rows const& in, std::size_t first, std::size_t count, std::size_t page_slots);
  void clear(std::size_t page_slots) noexcept;

  /// Adds to the histograms.
  void count(level_counts& counts) const noexcept;
  /// Appends them as a page of version 1 has them: repetition, then definition levels, each behind its length.
  void encode(byte_buffer& out) const;
  /// The most bytes of `count` of each.
  [[nodiscard]] std::size_t max_encoded_size(std::size_t count) const noexcept;
  /// Heap, unless a row is larger than a page.
  [[nodiscard]] std::uint64_t memory(std::size_t page_slots) const noexcept;

private:
  level_buffer repetition_;
  level_buffer definition_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/page_levels.ipp>
#endif

#endif
