// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_SNOWFLAKE_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_SNOWFLAKE_IPP

#include <copyto/handoff/detail/load_snowflake.hpp>

#include <copyto/core/crc.hpp>
#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/load_statement.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

// Rules, and the pages of docs.snowflake.com that they come from:
//
// | Default of the engine | what it would do | set to |
// |---|---|---|
// | ESCAPE_UNENCLOSED_FIELD = '\\' (CREATE FILE FORMAT) | joins rows, drops backslashes | NONE |
// | NULL_IF = '\\N', also of quoted fields and of Parquet (CREATE FILE FORMAT; Data unloading considerations) | text becomes NULL | () or the NULL text, if no value can be that |
// | EMPTY_FIELD_AS_NULL = TRUE (the same) | `,,` is NULL and `""` is empty: right | TRUE |
// | SKIP_BYTE_ORDER_MARK = TRUE (CREATE FILE FORMAT) | takes it away | FALSE |
// | RECORD_DELIMITER: new line (the same) | takes \r\n, too | '\n' |
// | TRIM_SPACE, SKIP_BLANK_LINES, REPLACE_INVALID_CHARACTERS = FALSE; MULTI_LINE = TRUE; ENCODING = UTF8 | right | the same |
// | DATE_INPUT_FORMAT and the like of the session (Date and time input and output formats) | may be anything | 'AUTO' in the cast |
// | TIMEZONE of the session (Date & time data types) | offset of TIMESTAMP_TZ | UTC |
// | BINARY_AS_TEXT = TRUE, USE_LOGICAL_TYPE = FALSE (CREATE FILE FORMAT) | bytes become text, times numbers | FALSE, TRUE |
// | USE_VECTORIZED_SCANNER = FALSE, which is to change (the same) | other types, and other nested values (below) | TRUE if any column is nested, and for delta encodings, which only this scanner is documented to read (Supported formats for semi-structured data); else FALSE |
// | ON_ERROR = ABORT_STATEMENT, TRUNCATECOLUMNS = FALSE (COPY INTO <table>) | right | the same |
//
// A SELECT needs a named stage, and FILES has at most 1000 names, each exactly one file (COPY INTO <table>). CREATE OR
// REPLACE STORAGE INTEGRATION would cut off every stage that uses it (CREATE STORAGE INTEGRATION), so that one is made
// for role and bucket, and its name says which. A column of Parquet in brackets is a string, with its rules (Querying
// semi-structured data). Columns that only the partitions' paths have are constants of a COPY INTO for each partition, cast
// as its columns are (Transforming data during a load).
//
// Nested columns are ARRAY (lists) and OBJECT (structs and maps): a cast to these makes NULL of JSON's null (TO_ARRAY,
// TO_OBJECT), which a VARIANT would keep. Below that NULL is JSON's null.
// - Of Parquet, the vectorized scanner has NULLs of lists, and a map as one object, its keys as names; the other one leaves
//   NULLs out, and knows no maps (CREATE FILE FORMAT, USE_VECTORIZED_SCANNER). Leaves have the types that they have as
//   columns, which are read from a VARIANT, too. No page says what other keys than text become.
// - Of CSV, PARSE_JSON keeps decimals as NUMBER, up to its 38 digits, 37 of them behind the point, and a second key of the
//   same name is an error (PARSE_JSON); COPY may use it (Transforming data during a load).

inline constexpr std::size_t snowflake_files = 1000; ///< of one COPY INTO

/// The type of a column; `in_file`: what Parquet says. Which Parquet types give which of its own is documented for times
/// and timestamps only (USE_LOGICAL_TYPE), so that those of the exact profile beyond them have none.
inline std::string snowflake_type(logical_type const& row, logical_type const& in_file, bool csv) {
  switch (in_file.id) {
  case kind::boolean: return "BOOLEAN";
  case kind::int8: return "NUMBER(3,0)";
  case kind::int16: return "NUMBER(5,0)";
  case kind::int32: return "NUMBER(10,0)";
  case kind::int64: return "NUMBER(19,0)";
  case kind::uint8: return csv ? "NUMBER(3,0)" : "";
  case kind::uint16: return csv ? "NUMBER(5,0)" : "";
  case kind::uint32: return csv ? "NUMBER(10,0)" : "";
  case kind::uint64: return csv ? "NUMBER(20,0)" : "";
  case kind::float16: return csv ? "FLOAT" : "";
  case kind::float32:
  case kind::float64: return "FLOAT";
  case kind::decimal: // up to 37 digits behind the point (Numeric data types)
    return in_file.scale > 37 ? "" : fmt::format("NUMBER({},{})", in_file.precision, in_file.scale);
  case kind::string: return row.id == kind::time ? "TIME" : "VARCHAR";
  case kind::json: // VARIANT keeps neither all digits nor double keys
  case kind::enumeration:
  case kind::uuid:
  case kind::interval: return csv ? "VARCHAR" : "";
  case kind::binary:
  case kind::fixed_binary: return "BINARY";
  case kind::date: return "DATE";
  case kind::time: return "TIME";
  case kind::timestamp: return in_file.utc ? "TIMESTAMP_TZ" : "TIMESTAMP_NTZ";
  case kind::list: return "ARRAY";
  case kind::structure:
  case kind::map: return "OBJECT";
  }
  return {};
}

