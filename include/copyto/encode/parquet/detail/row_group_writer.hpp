// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_ROW_GROUP_WRITER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_ROW_GROUP_WRITER_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/detail/column_writer.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>
#include <copyto/encode/parquet/detail/row_group.hpp>
#include <copyto/encode/parquet/detail/shredder.hpp>
#include <copyto/schema/batch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace copyto::detail {

/// Makes row groups, one after the other.
///
/// Where a page or the row group ends is decided at checkpoints only, and these lie at fixed places in the sequence of
/// its rows: 1024 rows after the last one, or behind the row with which `checkpoint_bytes` have come together, or where
/// a page or the row group has its full number of rows. So its bytes do not depend on how the rows were put into batches,
/// and between two checkpoints a batch is taken column by column. Nested columns are taken apart some rows at a time, since
/// the sizes of rows are known only then.
class row_group_writer {
public:
  explicit row_group_writer(std::shared_ptr<parquet_plan const> plan);
  /// Another one, for another thread: with the same plan, and the same pool of memory.
  row_group_writer(row_group_writer const& other);
  row_group_writer& operator=(row_group_writer const&) = delete;

  /// Takes rows `first` to `last` of a batch, fewer where the row group is full.
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, std::size_t last);
  [[nodiscard]] bool full() const noexcept { return full_; }
  /// Rows so far.
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Bytes so far, at most.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  /// Ends the row group, which has rows, and begins the next.
  [[nodiscard]] result<row_group> end();

private:
  row_group_writer(std::shared_ptr<parquet_plan const> plan, std::shared_ptr<block_pool> blocks);

  struct slice {
    std::size_t rows = 0;
    std::uint64_t bytes = 0;
  };
  void begin();
  [[nodiscard]] result<void> measure(batch const& rows, std::size_t first, std::size_t last);
  [[nodiscard]] result<void> measure_strings(leaf const& l, column_view const& v, std::size_t first, std::size_t count);
  [[nodiscard]] result<void> measure_nested(batch const& rows, std::size_t column, std::size_t first,
                                            std::size_t count);
  [[nodiscard]] slice next_slice(std::size_t first, std::size_t last) const noexcept;
  [[nodiscard]] result<void> set_large_values_apart(batch const& rows, std::size_t row);
  [[nodiscard]] result<void> take(batch const& rows, std::size_t first, slice part);
  [[nodiscard]] result<void> checkpoint();
  void limit_index() noexcept;

  std::shared_ptr<parquet_plan const> plan_;
  std::shared_ptr<block_pool> blocks_;
  std::vector<std::unique_ptr<compressor>> compressors_;
  page_scratch scratch_;
  std::vector<column_writer> columns_; ///< one a leaf
  std::vector<shredder> shredders_;    ///< one a shredded column, in their order
  std::unique_ptr<row_order> order_;   ///< of the open row group; nullptr: none is claimed
  bool has_index_ = true;              ///< the page index has not come to its limit
  bool full_ = false;
  std::uint64_t rows_ = 0;
  std::uint64_t raw_ = 0;                                  ///< bytes before any encoding
  std::uint64_t since_bytes_ = 0;                          ///< since the last checkpoint
  std::uint64_t rows_left_ = 0;                            ///< until the next one
  std::array<std::uint64_t, checkpoint_rows> row_sizes_{}; ///< of the rows that `measure` saw
  std::size_t measured_first_ = 0;
  std::size_t measured_last_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/row_group_writer.ipp>
#endif

#endif
