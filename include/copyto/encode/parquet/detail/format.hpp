// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_FORMAT_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_FORMAT_HPP

#include <cstdint>
#include <string_view>

/// The numbers of Parquet's metadata (apache/parquet-format, src/main/thrift/parquet.thrift).
namespace copyto::detail {

enum class physical : std::uint8_t {
  boolean = 0,
  int32 = 1,
  int64 = 2,
  float32 = 4,
  float64 = 5,
  byte_array = 6,
  fixed_len_byte_array = 7,
};

/// SchemaElement.converted_type, the older annotation; `none`: the type has no older form.
enum class converted : std::uint8_t {
  utf8 = 0,
  map = 1,
  list = 3,
  enumeration = 4,
  decimal = 5,
  date = 6,
  time_millis = 7,
  time_micros = 8,
  timestamp_millis = 9,
  timestamp_micros = 10,
  uint_8 = 11,
  uint_16 = 12,
  uint_32 = 13,
  uint_64 = 14,
  int_8 = 15,
  int_16 = 16,
  int_32 = 17,
  int_64 = 18,
  json = 19,
  interval = 21,
  none = 255,
};

/// Field number of a member of the union LogicalType; `none`: no annotation.
enum class annotation : std::uint8_t {
  none = 0,
  string = 1,
  map = 2,
  list = 3,
  enumeration = 4,
  decimal = 5,
  date = 6,
  time = 7,
  timestamp = 8,
  integer = 10,
  json = 12,
  uuid = 14,
  float16 = 15,
};

enum class encoding : std::uint8_t {
  plain = 0,
  rle = 3,
  delta_binary_packed = 5,
  delta_length_byte_array = 6,
  delta_byte_array = 7,
  rle_dictionary = 8,
  byte_stream_split = 9,
};
enum class page_type : std::uint8_t { data = 0, dictionary = 2, data_v2 = 3 };
/// ColumnIndex.boundary_order.
enum class boundary_order : std::uint8_t { unordered = 0, ascending = 1, descending = 2 };
enum class repetition : std::uint8_t { required = 0, optional = 1, repeated = 2 };

/// Names of the groups and members that lists and maps have in the file (LogicalTypes.md, "Nested Types").
inline constexpr std::string_view list_group = "list";
inline constexpr std::string_view list_element = "element";
inline constexpr std::string_view map_group = "key_value";
inline constexpr std::string_view map_key = "key";
inline constexpr std::string_view map_value = "value";

/// Sizes of pages and of values are signed 32-bit numbers; a page is one value or some small ones,
/// with its levels and what a codec adds to data that it cannot compress.
inline constexpr std::uint64_t max_value_bytes = (std::uint64_t{1} << 31) - (std::uint64_t{1} << 20);

} // namespace copyto::detail

#endif
