// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_COLUMN_WRITER_HPP
#define COPYTO_ENCODE_PARQUET_COLUMN_WRITER_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/column_chunk.hpp>
#include <copyto/encode/parquet/leaf.hpp>
#include <copyto/encode/parquet/levels.hpp>
#include <copyto/encode/parquet/page.hpp>
#include <copyto/encode/parquet/rope.hpp>
#include <copyto/encode/parquet/statistics.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copyto::detail {

/// Sizes of one column's buffers, from the file's plan.
struct column_sizes {
  std::size_t page_bytes = 0; ///< of values: capacity that is kept from page to page
  std::size_t page_rows = 0;  ///< the most rows of a page
};

/// Writes one leaf column: values are encoded into the open page as they come, a page that ends is
/// compressed and joins the chunk, and the chunk waits for the end of its row group.
///
/// A page is one buffer: a gap that is just large enough for the encoded levels, then the PLAIN
/// values. The levels are encoded when the page ends and put directly in front of the values, so that
/// the body of a v1 page is in one piece without having been copied.
class column_writer {
public:
  /// All references must outlive the writer.
  column_writer(leaf const& column, column_sizes sizes, page_codec codec, block_pool& blocks);

  /// Takes `count` slots of a flat column from `first` on.
  /// Errors: value_out_of_range, with the column and the slot's number as row.
  [[nodiscard]] result<void> append(column_view const& values, std::size_t first, std::size_t count);

  /// Rows of the open page.
  [[nodiscard]] std::size_t page_rows() const noexcept { return page_slots_; }
  /// Bytes of values in the open page.
  [[nodiscard]] std::size_t page_bytes() const noexcept { return page_size() - gap_; }
  /// Bytes that the open page takes at most if it is not compressed.
  [[nodiscard]] std::size_t open_bytes() const noexcept;
  /// Bytes of the pages that have ended.
  [[nodiscard]] std::uint64_t encoded_bytes() const noexcept { return chunk_.size(); }

  /// Ends the open page, which has at least one row.
  [[nodiscard]] result<void> end_page(page_scratch& scratch);
  /// Ends the chunk: writes its pages, and its ColumnChunk to `footer`, and is ready for the next row
  /// group. `offset`: of the chunk in the file. All pages must have ended.
  [[nodiscard]] result<void> end_chunk(thrift_writer& footer, sink& out, std::uint64_t offset);

  /// Of the chunk so far, page headers included.
  [[nodiscard]] std::uint64_t uncompressed_bytes() const noexcept { return totals_.uncompressed_bytes; }

  /// Heap that a column with these sizes takes, its chunk aside.
  [[nodiscard]] static std::uint64_t memory(leaf const& column, column_sizes sizes) noexcept;
  /// The most bytes before the values of a page.
  [[nodiscard]] static std::size_t gap_bytes(leaf const& column, column_sizes sizes) noexcept;

private:
  [[nodiscard]] std::size_t page_size() const noexcept { return gap_ + (bits_ + 7) / 8 + values_size_; }
  /// Room for `more` bytes of values and a little slack behind them, and where they go.
  std::byte* room(std::size_t more);
  void append_levels(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  [[nodiscard]] result<void> append_values(column_view const& values, std::size_t first, std::size_t count,
                                           std::size_t valid);
  template <class In, class Out, class F>
  void append_numbers(column_view const& values, std::size_t first, std::size_t count, std::size_t valid, F convert);
  void append_booleans(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  void append_fixed(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  void append_big_endian(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  [[nodiscard]] result<void> append_bytes(column_view const& values, std::size_t first, std::size_t count,
                                          std::size_t valid);
  template <class Get>
  [[nodiscard]] result<void> append_strings(column_view const& values, std::size_t first, std::size_t count,
                                            bool adjacent, Get get);
  [[nodiscard]] result<void> append_intervals(column_view const& values, std::size_t first, std::size_t count,
                                              std::size_t valid);
  void put_string(std::byte*& at, std::string_view value);
  template <class T>
  void add_numbers(std::byte const* values, std::size_t count);
  [[nodiscard]] result<void> check_range(column_view const& values, std::size_t first, std::size_t count) const;
  [[nodiscard]] error refuse(std::size_t row, std::string message, std::string advice) const;

  leaf const* column_;
  column_sizes sizes_;
  page_codec codec_;
  std::size_t gap_;
  // The open page.
  byte_buffer page_;
  level_buffer definition_;
  std::size_t page_slots_ = 0;
  std::size_t values_size_ = 0; ///< of values that are whole bytes
  std::size_t bits_ = 0;        ///< of booleans
  int128 slice_low_ = 0;        ///< of the numbers appended last
  int128 slice_high_ = 0;
  // The open chunk.
  rope chunk_;
  statistics statistics_;
  chunk_totals totals_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/encode/parquet/column_writer.ipp>
#endif

#endif
