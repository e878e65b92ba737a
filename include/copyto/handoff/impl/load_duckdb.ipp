// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_DUCKDB_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_DUCKDB_IPP

#include <copyto/handoff/detail/load_duckdb.hpp>

#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/load_statement.hpp>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

// Rules, and the pages of duckdb.org/docs/stable that they come from; tests/integration/load.py runs all of it:
//
// | Default of the engine | what it would do | set to |
// |---|---|---|
// | hive_partitioning: found out (Hive Partitioning) | a folder `day=1` replaces the column `day` | false; true where columns are in the paths only, with hive_types, and no other folder called like a column |
// | allow_quoted_nulls = true (CSV Import) | `""` becomes NULL | false |
// | max_line_size = 2,000,000 (the same) | refuses longer rows | as large as the largest file, up to 256 MiB |
// | buffer_size = 16 max_line_size (the same) | takes gigabytes for a file of three rows | max_line_size |
// | text as dates | takes `0044-03-15 BC` for a year of ours | its own form, `0044-03-15 (BC)` |
// | auto_detect = true (the same) | guesses all of the dialect | false |
// | union_by_name, filename, binary_as_string = false | right | the same |
//
// A path is a glob; its signs in brackets are themselves (Reading Multiple Files), but no longer a backslash beside them.
// Names differ by more than case.