inline std::string_view snowflake_node(load_job const& job, field const& row, field const& in_file) {
  if (!job.csv() && in_file.type.id == kind::map && in_file.nodes[0].type.id != kind::string) {
    return "only of text is it documented that keys become names of an OBJECT";
  }
  if (job.csv() && in_file.type.id == kind::json) {
    return "PARSE_JSON keeps neither all digits nor double keys";
  }
  bool const number = in_file.type.id == kind::decimal; // JSON has text for all but numbers and booleans
  bool const held = (job.csv() && !number) || !snowflake_type(row.type, in_file.type, job.csv()).empty();
  return held ? "" : "it has no type of which is documented that it holds this without loss";
}

/// The value that a column is loaded from.
inline std::string snowflake_value(load_job const& job, std::size_t column, std::string_view type) {
  field const& f = job.rows()[column];
  std::string const raw = job.csv() ? fmt::format("${}", column + 1) : fmt::format("$1[{}]", sql_escaped(f.name, '\''));
  bool const text = job.csv() || job.in_file(column).type.id == kind::string;
  std::string const as_text = job.csv() ? raw : raw + "::VARCHAR";
  if (job.csv() && is_nested(f.type.id)) {
    return fmt::format("PARSE_JSON({})::{}", raw, type);
  }
  if (job.csv() && is_blob(f.type.id)) { // \x and hexadecimal digits
    return fmt::format("TO_BINARY(SUBSTR({}, 3), 'HEX')", raw);
  }
  if (text && type == "DATE") {
    return fmt::format("TO_DATE({}, 'AUTO')", as_text);
  }
  if (text && type == "TIME") {
    return fmt::format("TO_TIME({}, 'AUTO')", as_text);
  }
  if (text && type.starts_with("TIMESTAMP_")) {
    return fmt::format("TO_{}({}, 'AUTO')", type, as_text);
  }
  return fmt::format("{}::{}", raw, type);
}

/// The same of a column that the path of a partition has.
inline std::string snowflake_constant(load_folder const& folder, field const& f, std::string_view type) {
  auto const key = std::ranges::find(folder.keys, f.name, &hive_values::value_type::first);
  if (key == folder.keys.end() || !key->second) {
    return fmt::format("NULL::{}", type);
  }
  std::string const text = sql_escaped(*key->second, '\'');
  return type == "DATE" ? fmt::format("TO_DATE({}, 'YYYY-MM-DD')", text) : fmt::format("{}::{}", text, type);
}

/// One byte in quotes, as a hexadecimal escape where it is no ordinary sign.
inline std::string snowflake_byte(char c) {
  return c > ' ' && c != '\'' && c != '\\' && c != '\x7f' ? fmt::format("'{}'", c)
                                                          : fmt::format("'0x{:02x}'", static_cast<unsigned char>(c));
}

inline std::string snowflake_format(load_job const& job) {
  if (!job.csv()) {
    return fmt::format("TYPE = PARQUET USE_VECTORIZED_SCANNER = {} BINARY_AS_TEXT = FALSE USE_LOGICAL_TYPE = TRUE "
                       "TRIM_SPACE = FALSE REPLACE_INVALID_CHARACTERS = FALSE NULL_IF = ()",
                       job.nested() || job.modern() ? "TRUE" : "FALSE");
  }
  csv_options const& o = job.dialect();
  return fmt::format(
      "TYPE = CSV RECORD_DELIMITER = '\\n' FIELD_DELIMITER = {} FIELD_OPTIONALLY_ENCLOSED_BY = {} ESCAPE = {} "
      "ESCAPE_UNENCLOSED_FIELD = NONE MULTI_LINE = TRUE SKIP_HEADER = {} SKIP_BLANK_LINES = FALSE TRIM_SPACE = FALSE "
      "NULL_IF = ({}) EMPTY_FIELD_AS_NULL = TRUE SKIP_BYTE_ORDER_MARK = FALSE REPLACE_INVALID_CHARACTERS = FALSE "
      "ENCODING = 'UTF8' COMPRESSION = {}",
      snowflake_byte(o.delimiter), o.quote == '\'' ? "'0x27'" : "'\"'",
      o.escape == o.quote ? "NONE" : snowflake_byte(o.escape), job.header_of(0) ? 1 : 0,
      o.null_text.empty() ? "" : sql_escaped(o.null_text, '\''), job.compression("NONE", "GZIP", "ZSTD"));
}

