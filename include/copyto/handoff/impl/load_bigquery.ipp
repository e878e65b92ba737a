// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_BIGQUERY_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_BIGQUERY_IPP

#include <copyto/handoff/detail/load_bigquery.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/load_statement.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

// Rules, and the pages of docs.cloud.google.com/bigquery/docs that they come from:
//
// | Default of the engine | what it would do | set to |
// |---|---|---|
// | allow_quoted_newlines = false (Loading CSV data from Cloud Storage) | refuses rows | true |
// | preserve_ascii_control_characters = false (the same) | changes or refuses them | true |
// | null_marker = '' (the same) | `,,` is NULL, `""` is empty: right | the NULL text, if no value can be that |
// | max_bad_records = 0, allow_jagged_rows = ignore_unknown_values = false, encoding = 'UTF-8' | right | the same |
// | enum_as_string = false (Load statements in GoogleSQL) | ENUM becomes BYTES | true |
//
// - Blanks at the ends of text without quotes may be dropped, so that text must be quoted.
// - One `*` in a URI stands for any name, and cannot be escaped; a URI with `#` or `//` is refused (Load statements).
// - Columns: letters, digits, marks and some signs, 300 characters, not in case only (Specify a schema). Names and strings
//   have backslashes (Lexical structure and syntax).

inline constexpr std::size_t bigquery_files = 10'000; ///< of one LOAD DATA

