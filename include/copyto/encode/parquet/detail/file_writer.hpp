// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_FILE_WRITER_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_FILE_WRITER_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/concept.hpp>
#include <copyto/encode/detail/rope.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>
#include <copyto/encode/parquet/detail/row_group.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace copyto::detail {

/// Puts row groups together to one Parquet file (parquet-format, README.md, "File format") in one forward pass: row groups,
/// each with its filters behind it, then all ColumnIndex structs, all OffsetIndex structs, and the footer.
class file_writer {
public:
  explicit file_writer(std::shared_ptr<parquet_plan const> plan);

  [[nodiscard]] result<void> begin(sink& out);
  /// False: the file would pass the sink's limit. The first row group is always placed, and one of which `must` is true:
  /// its rows were taken already, and a large value has made it larger than the room that was looked for.
  [[nodiscard]] result<bool> place(row_group const& group, bool must, sink& out);
  /// Whether a row group of so many bytes can be placed, whose page index has `index` bytes.
  [[nodiscard]] result<bool> has_room(std::uint64_t bytes, std::uint64_t index, sink const& out) const;
  [[nodiscard]] result<file_stats> end(sink& out);

private:
  /// What precedes each piece of a RowGroup: a ColumnChunk ends with the place of its page index, which
  /// is not known yet.
  struct footer_piece {
    std::uint32_t size = 0;
    std::uint32_t column_index = 0; ///< bytes
    std::uint32_t offset_index = 0; ///< bytes
    bool chunk = false;
  };
  [[nodiscard]] result<void> place_chunk(std::size_t column, ended_chunk const& chunk, index_location filter,
                                         thrift_writer& footer, sink& out);
  void keep_metadata(std::uint32_t column_index, std::uint32_t offset_index, bool chunk);
  [[nodiscard]] std::uint64_t group_metadata_bytes() const noexcept;
  [[nodiscard]] result<void> write_row_groups(sink& out, std::uint64_t column_index, std::uint64_t offset_index);
  [[nodiscard]] std::uint64_t offset(sink const& out) const noexcept { return out.bytes() - start_; }
  void write_schema(thrift_writer& footer) const;

  std::shared_ptr<parquet_plan const> plan_;
  block_pool blocks_;
  byte_buffer metadata_;             ///< scratch for Thrift
  rope row_groups_;                  ///< the finished RowGroup structs in pieces, each behind a `footer_piece`
  rope column_indexes_;              ///< of placed chunks
  rope offset_indexes_;              ///< likewise
  std::unique_ptr<row_order> order_; ///< of all rows so far; nullptr: none is claimed
  bool has_index_ = true;            ///< the page index has not come to its limit
  std::uint64_t group_count_ = 0;
  std::uint64_t schema_bytes_ = 0; ///< of the footer without its row groups
  std::uint64_t start_ = 0;        ///< where the file begins in its sink
  std::uint64_t rows_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/file_writer.ipp>
#endif

#endif