inline result<void> check_snowflake(load_job const& job) {
  if (job.scheme() != "s3" && job.scheme() != "gs") {
    return job.no("it reads s3:// and gs:// only", "export to a bucket of these");
  }
  // CREATE FILE FORMAT; it names LZ4, and does not say in which framing.
  static constexpr auto codecs = {codec_id::snappy, codec_id::gzip, codec_id::zstd, codec_id::brotli};
  if (result<void> good = job.check_parquet(codecs, true); !good) {
    return good;
  }
  if (job.csv() && job.dialect().quote != '"' && job.dialect().quote != '\'') {
    return job.no("its quotes are \" or '", "choose one of these");
  }
  if (result<void> good = job.check_paths(
          {kind::boolean, kind::int8, kind::int16, kind::int32, kind::int64, kind::decimal, kind::string, kind::date});
      !good) {
    return good;
  }
  for (load_folder const& folder : job.folders()) {
    for (auto const& [name, value] : folder.keys) {
      if (value && value->find('\0') != value->npos) {
        return job.no(fmt::format("a value of column `{}` holds a NUL byte", name), "leave such rows out in the query");
      }
    }
  }
  for (auto const check : {&load_job::check_header_is_in_every_file, &load_job::check_header_is_one_line,
                           &load_job::check_null_text_is_no_value, &load_job::check_no_empty_lines}) {
    if (result<void> good = (job.*check)(); !good) {
      return good;
    }
  }
  if (result<void> good = job.check_nodes(snowflake_node, "cast it in the query"); !good) {
    return good;
  }
  return job.check_names_fit(255);
}

COPYTO_COLD result<std::string> load_snowflake(load_job const& job) {
  if (result<void> const good = check_snowflake(job); !good) {
    return good.error();
  }
  auto const types = sql_types(
      job, [&](field const& row, field const& in_file) { return snowflake_type(row.type, in_file.type, job.csv()); });
  if (!types) {
    return types.error();
  }
  auto const name = [](std::string_view text) { return sql_doubled(text, '"'); };
  auto const text = [](std::string_view value) { return sql_escaped(value, '\''); };
  std::string const table = sql_table(job, folding::upper, name);
  std::vector<std::string> const names = sql_names(job, name);
  std::string const place = job.directory();
  bool const amazon = job.scheme() == "s3";
  auto const address = [&](std::string_view uri) { // gs:// is gcs:// there
    return text(amazon ? std::string(uri) : "gcs" + std::string(uri.substr(2)));
  };
  std::string const bucket = place.substr(0, place.find('/', 5) + 1);
  // The same name is the same role and bucket; the stage is this session's, and this export's.
  std::string const integration =
      name(fmt::format("copyto_{:016x}", crc64nvme(as_bytes(bucket + '\n' + job.target.role_arn))));
  std::string stage; // where the table is: the session may have no schema of its own
  for (std::size_t i = 0; i + 1 != job.table.size(); ++i) {
    stage += name(folded(job.table[i], folding::upper)) + ".";
  }
  stage += name("copyto_" + job.done.export_id);
  std::string sql = fmt::format("ALTER SESSION SET TIMEZONE = 'UTC';\n"
                                "CREATE STORAGE INTEGRATION IF NOT EXISTS {}\n  TYPE = EXTERNAL_STAGE\n"
                                "  STORAGE_PROVIDER = '{}'\n  ENABLED = TRUE\n",
                                integration, amazon ? "S3" : "GCS");
  if (amazon) {
    sql += fmt::format("  STORAGE_AWS_ROLE_ARN = {}\n", text(job.target.role_arn));
  }
  sql += fmt::format("  STORAGE_ALLOWED_LOCATIONS = ({});\n"
                     "CREATE OR REPLACE TEMPORARY STAGE {}\n  STORAGE_INTEGRATION = {}\n  URL = {};\n",
                     address(bucket), stage, integration, address(place));
  sql += sql_create_table(job, table, names, *types);
  std::size_t const in_files = names.size() - job.in_paths().size();
  std::string copies;
  std::size_t statements = 0;
  for (load_folder const& folder : job.folders()) {
    std::string values;
    for (std::size_t i = 0; i != names.size(); ++i) {
      values += fmt::format("    {}{}\n",
                            i < in_files ? snowflake_value(job, i, (*types)[i])
                                         : snowflake_constant(folder, job.rows()[i], (*types)[i]),
                            i + 1 == names.size() ? "" : ",");
    }
    for (std::size_t first = 0; first < folder.files.size(); first += snowflake_files, ++statements) {
      std::string files;
      for (std::size_t i = first; i != std::min(first + snowflake_files, folder.files.size()); ++i) {
        files += fmt::format("{}  {}", files.empty() ? "" : ",\n",
                             text(job.uri(job.done.files[folder.files[i]]).substr(place.size())));
      }
      copies +=
          fmt::format("COPY INTO {} ({})\nFROM (\n  SELECT\n{}  FROM @{}\n)\nFILES = (\n{}\n)\nFILE_FORMAT = ({})\n"
                      "ON_ERROR = ABORT_STATEMENT;\n",
                      table, sql_list(names), values, stage, files, snowflake_format(job));
    }
  }
  bool const several = statements > 1;
  return sql + (several ? "BEGIN;\n" + copies + "COMMIT;\n" : copies);
}

} // namespace copyto::detail

#endif
