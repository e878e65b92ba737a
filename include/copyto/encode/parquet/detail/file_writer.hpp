// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_FILE_WRITER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_FILE_WRITER_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/encode/parquet/detail/column_writer.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>
#include <copyto/encode/parquet/detail/rope.hpp>
#include <copyto/schema/batch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace copyto::detail {

/// Writes one Parquet file (parquet-format, README.md, "File format") in one forward pass: row groups, then
/// all ColumnIndex structs, all OffsetIndex structs, and the footer.
///
/// Where a page, a row group or the file ends is decided at checkpoints only, and these lie at fixed
/// places in the sequence of rows: 1024 rows after the last one, or behind the row with which
/// `checkpoint_bytes` have come together, or where a page or row group has its full number of rows. So
/// the bytes of a file do not depend on how its rows were put into batches, and between two
/// checkpoints a batch is taken column by column.
class file_writer {
public:
  /// `options` and `fields` must outlive the writer.
  file_writer(schema_view fields, parquet_options const& options, reader::profile const& readers,
              std::uint64_t max_file_size);

  [[nodiscard]] result<void> begin(sink& out);
  [[nodiscard]] result<std::size_t> write(batch const& rows, std::size_t first, sink& out);
  [[nodiscard]] result<file_stats> end(sink& out);
  /// Bytes of the open row group.
  [[nodiscard]] std::uint64_t pending_bytes() const noexcept;

private:
  /// What precedes each piece of a RowGroup: a ColumnChunk ends with the place of its page index, which
  /// is not known yet.
  struct footer_piece {
    std::uint32_t size = 0;
    std::uint32_t column_index = 0; ///< bytes
    std::uint32_t offset_index = 0; ///< bytes
    bool chunk = false;
  };
  struct slice {
    std::size_t rows = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] result<void> measure(batch const& rows, std::size_t first);
  [[nodiscard]] slice next_slice(std::size_t first, std::size_t last) const noexcept;
  [[nodiscard]] result<void> set_large_values_apart(batch const& rows, std::size_t row);
  [[nodiscard]] result<void> take(batch const& rows, std::size_t first, slice part);
  [[nodiscard]] result<void> checkpoint(sink& out);
  [[nodiscard]] result<void> end_row_group(sink& out);
  [[nodiscard]] result<void> end_chunk(std::size_t column, thrift_writer& footer, sink& out,
                                       std::uint64_t& uncompressed);
  void keep_metadata(std::uint32_t column_index, std::uint32_t offset_index, bool chunk);
  [[nodiscard]] std::uint64_t index_bytes() const noexcept;
  [[nodiscard]] result<void> write_row_groups(sink& out, std::uint64_t column_index, std::uint64_t offset_index);
  [[nodiscard]] std::uint64_t offset(sink const& out) const noexcept { return out.bytes() - start_; }
  void write_schema(thrift_writer& footer) const;

  parquet_plan plan_;
  block_pool blocks_;
  std::vector<std::unique_ptr<compressor>> compressors_;
  std::vector<column_writer> columns_;
  page_scratch scratch_;
  byte_buffer metadata_;  ///< scratch for Thrift
  rope row_groups_;       ///< the finished RowGroup structs in pieces, each behind a `footer_piece`
  rope column_indexes_;   ///< of finished chunks
  rope offset_indexes_;   ///< likewise
  bool has_index_ = true; ///< the page index has not come to its limit
  std::uint64_t group_count_ = 0;
  std::uint64_t schema_bytes_ = 0; ///< of the footer without its row groups
  std::uint64_t start_ = 0;        ///< where the file begins in its sink
  std::uint64_t rows_ = 0;
  std::uint64_t group_rows_ = 0;
  std::uint64_t group_raw_ = 0;
  std::uint64_t since_bytes_ = 0; ///< since the last checkpoint
  std::uint64_t rows_left_ = 0;   ///< until the next one
  bool full_ = false;
  std::array<std::uint64_t, checkpoint_rows> row_sizes_{}; ///< of the rows that `measure` saw
  std::size_t measured_first_ = 0;
  std::size_t measured_last_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/file_writer.ipp>
#endif

#endif
