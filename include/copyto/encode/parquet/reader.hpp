// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_READER_HPP
#define COPYTO_ENCODE_PARQUET_READER_HPP

#include <copyto/schema/field.hpp>

#include <optional>
#include <string_view>

namespace copyto::detail {
class value_encodings;
} // namespace copyto::detail

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
  bool nanoseconds = false;          ///< timestamps (and times, if they are not text) in nanoseconds; else refused
  bool time = false;                 ///< TIME; else text
  bool time_millis = false;          ///< TIME in milliseconds; else microseconds
  bool utc_time = false;             ///< TIME that says it is UTC; else a wall-clock reading
  bool interval = false;             ///< INTERVAL; else ISO 8601 text
  bool bounds_beside_nan = false;    ///< bounds of the other values where there is a NaN; else none there
  bool names_spark = true;           ///< dates and timestamps are marked as Spark 3 wants them marked
  bool names_differ_by_case = false; ///< columns may have names that differ in case only; else refused
  /// What pages may have beside PLAIN values and dictionaries; nullptr: nothing.
  detail::value_encodings const* encodings = nullptr;
  friend constexpr bool operator==(profile const&, profile const&) = default;
};

/// Whether a column of type `f` can be written for these readers: a nested one where all its leaves can.
[[nodiscard]] constexpr bool supports(profile const& readers, field const& f) noexcept {
  bool const nanoseconds = f.type.unit == time_unit::nano;
  switch (f.type.id) {
  case kind::time: return !nanoseconds || readers.nanoseconds || !readers.time;
  case kind::timestamp: return !nanoseconds || readers.nanoseconds;
  default:
    for (field const& child : f.children()) {
      if (!supports(readers, child)) {
        return false;
      }
    }
    return true;
  }
}

/// Files that load without options in Snowflake, BigQuery, Redshift, Athena, Spark and DuckDB: only the types that all of
/// them document. Every type is read back, value by value, by the readers of docs/readers.md, in the versions named
/// there (Spark 3.5 and 4, parquet-java, DuckDB, Polars, ClickHouse, pyarrow, arrow-rs, parquet-go, hyparquet).
///
/// - uint8, uint16, uint32: the next wider signed integer; uint64: decimal(20,0).
/// - float16: FLOAT. uuid, json, enum: STRING.
/// - interval: ISO 8601 text, each part with its own sign: `P1Y-2M3DT4H5M6.000000007S`.
/// - time: text, `12:34:56.789`, since one TIME column keeps Spark from opening the whole file.
/// - Timestamps in nanoseconds are refused: Spark, Snowflake, BigQuery and Redshift either reject them or read other
///   values.
/// - A page or column chunk that holds a NaN has no bounds: the specification leaves NaN out of them, and Spark and
///   parquet-java, to which NaN is the largest value, would skip it where it belongs to the result.
/// - The footer names a version of Spark where there are dates or timestamps: without it Spark 3 refuses dates before
///   1582-10-15 and timestamps before 1900 that no version of its own has written, as perhaps of another calendar
///   (spark.sql.parquet.datetimeRebaseModeInRead).
/// - Two columns whose names differ in (ASCII) case only are refused: most of these engines fold case.
struct portable {
  static constexpr profile value = {};
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(value, f); }
};

/// Every type with its own annotation, for readers that know all of parquet-format 2.11. docs/readers.md says which ones
/// do; one column of INTERVAL, UUID or TIME keeps some from opening the whole file. An interval
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
                                    .time = true,
                                    .time_millis = true,
                                    .utc_time = true,
                                    .interval = true,
                                    .bounds_beside_nan = true,
                                    .names_spark = false,
                                    .names_differ_by_case = true};
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(value, f); }
};

/// The profile of a name, "portable" or "exact"; nothing: there is none. (`modern` has a header of its own, modern.hpp.)
[[nodiscard]] constexpr std::optional<profile> named(std::string_view name) noexcept {
  for (profile const& p : {portable::value, exact::value}) {
    if (p.name == name) {
      return p;
    }
  }
  return std::nullopt;
}

/// A profile that is chosen at run time. `supports` says what some profile can hold; `check` then
/// refuses what the chosen one cannot.
struct any {
  [[nodiscard]] static constexpr bool supports(field const& f) noexcept { return reader::supports(exact::value, f); }
};

} // namespace copyto::reader

#endif
