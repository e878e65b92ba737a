// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_READER_HPP
#define COPYTO_ENCODE_PARQUET_READER_HPP

#include <copyto/schema/field.hpp>

#include <string_view>

/// Who will read the files decides how the logical types are written.
namespace copyto::reader {

/// What a family of readers understands, as data: each type that they do not know is written in the
/// next best form that keeps every value, or refused where there is none.
struct profile {
  std::string_view name = "portable";
  bool unsigned_integers = false;    ///< annotated; else the next wider signed type, uint64 as decimal(20,0)
  bool float16 = false;              ///< FLOAT16; else FLOAT
  bool uuid = false;                 ///< UUID; else its 36 characters as STRING
  bool json = false;                 ///< JSON; else STRING
  bool enumeration = false;          ///< ENUM; else STRING
  bool nanoseconds = false;          ///< time and timestamp in nanoseconds; else refused
  bool time_millis = false;          ///< time in milliseconds; else microseconds
  bool utc_time = false;             ///< time that says it is UTC; else a wall-clock reading
  bool interval = false;             ///< INTERVAL; else ISO 8601 text
  bool names_differ_by_case = false; ///< columns may have names that differ in case only; else refused
  friend constexpr bool operator==(profile const&, profile const&) = default;
};

/// Whether a column of type `f` can be written for these readers. Nested columns cannot yet.
[[nodiscard]] constexpr bool supports(profile const& readers, field const& f) noexcept {
  switch (f.type.id) {
  case kind::time:
  case kind::timestamp: return f.type.unit != time_unit::nano || readers.nanoseconds;
  default: return !is_nested(f.type.id);
  }
}

/// Files that load without options in Snowflake, BigQuery, Redshift, Athena, Spark and DuckDB: only
/// the types that all of them document.
///
/// - uint8, uint16, uint32: the next wider signed integer; uint64: decimal(20,0).
/// - float16: FLOAT. uuid, json, enum: STRING.
/// - interval: ISO 8601 text, each part with its own sign: `P1Y-2M3DT4H5M6.000000007S`.
/// - time: local microseconds. Nanoseconds are refused: Spark, Snowflake, BigQuery and Redshift
///   either reject them or read other values.
/// - Two columns whose names differ in (ASCII) case only are refused: most of these engines fold case.
struct portable {
  static constexpr profile value = {};
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(value, f); }
};

/// Every type with its own annotation, for readers that know all of parquet-format 2.11. An interval
/// must be whole milliseconds and without a negative part, all that INTERVAL can hold; any other value
/// is errc::value_out_of_range.
struct exact {
  static constexpr profile value = {.name = "exact",
                                    .unsigned_integers = true,
                                    .float16 = true,
                                    .uuid = true,
                                    .json = true,
                                    .enumeration = true,
                                    .nanoseconds = true,
                                    .time_millis = true,
                                    .utc_time = true,
                                    .interval = true,
                                    .names_differ_by_case = true};
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(value, f); }
};

/// A profile that is chosen at run time. `supports` says what some profile can hold; `check` then
/// refuses what the chosen one cannot.
struct any {
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(exact::value, f); }
};

} // namespace copyto::reader

#endif
