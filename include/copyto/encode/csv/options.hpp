// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_OPTIONS_HPP
#define COPYTO_ENCODE_CSV_OPTIONS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/schema/field.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace copyto {

/// Which values stand in quotes. NULL never does, and the names in a header only where they need it.
enum class csv_quotes : std::uint8_t {
  necessary,   ///< those that could not be read back without
  all,         ///< every value; PostgreSQL's `FORCE_QUOTE *`
  non_numeric, ///< every value of a column that holds no integers, floating point numbers or decimals
  never,       ///< none: a value that needs quotes is an error
};

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
  bool header = false; ///< the column names as first line of every file
  csv_quotes quotes = csv_quotes::necessary;
  std::vector<std::string> force_quote = {}; ///< columns with every value in quotes; PostgreSQL's FORCE_QUOTE
  copyto::codec codec = {};                  ///< of the whole file: none, `gzip()` or `zstd()`
};

/// Whether the options can be written and read back, alone and for these columns. Errors are
/// errc::invalid_argument and name the option, also where it has no effect next to another one; errc::unsupported for
/// nested columns and codecs without files; and errc::invalid_argument for a column whose name cannot stand in a
/// header. The rules are those of PostgreSQL's COPY, and beyond these: no character outside of ASCII (it would break
/// UTF-8), no quote or escape that ends a line, and no `\.` as NULL of a single column (it would end the data).
[[nodiscard]] result<void> check(csv_options const& options, schema_view fields);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/encode/csv/options.ipp>
#endif

#endif
