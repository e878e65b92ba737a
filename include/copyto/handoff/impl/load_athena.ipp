// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_ATHENA_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_ATHENA_IPP

#include <copyto/handoff/detail/load_athena.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/load_statement.hpp>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

// Rules, and the pages of docs.aws.amazon.com/athena/latest/ug that they come from:
//
// - A timestamp has milliseconds (Data types in Amazon Athena); there is no unsigned type, no TIME, no UUID.
// - A location is a folder without wildcards, and everything below it is read, but for files that begin with `_` or `.`
//   (Specify a table location in Amazon S3). So a view picks this export's files by their paths. How a location holds a
//   quote or a backslash is not said.
// - Names are letters, digits and `_`, in lower case; in DDL between backticks, in views between double quotes (Name
//   databases, tables, and columns). A query has at most 262,144 bytes (Service quotas).
// - Columns that only the partitions' paths have are partition columns, of text; each partition is added with its folder (ALTER
//   TABLE ADD PARTITION), and the view casts. Hive's name for NULL is reserved there, so that NULL has another one, which no other
//   value can have. A partition column is called like no other. How folders with percent signs are read is not said.
// - The readers of CSV know neither NULL of text nor line feeds in values (OpenCSVSerDe).

inline constexpr std::size_t athena_query = 262'144; ///< bytes of one

inline bool athena_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return ascii::is_alnum(c) || c == '_'; });
}

inline std::string athena_type(field const& written) {
  logical_type const& in_file = written.type;
  switch (in_file.id) {
  case kind::boolean: return "boolean";
  case kind::int8: return "tinyint";
  case kind::int16: return "smallint";
  case kind::int32: return "int";
  case kind::int64: return "bigint";
  case kind::float32: return "float";
  case kind::float64: return "double";
  case kind::decimal: return fmt::format("decimal({},{})", in_file.precision, in_file.scale);
  case kind::string: return "string";
  case kind::binary:
  case kind::fixed_binary: return "binary";
  case kind::date: return "date";
  case kind::timestamp: return in_file.unit == time_unit::milli ? "timestamp" : "";
  case kind::uint8:
  case kind::uint16:
  case kind::uint32:
  case kind::uint64:
  case kind::json:
  case kind::enumeration:
  case kind::float16:
  case kind::uuid:
  case kind::time:
  case kind::interval: break;
  case kind::list:
  case kind::structure:
  case kind::map: {
    auto const type = [](field const& child, field const&) { return athena_type(child); };
    auto const name = [](field const& member) { return std::string(member.name); };
    bool const named = in_file.id != kind::structure ||
                       std::ranges::all_of(written.children(), [](field const& m) { return athena_name(m.name); });
    std::string_view const open = in_file.id == kind::list ? "array<" : in_file.id == kind::map ? "map<" : "struct<";
    return named ? sql_nested(written, written, open, ">", type, name, ":") : "";
  }
  }
  return {};
}

/// A type of columns as views have it (CAST of Trino).
inline std::string athena_cast(std::string const& type) {
  return type == "string" ? "varchar" : type == "int" ? "integer" : type;
}

inline constexpr std::string_view athena_null =
    ":null"; ///< of partitions: a colon is percent-encoded in any other value

/// What the paths say of their columns, and where that is.
inline std::string athena_partitions(std::vector<load_folder> const& folders, std::string_view table) {
  std::string const head = fmt::format("ALTER TABLE {} ADD IF NOT EXISTS", table);
  std::string sql;
  std::size_t begin = 0; // of the statement
  for (load_folder const& folder : folders) {
    std::string keys;
    for (auto const& [name, value] : folder.keys) {
      keys += fmt::format("{}{} = {}", keys.empty() ? "" : ", ", sql_doubled(name, '`'),
                          sql_doubled(value ? std::string_view(*value) : athena_null, '\''));
    }
    std::string const added = fmt::format("\n  PARTITION ({}) LOCATION {}", keys, sql_doubled(folder.place, '\''));
    if (sql.empty() || sql.size() - begin + added.size() > athena_query) {
      sql += sql.empty() ? "" : ";\n";
      begin = sql.size();
      sql += head;
    }
    sql += added;
  }
  return sql + ";\n";
}

inline result<void> check_athena_paths(load_job const& job) {
  if (job.in_paths().empty()) {
    return {};
  }
  std::vector<load_folder> const folders = job.folders();
  for (load_folder const& folder : folders) {
    if (result<void> good = job.check_plain_paths(folder, true); !good) {
      return good;
    }
  }
  for (auto const& [name, value] : folders.front().keys) {
    if (!athena_name(name) || name.size() > 255) {
      return job.no(fmt::format("no column can be called `{}`", name), "choose up to 255 letters, digits and _");
    }
    for (field const& f : job.in_files()) {
      if (boost::algorithm::iequals(f.name, name)) {
        return job.no(
            fmt::format("the paths have a key `{}`, and the files a column that is called so, but for case", name),
            "give the column another name");
      }
    }
  }
  return job.check_paths(
      {kind::boolean, kind::int8, kind::int16, kind::int32, kind::int64, kind::decimal, kind::string, kind::date});
}

