// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_OPTIONS_HPP
#define COPYTO_ENCODE_CSV_OPTIONS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/field.hpp>

#include <string>

namespace copyto {

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
};

/// Whether the options can be written and read back, alone and for these columns. Errors are
/// errc::invalid_argument and name the option, errc::unsupported for nested columns and errc::invalid_argument
/// for a column whose name cannot stand in a header. The rules are those of PostgreSQL's COPY, and beyond these: no
/// character outside of ASCII (it would break UTF-8), no quote or escape that ends a line, and no `\.` as NULL of a
/// single column (it would end the data).
[[nodiscard]] result<void> check(csv_options const& options, schema_view fields);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/encode/csv/options.ipp>
#endif

#endif
