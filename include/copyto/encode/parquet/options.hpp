// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_OPTIONS_HPP
#define COPYTO_ENCODE_PARQUET_OPTIONS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/encode/codec/concept.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace copyto {

/// How values are written that are in no dictionary (parquet-format, Encodings.md).
enum class parquet_encoding : std::uint8_t {
  plain = 0,
  delta_binary_packed =
      5, ///< integers, dates, times, timestamps, decimals of up to 18 digits: differences to the one before
  delta_length_byte_array = 6, ///< byte strings: all lengths, then all bytes
  delta_byte_array = 7,        ///< byte strings: what they do not share with the one before
  byte_stream_split = 9,       ///< float and double: the first bytes of all, then the second ones, and so on
};

namespace detail {
class filter_kind;
} // namespace detail

/// What a column chunk says of the values that it has; `bloom_filter()` of encode/parquet/bloom_filter.hpp makes one.
struct parquet_filter {
  double false_positives = 0.01;
  std::uint64_t max_bytes = 1 * MiB; ///< of a chunk's filter; one that needs more has none
  detail::filter_kind const* kind = nullptr;
};

/// A column by which rows are sorted.
struct parquet_sorting {
  std::string column = {};
  bool descending = false;
  bool nulls_first = false;
};

/// What one column does otherwise than the file.
struct parquet_column {
  std::string name = {};
  std::optional<copyto::codec> codec = {}; ///< nullopt: the file's
  std::optional<bool> dictionary = {};     ///< nullopt: the file's, where the type can have one
  /// Of all values, and no dictionary then. nullopt: what the profile chooses. All but PLAIN need a profile that has them
  /// (`reader::modern`).
  std::optional<parquet_encoding> encoding = {};
  std::optional<parquet_filter> filter = {}; ///< nullopt: none
};

/// Sizes are bytes before compression, where a row counts with all its columns: fixed-width values
/// also where they are NULL, a byte more for each that is optional.
///
/// With a dictionary, a column chunk holds each distinct value once and small numbers in place of
/// values. It is tried for every type but booleans and values under 4 bytes, and given up where a look
/// at the first thousands of values finds most of them new, where it would not make the first page
/// smaller, and, from there on, where it has come to its limits. Each row group starts anew.
struct parquet_options {
  copyto::codec codec = {};               ///< of all pages; none, or e.g. `snappy()`
  std::uint64_t row_group_rows = 131'072; ///< at most this many rows in a row group
  std::uint64_t row_group_bytes =
      32 * MiB;                       ///< a row group ends when it has come to this, or to a quarter of the file limit
  std::uint64_t page_bytes = 1 * MiB; ///< a page ends when its values have; less for wide schemas
  std::uint64_t page_rows = 20'000;   ///< at most this many rows in a page, up to 1,048,576
  bool dictionary = true;
  std::uint64_t dictionary_bytes = 1 * MiB;  ///< of a chunk, up to 256 MiB; less for wide schemas
  std::uint64_t dictionary_entries = 65'536; ///< of a chunk, up to 1,048,576
  bool checksums = true;                     ///< a CRC-32 of each page in its header
  std::vector<parquet_column> columns = {};  ///< overrides, by name
  /// Field ids 1, 2, … of all columns and nodes of nested ones, by depth first, for tables of Iceberg and DuckLake. With
  /// false those that fields have by hand (`field::id`), which do not go with this.
  bool number_fields = false;
  /// The order that rows have, which readers may rely on (parquet.thrift, RowGroup.sorting_columns): by the first column,
  /// where that is equal by the next, and so on; text and bytes as bytes. Each row is compared with the one before it in the
  /// same file, and one that breaks the order is an error. Columns of lists, maps, structs, floats and intervals have no
  /// such order.
  std::vector<parquet_sorting> sorted_by = {};
  /// Key-value metadata of the footer, in this order; keys differ, and are neither empty nor Spark's version.
  std::vector<std::pair<std::string, std::string>> metadata = {};
};

} // namespace copyto

#endif