inline result<void> check_athena(load_job const& job) {
  if (job.scheme() != "s3") {
    return job.no("it reads s3:// only", "export to a bucket of S3");
  }
  if (job.csv()) {
    return job.no("its readers of CSV know neither NULL nor line feeds in values", "export Parquet");
  }
  // Use compression in Athena; it names LZ4, and does not say in which framing.
  if (result<void> good = job.check_parquet({codec_id::snappy, codec_id::gzip, codec_id::zstd}, false); !good) {
    return good;
  }
  for (field const& f : job.rows()) {
    if (!athena_name(f.name)) {
      return job.no_name(f, "names there are letters, digits and _");
    }
  }
  for (table_part const& part : job.table) {
    if (!athena_name(part.text)) {
      return job.no(fmt::format("no table can be called `{}`", part.text), "choose letters, digits and _");
    }
  }
  std::string const place = job.directory();
  if (place.find_first_of("*?[]{}'\\") != place.npos || place.find("//", 5) != place.npos) {
    return job.no(fmt::format("`{}` has wildcards, quotes, backslashes or an empty name in it", place),
                  "export to another prefix");
  }
  for (file_report const& file : job.done.files) {
    std::string const uri = job.uri(file);
    for (std::size_t at = place.size(); at != 0; at = uri.find('/', at) + 1) {
      if (uri[at] == '_' || uri[at] == '.') {
        return job.no(fmt::format("`{}` begins with _ or . and is hidden there", uri.substr(at)),
                      "export with other names");
      }
    }
  }
  if (result<void> good = check_athena_paths(job); !good) {
    return good;
  }
  if (result<void> good = job.check_names_differ(); !good) {
    return good;
  }
  return job.check_names_fit(255);
}

COPYTO_COLD result<std::string> load_athena(load_job const& job) {
  if (result<void> const good = check_athena(job); !good) {
    return good.error();
  }
  auto const types = sql_types(job, [](field const&, field const& in_file) { return athena_type(in_file); });
  if (!types) {
    return types.error();
  }
  // The table of files is this export's: that of another one would keep its location.
  load_job of_files = job;
  std::string suffix = "_files_" + job.done.export_id;
  std::ranges::replace(suffix, '-', '_');
  of_files.table.back().text += suffix;
  auto const text = [](std::string_view value) { return sql_doubled(value, '\''); };
  auto const in_ddl = [](std::string_view name) { return sql_doubled(name, '`'); };
  auto const in_views = [](std::string_view name) { return sql_doubled(name, '"'); };
  std::vector<std::string> const names = sql_names(job, in_ddl);
  std::string const table = sql_table(of_files, folding::lower, in_ddl);
  std::size_t const in_files = names.size() - job.in_paths().size();
  std::string sql = fmt::format("CREATE EXTERNAL TABLE IF NOT EXISTS {} (\n", table);
  for (std::size_t i = 0; i != in_files; ++i) {
    sql += fmt::format("  {} {}{}\n", names[i], (*types)[i], i + 1 == in_files ? "" : ",");
  }
  std::vector<load_folder> const folders = job.folders();
  std::string keys;
  for (auto const& [name, value] : folders.front().keys) {
    keys += fmt::format("{}{} string", keys.empty() ? "" : ", ", in_ddl(name));
  }
  sql += fmt::format(")\n{}STORED AS PARQUET\nLOCATION {};\n",
                     keys.empty() ? "" : fmt::format("PARTITIONED BY ({})\n", keys), text(job.directory()));
  sql += keys.empty() ? "" : athena_partitions(folders, table);
  std::vector<std::string> selected = sql_names(job, in_views);
  for (std::size_t i = in_files; i != selected.size(); ++i) {
    selected[i] =
        fmt::format("CAST(NULLIF({0}, '{1}') AS {2}) AS {0}", selected[i], athena_null, athena_cast((*types)[i]));
  }
  std::string files;
  for (file_report const& file : job.done.files) {
    files += fmt::format("{}  {}", files.empty() ? "" : ",\n", text(job.uri(file)));
  }
  std::string const view = fmt::format("CREATE OR REPLACE VIEW {} AS\nSELECT {}\nFROM {}\nWHERE \"$path\" IN (\n{}\n)",
                                       sql_table(job, folding::lower, in_views), sql_list(selected),
                                       sql_table(of_files, folding::lower, in_views), files);
  if (view.size() > athena_query) {
    return job.no(fmt::format("a query has at most {} bytes, and the names of {} files take more", athena_query,
                              job.done.files.size()),
                  "let the files be larger");
  }
  return sql + view + ";\n";
}

} // namespace copyto::detail

#endif