inline std::string duckdb_type(field const& column, field const& written, bool csv) {
  logical_type const& row = column.type;
  logical_type const& in_file = written.type;
  bool const text = csv || in_file.id == kind::string; // which every type is cast from
  switch (row.id) {
  case kind::boolean: return "BOOLEAN";
  case kind::int8: return "TINYINT";
  case kind::int16: return "SMALLINT";
  case kind::int32: return "INTEGER";
  case kind::int64: return "BIGINT";
  case kind::uint8: return "UTINYINT";
  case kind::uint16: return "USMALLINT";
  case kind::uint32: return "UINTEGER";
  case kind::uint64: return "UBIGINT";
  case kind::float16:
  case kind::float32: return "FLOAT";
  case kind::float64: return "DOUBLE";
  case kind::decimal: return fmt::format("DECIMAL({},{})", row.precision, row.scale);
  case kind::string:
  case kind::enumeration: return "VARCHAR";
  case kind::binary:
  case kind::fixed_binary: return "BLOB";
  case kind::uuid: return "UUID";
  case kind::date: return "DATE";
  case kind::time: // in microseconds, which from text it would round to
    return !is_nanoseconds(row) ? "TIME" : text ? "VARCHAR" : "";
  case kind::timestamp:
    return !is_nanoseconds(row) ? (row.utc ? "TIMESTAMPTZ" : "TIMESTAMP") : row.utc ? "" : "TIMESTAMP_NS";
  case kind::interval: return text ? "VARCHAR" : "INTERVAL";
  case kind::json: return "JSON";
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  if (csv) {
    return "JSON";
  }
  auto const type = [](field const& child, field const& its_file) { return duckdb_type(child, its_file, false); };
  auto const name = [](field const& member) { return sql_doubled(member.name, '"'); };
  return row.id == kind::list        ? sql_nested(column, written, "", "[]", type, name)
         : row.id == kind::structure ? sql_nested(column, written, "STRUCT(", ")", type, name)
                                     : sql_nested(column, written, "MAP(", ")", type, name);
}

inline std::string duckdb_files(load_job const& job, std::size_t first, std::size_t behind) {
  std::string files;
  for (std::size_t i = first; i != behind; ++i) {
    std::string path;
    for (char const c : job.uri(job.done.files[i])) {
      path += c == '*' || c == '?' || c == '[' ? fmt::format("[{}]", c) : std::string(1, c);
    }
    files += fmt::format("{}  {}", files.empty() ? "" : ",\n", sql_doubled(path, '\''));
  }
  return files;
}

/// Whether columns are taken from the paths, and which; as text, which is cast as CSV's is.
inline std::string duckdb_paths(load_job const& job) {
  std::string types;
  for (field const& f : job.in_paths()) {
    types += fmt::format("{}{}: VARCHAR", types.empty() ? "" : ", ", sql_doubled(f.name, '\''));
  }
  return types.empty()
             ? "hive_partitioning = false"
             : fmt::format("hive_partitioning = true, hive_types_autocast = false, hive_types = {{{}}}", types);
}

/// No folder above the partitions is one, in its eyes, that is called like a column.
inline result<void> check_duckdb_paths(load_job const& job) {
  std::string const first = job.uri(job.done.files.front());
  std::size_t const partition = first.rfind(job.done.files.front().partition);
  std::string_view above(first.data(), partition);
  while (!job.in_paths().empty() && !above.empty()) {
    std::string_view const folder = above.substr(0, above.find('/'));
    above.remove_prefix(std::min(folder.size() + 1, above.size()));
    for (field const& f : job.rows()) {
      if (boost::algorithm::iequals(folder.substr(0, folder.find('=')), f.name) && folder.find('=') != folder.npos) {
        return job.no(fmt::format("it would take column `{}` from the folder `{}`", f.name, folder),
                      "export to another prefix, or keep the columns of the partitions in the files");
      }
    }
  }
  return {};
}

/// Some of the files of CSV, as rows of text.
inline std::string duckdb_csv(load_job const& job, std::string_view values, std::size_t first, std::size_t behind) {
  csv_options const& o = job.dialect();
  auto const sign = [](char c) { return sql_doubled(std::string_view(&c, 1), '\''); };
  std::uint64_t longest = 2 * MiB; // no row is longer than its file, but where that is compressed
  for (std::size_t i = first; i != behind; ++i) {
    longest = std::max(longest, job.done.files[i].bytes);
  }
  constexpr std::uint64_t most = 256 * MiB; // it takes a buffer of that size, so not more than may be needed
  bool const compressed = o.codec.id() != codec_id::none;
  std::uint64_t const line = compressed ? most : std::min(longest, most);
  std::string columns;
  for (field const& f : job.rows().first(job.rows().size() - job.in_paths().size())) {
    columns += fmt::format("{}{}: 'VARCHAR'", columns.empty() ? "" : ", ", sql_doubled(f.name, '\''));
  }
  return fmt::format(
      "SELECT {}\nFROM read_csv([\n{}\n], auto_detect = false, new_line = '\\n', header = {}, delim = {}, "
      "quote = {}, escape = {}, nullstr = {}, allow_quoted_nulls = false, encoding = 'utf-8', "
      "{}, union_by_name = false, filename = false, max_line_size = {}, buffer_size = {}, "
      "compression = '{}', columns = {{{}}})",
      values, duckdb_files(job, first, behind), job.header_of(first), sign(o.delimiter), sign(o.quote), sign(o.escape),
      sql_doubled(o.null_text, '\''), duckdb_paths(job), line, line, job.compression("none", "gzip", "zstd"), columns);
}

/// CSV that it refuses, or reads as something else.
inline result<void> check_duckdb_csv(load_job const& job) {
  if (!job.csv()) {
    return {};
  }
  csv_options const& o = job.dialect();
  if (o.escape != o.quote && (o.escape == o.delimiter || o.null_text.find(o.escape) != o.null_text.npos)) {
    return job.no("it takes no escape that is the delimiter, or stands in the NULL text",
                  "export with another escape or NULL text, or Parquet");
  }
  if (o.quote == ' ') {
    return job.no("it takes no blank as the quote", "export with another quote, or Parquet");
  }
  return job.check_no_empty_texts();
}

/// A path cannot have both, a backslash and a sign that must be in brackets.
inline result<void> check_duckdb_globs(load_job const& job) {
  for (file_report const& file : job.done.files) {
    std::string const path = job.uri(file);
    if (path.find('\\') != path.npos && path.find_first_of("*?[") != path.npos) {
      return job.no("a path has a backslash beside *, ? or [, which it cannot read", "export to another prefix");
    }
  }
  return {};
}

/// What is cast from text. It would read over what it does not know behind a date.
inline std::string duckdb_text(field const& column, std::string const& name) {
  bool const day = column.type.id == kind::date || column.type.id == kind::timestamp;
  return day ? fmt::format("regexp_replace({}, '^([0-9-]+)(.*) BC$', '\\1 (BC)\\2')", name) : name;
}

COPYTO_COLD result<std::string> load_duckdb(load_job const& job) {
  if (result<void> const good = job.check_names_differ(); !good) {
    return good.error();
  }
  if (result<void> const good = check_duckdb_csv(job); !good) {
    return good.error();
  }
  if (result<void> const good = check_duckdb_globs(job); !good) {
    return good.error();
  }
  if (result<void> const good = check_duckdb_paths(job); !good) {
    return good.error();
  }
  auto const types =
      sql_types(job, [&](field const& row, field const& in_file) { return duckdb_type(row, in_file, job.csv()); });
  if (!types) {
    return types.error();
  }
  auto const name = [](std::string_view text) { return sql_doubled(text, '"'); };
  std::string const table = sql_table(job, folding::none, name);
  std::vector<std::string> const names = sql_names(job, name);
  std::string values;
  for (std::size_t i = 0; i != names.size(); ++i) {
    bool const digits = job.csv() && is_blob(job.rows()[i].type.id); // \x and hexadecimal digits
    bool const text = job.csv() || i >= names.size() - job.in_paths().size();
    values += i == 0 ? "" : ", ";
    values += digits
                  ? fmt::format("unhex(substr({}, 3))", names[i])
                  : fmt::format("CAST({} AS {})", text ? duckdb_text(job.rows()[i], names[i]) : names[i], (*types)[i]);
  }
  std::string sql = sql_create_table(job, table, names, *types);
  sql += fmt::format("INSERT INTO {} ({})\n", table, sql_list(names));
  std::size_t const count = job.done.files.size();
  if (!job.csv()) {
    return sql + fmt::format("SELECT {}\nFROM read_parquet([\n{}\n], {}, union_by_name = false, filename = false, "
                             "binary_as_string = false);\n",
                             values, duckdb_files(job, 0, count), duckdb_paths(job));
  }
  bool const apart = job.dialect().header == csv_header::first_file && count > 1;
  sql += duckdb_csv(job, values, 0, apart ? 1 : count);
  return sql + (apart ? "\nUNION ALL\n" + duckdb_csv(job, values, 1, count) : "") + ";\n";
}

} // namespace copyto::detail

#endif
