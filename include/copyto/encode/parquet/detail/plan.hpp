// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_PLAN_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_PLAN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/detail/column_writer.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/row_order.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto::detail {

/// The most rows from one checkpoint to the next; see `row_group_writer`.
inline constexpr std::size_t checkpoint_rows = 1024;

/// The key under which Spark looks for the version that has written a file.
inline constexpr std::string_view spark_version_key = "org.apache.spark.version";

/// The most lists, structs and maps within each other.
inline constexpr std::uint64_t max_nested = 32;
/// Entries of all leaves together that are taken apart at a time, unless a row has more.
inline constexpr std::size_t shredded_entries = 16'384;

/// A column of the schema, and the leaves that it becomes.
struct column_leaves {
  std::size_t first = 0;
  std::size_t count = 1;
  bool shredded = false; ///< see `leaf`
};

/// Everything about a file that follows from schema, options and size limit. The writers work by it,
/// and the memory bound is computed from it, so that they cannot disagree.
struct parquet_plan {
  /// `fields` must outlive the plan.
  parquet_plan(schema_view fields, parquet_options const& options, reader::profile const& readers,
               std::uint64_t max_file_size);

  schema_view fields;
  std::vector<leaf> leaves;
  std::vector<column_leaves> columns;
  std::vector<codec> codecs;                   ///< the distinct ones
  std::vector<std::size_t> codec_of;           ///< leaf -> index in `codecs`
  std::vector<dictionary_limits> dictionaries; ///< of each leaf
  std::uint64_t dictionary_room = 0;           ///< heap of a row group's dictionaries beyond their shares
  std::vector<std::size_t> byte_strings;       ///< leaves that are not shredded, and whose values have any length
  std::size_t schema_elements = 1;             ///< nodes of the schema in the file
  std::uint64_t limit = 0;
  std::uint64_t row_group_rows = 0;
  std::uint64_t row_group_bytes = 0;
  std::uint64_t checkpoint_bytes = 0; ///< see `row_group_writer`
  std::uint64_t page_bytes = 0;
  std::uint64_t page_rows = 0;
  std::uint64_t row_bytes = 0;       ///< of a row, without its byte strings and what is shredded
  std::uint64_t least_row_bytes = 0; ///< the same, with an entry of each leaf
  std::uint64_t large_value = 0;     ///< a value of this size gets a page of its own
  std::uint64_t footer_bytes = 0;    ///< the footer's largest size
  std::uint64_t index_bytes = 0;     ///< the page index ends when it has come to this
  std::uint64_t group_metadata = 0;  ///< most that a row group adds to the footer
  std::uint64_t schema_bytes = 256;  ///< most of the footer without its row groups
  std::size_t block_bytes = 0;
  bool checksums = true;    ///< of pages
  bool names_spark = false; ///< in the footer, see `reader::profile`
  value_encodings const* encodings = nullptr;
  bool numbers_fields = false;
  std::vector<parquet_filter> filters; ///< of each leaf, without a kind where it has none; empty: no leaf has one
  std::vector<sorting_column> sorted_by;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::uint64_t metadata_bytes = 0; ///< most of it in the footer

  /// Whether all rows have the same size.
  [[nodiscard]] bool same_rows() const noexcept { return row_bytes == least_row_bytes && byte_strings.empty(); }
  [[nodiscard]] column_sizes sizes(std::size_t column) const noexcept;
  /// The most values of a leaf in a row group, unless a large row is in it.
  [[nodiscard]] std::uint64_t chunk_values(std::size_t column) const noexcept;
  /// Nothing: the leaf has none.
  [[nodiscard]] std::unique_ptr<chunk_filter> make_filter(std::size_t column) const;
  /// The most bytes that the body of a page has, unless a large value is in it.
  [[nodiscard]] std::size_t max_page_body(std::size_t column) const noexcept;
  /// Room for the largest compressed page.
  [[nodiscard]] std::size_t compressed_scratch() const noexcept;
  /// Room for the encoded levels of a page.
  [[nodiscard]] std::size_t level_scratch() const noexcept;
  /// Room for the largest page of dictionary indices, and for a bit for each entry.
  [[nodiscard]] std::size_t body_scratch() const noexcept;
  [[nodiscard]] std::size_t seen_scratch() const noexcept;
  /// The most bytes of a row group in its file, unless a large value is in it.
  [[nodiscard]] std::uint64_t largest_group() const noexcept;
  /// The most bytes of its page index there, likewise.
  [[nodiscard]] std::uint64_t largest_index() const noexcept;
  /// Whether every file can keep to the limit, a row group and all that goes with it at the least.
  [[nodiscard]] bool fits_limit() const noexcept;
  /// The most bytes of a row group that wait in memory.
  [[nodiscard]] std::uint64_t chunk_bytes() const noexcept;
  /// Heap of this plan; of a row group writer with its open row group; of a row group that has ended; of a file writer.
  [[nodiscard]] std::uint64_t plan_memory() const noexcept;
  [[nodiscard]] std::uint64_t writer_memory() const noexcept;
  [[nodiscard]] std::uint64_t group_memory() const noexcept;
  [[nodiscard]] std::uint64_t file_memory() const noexcept;
  /// Of who writes a file alone.
  [[nodiscard]] std::uint64_t memory() const noexcept { return plan_memory() + writer_memory() + file_memory(); }

private:
  struct node;
  void add_leaves(field const& f, node above);
  [[nodiscard]] std::uint64_t pooled(std::uint64_t bytes) const noexcept;
  [[nodiscard]] std::uint64_t open_index_bytes() const noexcept;
};

/// Bytes of one entry of a leaf; of a byte string only its length.
[[nodiscard]] std::uint64_t slot_bytes(leaf const& l) noexcept;
/// A leaf that is not shredded, as a batch has it.
[[nodiscard]] column_view view_of(leaf const& l, batch const& rows) noexcept;
/// Whether the values of a leaf may go into a dictionary.
[[nodiscard]] bool can_have_dictionary(leaf const& l) noexcept;

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/plan.ipp>
#endif

#endif