inline std::string bigquery_type(logical_type const& in_file, bool csv) {
  switch (in_file.id) {
  case kind::boolean: return "BOOL";
  case kind::int8:
  case kind::int16:
  case kind::int32:
  case kind::int64: return "INT64";
  case kind::uint8:
  case kind::uint16:
  case kind::uint32: return csv ? "INT64" : "";
  case kind::uint64: return csv ? "NUMERIC" : "";
  case kind::float16: return csv ? "FLOAT64" : "";
  case kind::float32:
  case kind::float64: return "FLOAT64";
  case kind::decimal: // NUMERIC has 29 digits before the point, and 9 behind it; BIGNUMERIC 38 and 38
    return fmt::format("{}({},{})",
                       in_file.precision - in_file.scale <= 29 && in_file.scale <= 9 ? "NUMERIC" : "BIGNUMERIC",
                       in_file.precision, in_file.scale);
  case kind::string:
  case kind::enumeration: return "STRING";
  case kind::json: return csv ? "STRING" : "";
  case kind::binary:
  case kind::fixed_binary: return csv ? "" : "BYTES"; // CSV has \x and digits, and it reads base64
  case kind::uuid: return csv ? "STRING" : "";
  case kind::date: return "DATE";
  case kind::time: return is_nanoseconds(in_file) || in_file.utc ? "" : "TIME";
  case kind::timestamp: return is_nanoseconds(in_file) ? "" : in_file.utc ? "TIMESTAMP" : "DATETIME";
  case kind::interval: return csv ? "STRING" : "";
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  return {};
}

inline result<void> check_bigquery_names(load_job const& job) {
  constexpr std::string_view reserved[] = {"_TABLE_",        "_FILE_",   "_PARTITION",
                                           "_ROW_TIMESTAMP", "__ROOT__", "_COLIDENTIFIER"};
  constexpr std::string_view signs = "!\"$()*,./;?@[\\]^`{}~";
  auto const odd = [&](std::string_view name) {
    return name.find_first_of(signs) != name.npos || std::ranges::any_of(name, ascii::is_control);
  };
  for (field const& f : job.rows()) {
    if (odd(f.name)) {
      return job.no_name(f, "it holds a sign that is not allowed");
    }
    std::string upper(f.name);
    std::ranges::transform(upper, upper.begin(), ascii::to_upper);
    if (std::ranges::any_of(reserved, [&](std::string_view beginning) { return upper.starts_with(beginning); })) {
      return job.no_name(f, "such names are its own");
    }
  }
  for (table_part const& part : job.table) {
    if (odd(part.text)) {
      return job.no(fmt::format("no table can be called `{}`", part.text), "choose another name");
    }
  }
  for (file_report const& file : job.done.files) {
    if (file.key.find_first_of("*#") != file.key.npos || file.key.find("//") != file.key.npos) {
      return job.no(fmt::format("the name of a file, `{}`, has *, # or //, which mean something else there", file.key),
                    "export with other names");
    }
  }
  return job.check_names_fit(300);
}

inline result<void> check_bigquery(load_job const& job) {
  if (job.scheme() != "gs") {
    return job.no("it reads gs:// only", "export to a bucket of Google Cloud Storage");
  }
  if (job.csv() && job.dialect().codec.id() == codec_id::zstd) {
    return job.no("it reads no CSV compressed by zstd", "choose gzip");
  }
  for (field const& f : job.rows()) {
    csv_options const* const o = job.csv() ? &job.dialect() : nullptr;
    bool const quoted = o == nullptr || o->quotes == csv_quotes::all || o->quotes == csv_quotes::non_numeric ||
                        std::ranges::find(o->force_quote, f.name) != o->force_quote.end();
    if (is_text(f.type.id) && !quoted) {
      return job.no(
          fmt::format("blanks at the ends of text without quotes may be lost, and column `{}` has none", f.name),
          "quote all values (csv_quotes::all), or export Parquet");
    }
  }
  for (auto const check : {&load_job::check_header_is_in_every_file, &load_job::check_header_is_one_line,
                           &load_job::check_null_text_is_no_value, &load_job::check_quotes_are_doubled,
                           &load_job::check_no_empty_lines, &load_job::check_names_differ}) {
    if (result<void> good = (job.*check)(); !good) {
      return good;
    }
  }
  return check_bigquery_names(job);
}

COPYTO_COLD result<std::string> load_bigquery(load_job const& job) {
  if (result<void> const good = check_bigquery(job); !good) {
    return good.error();
  }
  auto const types =
      sql_types(job, [&](field const&, field const& in_file) { return bigquery_type(in_file.type, job.csv()); });
  if (!types) {
    return types.error();
  }
  auto const name = [](std::string_view text) { return sql_escaped(text, '`'); };
  auto const text = [](std::string_view value) { return sql_escaped(value, '\''); };
  std::string const table = sql_table(job, folding::none, name);
  std::string sql = sql_create_table(job, table, sql_names(job, name), *types);
  std::string options = "  format = 'PARQUET',\n  enum_as_string = true,\n";
  if (job.csv()) {
    csv_options const& o = job.dialect();
    options = fmt::format(
        "  format = 'CSV',\n  encoding = 'UTF-8',\n  skip_leading_rows = {},\n"
        "  field_delimiter = {},\n  quote = {},\n  null_marker = {},\n"
        "  allow_quoted_newlines = true,\n  allow_jagged_rows = false,\n"
        "  ignore_unknown_values = false,\n  max_bad_records = 0,\n"
        "  preserve_ascii_control_characters = true,\n{}",
        job.header_of(0) ? 1 : 0, o.delimiter == '\t' ? "'\\t'" : text(std::string_view(&o.delimiter, 1)),
        text(std::string_view(&o.quote, 1)), text(o.null_text), job.compression("", "  compression = 'GZIP',\n", ""));
  }
  for (std::size_t first = 0; first < job.done.files.size(); first += bigquery_files) {
    std::string files;
    for (std::size_t i = first; i != std::min(first + bigquery_files, job.done.files.size()); ++i) {
      files += fmt::format("{}    {}", files.empty() ? "" : ",\n", text(job.uri(job.done.files[i])));
    }
    sql += fmt::format("LOAD DATA INTO {}\nFROM FILES (\n{}  uris = [\n{}\n  ]\n);\n", table, options, files);
  }
  return sql;
}

} // namespace copyto::detail

#endif
