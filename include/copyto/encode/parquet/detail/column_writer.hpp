// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_COLUMN_WRITER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_COLUMN_WRITER_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/detail/rope.hpp>
#include <copyto/encode/parquet/detail/chunk_filter.hpp>
#include <copyto/encode/parquet/detail/chunk_pages.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/open_page.hpp>
#include <copyto/encode/parquet/detail/page.hpp>
#include <copyto/encode/parquet/detail/row_group.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace copyto::detail {

/// The most bytes of a page's header; of one of version 2, where it has less than 2^20 entries.
inline constexpr std::size_t max_page_header = 48;

/// Writes one leaf column: values go into the open page as they come, a page that ends joins the chunk, and the chunk
/// waits for the end of its row group. It decides whether the chunk has a dictionary, and until when:
///
///     undecided ── a page with values ends, and dictionary and indices are smaller than they ──► indexed
///         │                                                                                         │
///         │ else, or the dictionary is full, or `check_dictionary` gives it up:                                  │ the dictionary is full,
///         ▼ the open page becomes a plain one                                                       ▼ or is given up
///       plain ◄──────────────────────── from the next page on ──────────────────────────────────────┘
///
/// Where the readers know other encodings (`value_encodings`), a sample of the first page of values decides, also against the
/// dictionary, what the values are; and another one once a dictionary was given up. A plain page is one of that form then.
///
/// While it is undecided, a page is as long as a plain one would be, so that there is room for the values. All of this
/// depends on the values only, and on where `check_dictionary` is called, never on how they came in slices.
class column_writer {
public:
  /// All references must outlive the writer.
  column_writer(leaf const& column, column_sizes sizes, page_codec codec, block_pool& blocks, page_scratch& scratch,
                std::unique_ptr<chunk_filter> filter = nullptr);

  /// Takes `count` slots of a flat column from `first` on.
  /// Errors: value_out_of_range, with the column and the slot's number as row.
  [[nodiscard]] result<void> append(column_view const& values, std::size_t first, std::size_t count);
  /// The same of rows of a nested column.
  [[nodiscard]] result<void> append(leaf_rows const& rows, std::size_t first, std::size_t count);

  /// At each checkpoint: gives up a dictionary in which most of the latest values were new; where the room of those beyond
  /// their shares is `used_up`, one of them that has grown since the last checkpoint.
  [[nodiscard]] result<void> check_dictionary(bool used_up);
  /// What its dictionary takes of that room, in bytes of heap.
  [[nodiscard]] std::uint64_t shared_room() const noexcept { return page_.dictionary().shared_room(); }

  /// Rows of the open page, and their entries.
  [[nodiscard]] std::size_t page_rows() const noexcept { return page_.rows(); }
  [[nodiscard]] std::size_t page_slots() const noexcept { return page_.slots(); }
  /// Bytes by which the open page is measured: of its values, or of the indices that stand for them.
  [[nodiscard]] std::size_t page_bytes() const noexcept {
    return undecided() ? static_cast<std::size_t>(page_.plain_bytes()) : page_.value_bytes();
  }
  /// Bytes that the open page takes at most if it is not compressed.
  [[nodiscard]] std::size_t open_bytes() const noexcept;
  /// Bytes of the pages that have ended, and of the dictionary that they need.
  [[nodiscard]] std::uint64_t encoded_bytes() const noexcept {
    return chunk_.bytes() + (chunk_.needs_dictionary() ? page_.dictionary().page().size() : 0);
  }

  /// Ends the open page, which has at least one row.
  [[nodiscard]] result<void> end_page();
  /// Ends the chunk, all of whose pages must have ended, and begins the next.
  [[nodiscard]] result<ended_chunk> end_chunk();
  [[nodiscard]] bool has_filter() const noexcept { return filter_ != nullptr; }
  /// The filter of the chunk that ended last.
  void end_filter(rope& out) { filter_->end(out); }
  /// Of the page index so far, at most.
  [[nodiscard]] std::uint64_t index_bytes() const noexcept { return chunk_.index_bytes(); }
  void forget_index() noexcept { chunk_.forget_index(); }

  /// Heap that a column with these sizes takes, its chunk and its page index aside.
  [[nodiscard]] static std::uint64_t memory(leaf const& column, column_sizes sizes) noexcept {
    return open_page::memory(column, sizes) + chunk_pages::memory(column);
  }
  /// The most bytes before the values of a page.
  [[nodiscard]] static std::size_t gap_bytes(leaf const& column, column_sizes sizes) noexcept {
    return open_page::gap_bytes(column, sizes);
  }

private:
  template <class Rows>
  [[nodiscard]] result<void> append_rows(Rows const& rows, std::size_t first, std::size_t count);
  [[nodiscard]] bool undecided() const noexcept { return page_.indexed() && !chunk_.needs_dictionary(); }
  /// From here on, values are PLAIN.
  [[nodiscard]] result<void> give_up_dictionary();
  /// Puts the open page, of whichever kind it is, into the chunk, and begins the next.
  [[nodiscard]] result<void> store_page();
  void begin_form() noexcept;
  /// Whether values can have another form than PLAIN.
  [[nodiscard]] bool has_forms() const noexcept;

  page_scratch* scratch_;
  open_page page_;
  chunk_pages chunk_;
  std::unique_ptr<chunk_filter> filter_; ///< nullptr: there is none
  unsigned checks_ = 0;
  encoding form_ = encoding::plain; ///< of values that are not in the dictionary
  bool chose_form_ = false;
  std::uint64_t values_at_check_ = 0;
  std::uint32_t entries_at_check_ = 0;
  std::uint32_t entries_at_checkpoint_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/column_writer.ipp>
#endif

#endif
