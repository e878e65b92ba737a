// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_FIELD_HPP
#define COPYTO_SCHEMA_FIELD_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace copyto {

/// The logical types. The right column says how `batch` stores one value (Arrow's columnar layout).
enum class kind : std::uint8_t {
  boolean,      ///< 1 bit, LSB first
  int8,         ///< int8_t ... and so on, native byte order
  int16,        ///<
  int32,        ///<
  int64,        ///<
  uint8,        ///<
  uint16,       ///<
  uint32,       ///<
  uint64,       ///<
  float16,      ///< IEEE 754 binary16 bits in a uint16_t
  float32,      ///< float
  float64,      ///< double
  decimal,      ///< unscaled: int32_t up to 9 digits, int64_t up to 18, __int128 up to 38
  string,       ///< bytes, valid UTF-8
  binary,       ///< bytes
  fixed_binary, ///< `width` bytes
  uuid,         ///< 16 bytes, as written
  date,         ///< int32_t days since 1970-01-01
  time,         ///< int32_t milliseconds, or int64_t micro- or nanoseconds since midnight
  timestamp,    ///< int64_t milli-, micro- or nanoseconds since 1970-01-01T00:00:00
  interval,     ///< copyto::interval
  json,         ///< bytes, valid UTF-8
  enumeration,  ///< bytes, the enumerator's name
  list,         ///< n + 1 int32_t offsets into one child
  structure,    ///< one child per member
  map,          ///< n + 1 int32_t offsets into two children, key and value
};

enum class time_unit : std::uint8_t { milli, micro, nano };

/// A type and its parameters; those that the kind does not use are zero.
struct logical_type {
  kind id = kind::boolean;
  time_unit unit = time_unit::micro; ///< time, timestamp
  bool utc = false;                  ///< time, timestamp: instants rather than wall-clock readings
  std::uint8_t precision = 0;        ///< decimal: digits in all, 1 to 38
  std::uint8_t scale = 0;            ///< decimal: digits behind the point, up to `precision`
  std::uint32_t width = 0;           ///< fixed_binary: bytes
  friend constexpr bool operator==(logical_type const&, logical_type const&) = default;
};

/// One column, or one node of a nested column. A literal type that borrows its name and children, so
/// that the schema of a struct is a constant; `schema` owns copies of them.
struct field {
  std::string_view name = {};
  logical_type type = {};
  bool optional = false;        ///< may be NULL
  std::int32_t id = -1;         ///< field id for table formats such as Iceberg, -1: none
  field const* nodes = nullptr; ///< list: the element; map: key and value; structure: its members
  std::uint32_t node_count = 0;

  [[nodiscard]] constexpr std::span<field const> children() const noexcept { return {nodes, node_count}; }
};

/// The columns of a source, in the order in which they are written.
using schema_view = std::span<field const>;

/// Months, days and nanoseconds are kept apart: none is a fixed number of another.
struct interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t nanoseconds = 0;
  friend constexpr bool operator==(interval const&, interval const&) = default;
};

/// Whether values are byte strings of any length.
[[nodiscard]] constexpr bool is_bytes(kind k) noexcept {
  return k == kind::string || k == kind::binary || k == kind::json || k == kind::enumeration;
}
[[nodiscard]] constexpr bool is_nested(kind k) noexcept {
  return k == kind::list || k == kind::structure || k == kind::map;
}

/// Bytes of one value in a batch; 0 for booleans (bits), byte strings and nested types.
[[nodiscard]] constexpr std::size_t value_width(logical_type const& type) noexcept {
  switch (type.id) {
  case kind::int8:
  case kind::uint8: return 1;
  case kind::int16:
  case kind::uint16:
  case kind::float16: return 2;
  case kind::int32:
  case kind::uint32:
  case kind::float32:
  case kind::date: return 4;
  case kind::int64:
  case kind::uint64:
  case kind::float64:
  case kind::timestamp: return 8;
  case kind::time: return type.unit == time_unit::milli ? 4 : 8;
  case kind::decimal: return type.precision <= 9 ? 4 : type.precision <= 18 ? 8 : 16;
  case kind::uuid:
  case kind::interval: return 16;
  case kind::fixed_binary: return type.width;
  case kind::boolean:
  case kind::string:
  case kind::binary:
  case kind::json:
  case kind::enumeration:
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  return 0;
}

/// The word for a kind in messages, e.g. "timestamp".
[[nodiscard]] constexpr std::string_view to_string(kind k) noexcept {
  constexpr std::string_view names[] = {
      "bool",    "int8",      "int16",    "int32",   "int64",  "uint8",  "uint16",       "uint32", "uint64",
      "float16", "float",     "double",   "decimal", "string", "binary", "fixed binary", "uuid",   "date",
      "time",    "timestamp", "interval", "json",    "enum",   "list",   "struct",       "map"};
  return names[static_cast<std::size_t>(k)];
}

} // namespace copyto

#endif
