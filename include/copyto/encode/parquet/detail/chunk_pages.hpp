// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_CHUNK_PAGES_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_CHUNK_PAGES_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/detail/rope.hpp>
#include <copyto/encode/parquet/detail/dictionary.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/levels.hpp>
#include <copyto/encode/parquet/detail/page.hpp>
#include <copyto/encode/parquet/detail/page_index.hpp>
#include <copyto/encode/parquet/detail/row_group.hpp>
#include <copyto/encode/parquet/detail/statistics.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace copyto::detail {

/// The pages of a column chunk that have ended, compressed, until their row group ends.
///
/// Pages before the first value wait, since the first page with values decides whether the chunk has a
/// dictionary.
class chunk_pages {
public:
  /// All references must outlive it.
  chunk_pages(leaf const& column, page_codec codec, block_pool& blocks, page_scratch& scratch)
      : column_(&column), codec_(codec), scratch_(&scratch), blocks_(&blocks), pages_(blocks),
        nested_(column.shredded ? std::make_unique<nested_part>(column) : nullptr) {}

  /// Of this chunk.
  [[nodiscard]] page_codec codec() const noexcept {
    return {codec_.algorithm, raw_ ? nullptr : codec_.worker, codec_.checksums};
  }
  /// Takes the histograms of the page that `wait` or `add` takes next: `count(level_counts&)` adds them.
  template <class F>
  void set_levels(F&& count) {
    if (nested_ != nullptr) {
      nested_->page.clear();
      count(nested_->page);
    }
  }
  /// A page without a value that waits, with its levels as they are encoded; false: as many wait as can.
  [[nodiscard]] bool wait(bytes_view levels, page_facts what);
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_count_; }
  /// Stores the pages that wait, with the encoding that the first page of values has.
  /// `index_width`: bits of an index, where there are indices.
  [[nodiscard]] result<void> add_waiting(encoding values, unsigned index_width);
  /// Compresses and stores a page.
  [[nodiscard]] result<void> add(bytes_view body, encoding values, page_facts what);
  /// Ends the chunk, and begins the next. `entries_of`: the dictionary, which is stored where a page needs it.
  [[nodiscard]] result<ended_chunk> end(dictionary const& entries_of);

  /// Bytes of the stored pages.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return pages_.size(); }
  [[nodiscard]] bool needs_dictionary() const noexcept { return totals_.indexed_pages != 0; }
  /// Of the page index so far, at most; 0 after `forget_index`.
  [[nodiscard]] std::uint64_t index_bytes() const noexcept { return index_.bytes(); }
  /// Forgets the page index so far, and keeps none for this chunk.
  void forget_index() noexcept;

  /// Heap besides the pages and their index.
  [[nodiscard]] static std::uint64_t memory(leaf const& column) noexcept {
    return column.shredded ? sizeof(nested_part) + most_waiting +
                                 16 * level_counts::size_of(column.max_definition, column.max_repetition)
                           : 0;
  }

private:
  static constexpr std::size_t most_waiting = 4096; ///< bytes
  /// Of a nested column.
  struct nested_part {
    explicit nested_part(leaf const& l)
        : page(l.max_definition, l.max_repetition), chunk(l.max_definition, l.max_repetition) {}
    level_counts page;
    level_counts chunk;
    byte_buffer waiting = {}; ///< of each page that waits: rows, size of the levels, histograms, levels
  };
  std::size_t next_waiting(std::size_t page, std::byte const*& at, byte_buffer& body);

  leaf const* column_;
  page_codec codec_;
  page_scratch* scratch_;
  block_pool* blocks_;
  rope pages_;
  std::array<std::uint32_t, 32> waiting_{}; ///< entries of the pages that wait
  std::size_t waiting_count_ = 0;
  statistics statistics_;
  chunk_totals totals_;
  page_index index_;
  std::unique_ptr<nested_part> nested_;
  bool has_index_ = true;
  bool raw_ = false; ///< no page of this chunk is compressed
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/chunk_pages.ipp>
#endif

#endif
