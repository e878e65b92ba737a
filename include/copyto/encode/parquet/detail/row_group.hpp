// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_ROW_GROUP_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_ROW_GROUP_HPP

#include <copyto/encode/detail/rope.hpp>
#include <copyto/encode/parquet/detail/column_chunk.hpp>
#include <copyto/encode/parquet/detail/levels.hpp>
#include <copyto/encode/parquet/detail/page_index.hpp>
#include <copyto/encode/parquet/detail/row_order.hpp>
#include <copyto/encode/parquet/detail/statistics.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace copyto::detail {

/// A column chunk that has ended, and knows nothing of its file.
struct ended_chunk {
  ended_chunk(rope&& stored, block_pool& blocks) : dictionary(blocks), pages(std::move(stored)) {}

  rope dictionary;     ///< the dictionary page as stored, with its header; empty: there is none
  rope pages;          ///< the data pages as stored
  chunk_totals totals; ///< the offset is not known yet
  statistics values;
  level_counts levels;
  page_index index; ///< of the data pages; none where it came to its limit

  [[nodiscard]] std::uint64_t bytes() const noexcept { return dictionary.size() + pages.size(); }
};

/// The filter of a chunk that has ended.
struct ended_filter {
  std::size_t leaf = 0;
  rope stored; ///< empty: the chunk has none after all
};

/// A row group that has ended: the block of the Parquet encoder (encode/block.hpp).
struct row_group {
  explicit row_group(std::shared_ptr<block_pool> pool) : blocks(std::move(pool)) {}

  std::shared_ptr<block_pool> blocks; ///< outlives the chunks
  std::vector<ended_chunk> chunks;    ///< one a leaf
  std::vector<ended_filter>
      filters; ///< of the leaves that are to have one, in their order; behind all chunks in the file
  std::uint64_t rows = 0;
  bool has_index = true;
  std::unique_ptr<row_order> order = {}; ///< of its rows; nullptr: none is claimed

  /// Of its chunks.
  [[nodiscard]] std::uint64_t chunk_bytes() const noexcept {
    std::uint64_t sum = 0;
    for (ended_chunk const& c : chunks) {
      sum += c.bytes();
    }
    return sum;
  }
  /// Of all that it has before the page index.
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    std::uint64_t sum = chunk_bytes();
    for (ended_filter const& f : filters) {
      sum += f.stored.size();
    }
    return sum;
  }
  /// The most bytes of its page index in the file.
  [[nodiscard]] std::uint64_t index_bytes() const noexcept {
    std::uint64_t sum = 0;
    for (ended_chunk const& c : chunks) {
      sum += has_index ? c.index.bytes() + 2 * page_index::struct_bytes : 0;
    }
    return sum;
  }
};

} // namespace copyto::detail

#endif
