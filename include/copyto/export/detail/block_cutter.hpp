// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_BLOCK_CUTTER_HPP
#define COPYTO_EXPORT_DETAIL_BLOCK_CUTTER_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/schema/column_stats.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace copyto::detail {

/// A block on its way into a file.
struct made_block {
  std::unique_ptr<any_block> block = nullptr;
  std::uint64_t rows = 0;
  std::vector<column_range> ranges = {}; ///< of its columns, where they are asked for
};

/// Where blocks end besides where they are full, in rows of the export: so they depend on nothing else.
struct block_rule {
  std::uint64_t ticket_rows = 1;   ///< at each multiple: rows up to here are one thread's
  std::uint64_t max_file_rows = 1; ///< likewise: a file begins
  bool column_stats = false;

  /// The next such place behind row `row`.
  [[nodiscard]] std::uint64_t next(std::uint64_t row) const noexcept;
};

/// Cuts rows that follow each other into blocks, on one thread at a time.
class block_cutter {
public:
  /// `fields` outlives it.
  block_cutter(schema_view fields, std::unique_ptr<any_block_writer> writer, block_rule rule);
  /// Another one, for another thread.
  [[nodiscard]] std::unique_ptr<block_cutter> another() const {
    return std::make_unique<block_cutter>(fields_, writer_->another(), rule_);
  }

  /// No block is open, and the next row is number `row` of the export, from 0.
  void start(std::uint64_t row) noexcept { row_ = row; }
  /// Takes rows of a batch from `first` on, up to the end of the block at most, and returns how many. An error names the
  /// row of the export, from 1.
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first);
  /// Rows of the open block.
  [[nodiscard]] std::uint64_t open_rows() const noexcept { return open_rows_; }
  /// Whether the open block must end.
  [[nodiscard]] bool at_end() const noexcept { return open_rows_ != 0 && (row_ == end_ || writer_->full()); }
  /// Ends the open block, which has rows.
  [[nodiscard]] result<made_block> end();

private:
  schema_view fields_;
  std::unique_ptr<any_block_writer> writer_;
  block_rule rule_;
  std::uint64_t row_ = 0; ///< the number of the next row
  std::uint64_t end_ = 0; ///< where the open block ends at the latest
  std::uint64_t open_rows_ = 0;
  std::vector<column_range> ranges_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/block_cutter.ipp>
#endif

#endif
