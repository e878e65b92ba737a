// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_COLUMN_WRITER_HPP
#define COPYTO_ENCODE_PARQUET_COLUMN_WRITER_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/column_chunk.hpp>
#include <copyto/encode/parquet/dictionary.hpp>
#include <copyto/encode/parquet/leaf.hpp>
#include <copyto/encode/parquet/levels.hpp>
#include <copyto/encode/parquet/page.hpp>
#include <copyto/encode/parquet/page_index.hpp>
#include <copyto/encode/parquet/rope.hpp>
#include <copyto/encode/parquet/statistics.hpp>
#include <copyto/schema/column_view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copyto::detail {

/// Bytes behind the values that loops may touch: one value more than there are, or a whole word.
inline constexpr std::size_t page_slack = 16;
/// The most bytes of a page's header.
inline constexpr std::size_t max_page_header = 48;

/// Sizes of one column's buffers, from the file's plan.
struct column_sizes {
  std::size_t page_bytes = 0; ///< of values: capacity that is kept from page to page
  std::size_t page_rows = 0;  ///< the most rows of a page
  dictionary_limits dictionary = {};
};

/// Writes one leaf column: values are encoded into the open page as they come, a page that ends is
/// compressed and joins the chunk, and the chunk waits for the end of its row group.
///
/// A page of PLAIN values is one buffer: a gap that is just large enough for the encoded levels, then the
/// values. The levels are encoded when the page ends and put directly in front of the values, so that
/// the body of a v1 page is in one piece without having been copied.
///
/// While the chunk has a dictionary, the buffer holds the numbers of entries instead, 4 bytes each, which
/// are packed when the page ends. The first page that has values decides, and pages of NULLs before it wait: if entries and numbers are
/// not smaller than the values, it becomes a PLAIN page, and so do all later ones. Till then it is as long
/// as a PLAIN page would be, so that there is room for the values. A chunk that gives its dictionary up
/// later has PLAIN pages from there on. All of this depends on the values only, and on where `look` is
/// called, never on how they came in slices.
class column_writer {
public:
  /// All references must outlive the writer.
  column_writer(leaf const& column, column_sizes sizes, page_codec codec, block_pool& blocks, page_scratch& scratch);

  /// Takes `count` slots of a flat column from `first` on.
  /// Errors: value_out_of_range, with the column and the slot's number as row.
  [[nodiscard]] result<void> append(column_view const& values, std::size_t first, std::size_t count);

  /// Gives up a dictionary in which most of the latest values were new.
  [[nodiscard]] result<void> look();

  /// Rows of the open page.
  [[nodiscard]] std::size_t page_rows() const noexcept { return page_slots_; }
  /// Bytes by which the open page is measured: of its values, or of the numbers that stand for them.
  [[nodiscard]] std::size_t page_bytes() const noexcept {
    return undecided() ? static_cast<std::size_t>(plain_bytes_) : page_size() - gap_;
  }
  /// Bytes that the open page takes at most if it is not compressed.
  [[nodiscard]] std::size_t open_bytes() const noexcept;
  /// Bytes of the pages that have ended, and of the dictionary that they need.
  [[nodiscard]] std::uint64_t encoded_bytes() const noexcept {
    return chunk_.size() + (totals_.indexed_pages != 0 ? dictionary_.page().size() : 0);
  }

  /// Ends the open page, which has at least one row.
  [[nodiscard]] result<void> end_page();
  /// Ends the chunk: writes its pages, and begins its ColumnChunk in `footer`; returns the bytes that it has
  /// uncompressed. `offset`: of the chunk in the file. All pages must have ended. What `index` says is
  /// there until `next_chunk`.
  [[nodiscard]] result<std::uint64_t> end_chunk(thrift_writer& footer, sink& out, std::uint64_t offset);
  /// The pages of the chunk; none after `forget_index`.
  [[nodiscard]] page_index const& index() const noexcept { return index_; }
  /// Where the first data page of the ended chunk is in the file.
  [[nodiscard]] std::uint64_t first_page() const noexcept { return totals_.offset + totals_.dictionary_bytes; }
  /// Forgets the page index so far, and keeps none any more.
  void forget_index() noexcept;
  /// Makes ready for the next row group.
  void next_chunk() noexcept;

