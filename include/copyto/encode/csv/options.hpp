// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_OPTIONS_HPP
#define COPYTO_ENCODE_CSV_OPTIONS_HPP

#include <copyto/encode/codec/concept.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// Which values stand in quotes. NULL never does, and the names in a header only where they need it.
enum class csv_quotes : std::uint8_t {
  necessary,   ///< those that could not be read back without
  all,         ///< every value; PostgreSQL's `FORCE_QUOTE *`
  non_numeric, ///< every value of a column that holds no integers, floating point numbers or decimals
  never,       ///< none: a value that needs quotes is an error
};

/// Which files begin with the column names.
enum class csv_header : std::uint8_t {
  none,
  every_file,
  first_file, ///< so that the files one after the other make one CSV file
};

/// What becomes of lists, structs and maps.
enum class csv_nested : std::uint8_t {
  json,   ///< their JSON text, as PostgreSQL's `to_json` has it
  refuse, ///< an error, before the first request
};

/// The warning that a file has a value in which psql before 18 sees the end of the data.
inline constexpr std::string_view csv_end_of_data =
    "a text holds a line that is only \\., at which psql before version 18 stops reading (\\copy ... FROM)";

/// The dialect of a CSV file; names and defaults of PostgreSQL's COPY
/// (postgresql.org/docs/current/sql-copy.html).
///
/// Loading NULL and the empty string apart needs a reader that tells `,,` from `,"",` (PostgreSQL, DuckDB,
/// BigQuery; Snowflake with FIELD_OPTIONALLY_ENCLOSED_BY). For one that does not (Redshift), set
/// `null_text` to `\N`.
struct csv_options {
  char delimiter = ','; ///< between fields: one ASCII character, not quote, CR, LF or NUL
  char quote = '"';     ///< around fields that need it: one ASCII character, not CR, LF or NUL
  char escape = '"';    ///< in front of quote and escape inside quotes: one ASCII character, not CR, LF or NUL
  /// How NULL is written, without quotes; a value that equals it is quoted. Without delimiter, quote, CR and LF.
  std::string null_text = {};
  csv_header header = csv_header::none; ///< the column names as first line
  csv_quotes quotes = csv_quotes::necessary;
  std::vector<std::string> force_quote = {}; ///< columns with every value in quotes; PostgreSQL's FORCE_QUOTE
  csv_nested nested = csv_nested::json;
  copyto::codec codec = {}; ///< of the whole file: none, `gzip()` or `zstd()`
};

} // namespace copyto

#endif
