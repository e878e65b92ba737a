// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_OPEN_PAGE_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_OPEN_PAGE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/detail/dictionary.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/page.hpp>
#include <copyto/encode/parquet/detail/page_levels.hpp>
#include <copyto/encode/parquet/detail/shredder.hpp>
#include <copyto/encode/parquet/detail/statistics.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace copyto::detail {

/// Bytes behind the values that loops may touch: one value more than there are, or a whole word.
inline constexpr std::size_t page_slack = 16;

/// Sizes of one column's buffers, from the file's plan.
struct column_sizes {
  std::size_t page_bytes = 0; ///< of values: capacity that is kept from page to page
  std::size_t page_slots = 0; ///< the most entries of a page, unless a large row is in it
  dictionary_limits dictionary = {};
};

/// The page of a column that is being filled: levels, values and statistics. It is one of two kinds.
///
///     plain    gap | values                   the gap is just large enough for the encoded levels, which are put directly in
///                                             front of the values when the page ends: the body of a v1 page in one piece,
///                                             without having been copied
///     indexed  gap | indices, 4 bytes each    into the dictionary, which has the values; packed when the page ends
///
/// An indexed page becomes a plain one by `make_plain`, as long as there is room for its values: it is measured as if it
/// had them.
class open_page {
public:
  /// `column` must outlive the page.
  open_page(leaf const& column, column_sizes sizes);

  /// Takes slots of a flat column from `first` on, and returns how many: all `count`, unless the dictionary has become
  /// full. Errors: value_out_of_range, with the column and the slot's number as row.
  [[nodiscard]] result<std::size_t> append(column_view const& values, std::size_t first, std::size_t count);

  /// The same of rows of a nested column; all of a row goes into one page.
  [[nodiscard]] result<std::size_t> append(leaf_rows const& in, std::size_t first, std::size_t count);

  /// Entries: of a flat column, its rows.
  [[nodiscard]] std::size_t slots() const noexcept { return slots_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool has_values() const noexcept { return value_bytes_ != 0; }
  /// Bytes of the values, or of the indices that stand for them.
  [[nodiscard]] std::size_t value_bytes() const noexcept { return size() - gap_; }
  /// Of an indexed page: bytes of its values as PLAIN ones.
  [[nodiscard]] std::uint64_t plain_bytes() const noexcept { return plain_bytes_; }
  /// Of an indexed page: the most bytes of its indices once they are packed, whatever comes into the dictionary.
  [[nodiscard]] std::size_t packed_bytes() const noexcept;
  /// The values, or the indices that stand for them.
  [[nodiscard]] bytes_view held() const noexcept { return {buffer_.data() + gap_, value_bytes_}; }
  /// Values, NULLs aside.
  [[nodiscard]] std::size_t values() const noexcept { return slots_ - static_cast<std::size_t>(statistics_.nulls()); }
  /// Of an indexed page: how many indices there are.
  [[nodiscard]] std::size_t indices() const noexcept { return value_bytes_ / 4; }
  /// The most bytes of the encoded levels.
  [[nodiscard]] std::size_t level_bytes() const noexcept;
  [[nodiscard]] page_facts facts() const noexcept {
    return {.slots = slots_, .rows = rows_, .text = text_bytes(), .values = statistics_};
  }

  [[nodiscard]] leaf const& column() const noexcept { return *column_; }
  /// Whether values go into the dictionary.
  [[nodiscard]] bool indexed() const noexcept { return indexing_; }
  [[nodiscard]] detail::dictionary const& dictionary() const noexcept { return dictionary_; }
  /// Values of the chunk that went into the dictionary.
  [[nodiscard]] std::uint64_t indexed_values() const noexcept { return indexed_values_; }
  /// Puts the values in place of their indices, and clears the dictionary: values are PLAIN from here on.
  void make_plain(page_scratch& scratch);
  /// The same for an empty page whose chunk needs the dictionary.
  void stop_indexing() noexcept { indexing_ = false; }

  [[nodiscard]] page_levels const& levels() const noexcept { return levels_; }
  /// The body of the ended page, valid until the page or the scratch changes.
  [[nodiscard]] bytes_view plain_body(page_scratch& scratch);
  [[nodiscard]] bytes_view indexed_body(page_scratch& scratch);
  /// The same of a plain page in another form, or nothing where its values would be longer so.
  [[nodiscard]] bytes_view encoded_body(page_scratch& scratch, value_encodings const& encodings, encoding how);
  /// Begins the next page of the same kind.
  void begin() noexcept;
  /// Begins the next chunk, with an empty dictionary; the page is empty.
  void next_chunk() noexcept;

  /// Heap that a page with these sizes takes, its dictionary included.
  [[nodiscard]] static std::uint64_t memory(leaf const& column, column_sizes sizes) noexcept;
  /// The most bytes before the values of a page.
  [[nodiscard]] static std::size_t gap_bytes(leaf const& column, column_sizes sizes) noexcept;

private:
  /// Of byte strings before any encoding, without their lengths; else 0.
  [[nodiscard]] std::uint64_t text_bytes() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return gap_ + (bits_ + 7) / 8 + value_bytes_; }
  /// Room for `more` bytes of values and a little slack behind them, and where they go.
  std::byte* room(std::size_t more);
  /// Room for values of the column's width, from which `keep` takes them into the page.
  std::byte* stage(std::size_t values);
  /// Returns how many of them it took: all, unless the dictionary has become full.
  std::size_t keep(std::byte const* staged, std::size_t values);
  void add_entries(page_scratch& scratch);
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
                                                   std::size_t valid, Get get);
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
  std::uint64_t put_string(std::byte*& at, std::string_view value);
  template <class T>
  void add_numbers(std::byte const* values, std::size_t count);
  [[nodiscard]] result<void> check_range(column_view const& values, std::size_t first, std::size_t count) const;
  [[nodiscard]] error refuse(std::size_t slot, std::string message, std::string advice) const;
  [[nodiscard]] error refuse_text(std::size_t slot) const;

  leaf const* column_;
  column_sizes sizes_;
  std::size_t gap_;
  byte_buffer buffer_;
  page_levels levels_;
  leaf_slice* nested_ = nullptr; ///< at hand
  std::size_t slots_ = 0;
  std::size_t rows_ = 0;
  std::size_t value_bytes_ = 0;   ///< of what is whole bytes: values, or indices
  std::size_t bits_ = 0;          ///< of booleans
  std::uint64_t plain_bytes_ = 0; ///< of an indexed page
  detail::statistics statistics_;
  int128 slice_low_ = 0; ///< of the numbers appended last
  int128 slice_high_ = 0;
  detail::dictionary dictionary_;
  bool indexing_; ///< values go into the dictionary
  std::uint64_t indexed_values_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/open_page.ipp>
#endif

#endif