  /// Heap that a column with these sizes takes, its chunk and its page index aside.
  [[nodiscard]] static std::uint64_t memory(leaf const& column, column_sizes sizes) noexcept;
  /// The most bytes before the values of a page.
  [[nodiscard]] static std::size_t gap_bytes(leaf const& column, column_sizes sizes) noexcept;

private:
  [[nodiscard]] std::size_t page_size() const noexcept { return gap_ + (bits_ + 7) / 8 + values_size_; }
  /// Whether the chunk still has a dictionary, but no page that needs it.
  [[nodiscard]] bool undecided() const noexcept { return indexing_ && totals_.indexed_pages == 0; }
  /// The most bytes of the numbers in the open page.
  [[nodiscard]] std::size_t packed_bytes() const noexcept;
  /// Room for `more` bytes of values and a little slack behind them, and where they go.
  std::byte* room(std::size_t more);
  /// Room for values of the column's width, from which `settle` takes them into the page.
  std::byte* stage(std::size_t values);
  /// Returns how many of them it took: all, unless the dictionary has become full.
  std::size_t settle(std::byte const* staged, std::size_t values);
  /// From here on, values are PLAIN.
  [[nodiscard]] result<void> give_up_dictionary();
  void make_page_plain();
  void add_entries_of_page();
  void begin_page() noexcept;
  [[nodiscard]] result<void> store_waiting(encoding values);
  [[nodiscard]] result<void> store(bytes_view body, encoding values, std::size_t slots, statistics const& what);
  [[nodiscard]] result<void> store_plain_page();
  [[nodiscard]] result<void> store_indexed_page();
  void append_levels(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  // These return how many of the `valid` values they took: all, unless the dictionary has become full.
  [[nodiscard]] result<std::size_t> append_values(column_view const& values, std::size_t first, std::size_t count,
                                                  std::size_t valid);
  template <class In, class Out, class F>
  std::size_t append_numbers(column_view const& values, std::size_t first, std::size_t count, std::size_t valid,
                             F convert);
  std::size_t append_booleans(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  std::size_t append_fixed(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  std::size_t append_big_endian(column_view const& values, std::size_t first, std::size_t count, std::size_t valid);
  [[nodiscard]] result<std::size_t> append_bytes(column_view const& values, std::size_t first, std::size_t count,
                                                 std::size_t valid);
  template <class Get>
  [[nodiscard]] result<std::size_t> append_strings(column_view const& values, std::size_t first, std::size_t count,
                                                   std::size_t valid, bool adjacent, Get get);
  template <class Get>
  [[nodiscard]] result<std::size_t> index_strings(column_view const& values, std::size_t first, std::size_t count,
                                                  std::size_t valid, Get get);
  template <class Get>
  [[nodiscard]] result<std::size_t> append_formatted(column_view const& values, std::size_t first, std::size_t count,
                                                     std::size_t valid, std::size_t longest, Get get);
  [[nodiscard]] result<std::size_t> append_times(column_view const& values, std::size_t first, std::size_t count,
                                                 std::size_t valid);
  [[nodiscard]] result<std::size_t> append_intervals(column_view const& values, std::size_t first, std::size_t count,
                                                     std::size_t valid);
  void put_string(std::byte*& at, std::string_view value);
  template <class T>
  void add_numbers(std::byte const* values, std::size_t count);
  [[nodiscard]] result<void> check_range(column_view const& values, std::size_t first, std::size_t count) const;
  [[nodiscard]] error refuse(std::size_t row, std::string message, std::string advice) const;
  [[nodiscard]] error refuse_text(std::size_t row) const;

  leaf const* column_;
  column_sizes sizes_;
  page_codec codec_;
  std::size_t gap_;
  page_scratch* scratch_;
  // The open page.
  byte_buffer page_;
  level_buffer definition_;
  std::size_t page_slots_ = 0;
  std::size_t values_size_ = 0;   ///< of what is whole bytes: values, or numbers of entries
  std::size_t bits_ = 0;          ///< of booleans
  std::uint64_t plain_bytes_ = 0; ///< with a dictionary: of the values as PLAIN ones
  statistics page_statistics_;
  int128 slice_low_ = 0; ///< of the numbers appended last
  int128 slice_high_ = 0;
  // The open chunk.
  rope chunk_;
  dictionary dictionary_;
  bool indexing_;                           ///< values go into the dictionary
  std::array<std::uint32_t, 32> waiting_{}; ///< slots of pages of NULLs that have ended undecided
  std::size_t waiting_count_ = 0;
  unsigned looks_ = 0;
  std::uint64_t indexed_values_ = 0;
  std::uint64_t values_at_look_ = 0;
  std::uint32_t entries_at_look_ = 0;
  statistics chunk_statistics_;
  chunk_totals totals_;
  page_index index_;
  bool has_index_ = true;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/encode/parquet/column_pages.ipp>
#include <copyto/impl/encode/parquet/column_values.ipp>
#include <copyto/impl/encode/parquet/column_writer.ipp>
#endif

#endif
