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
#include <set>
#include <utility>

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
// | enable_list_inference = false (the same) | a list is not an ARRAY, but a record of one | true, where all can be ARRAYs |
//
// - Of Parquet, a struct is a STRUCT, and a map STRUCT<key_value ARRAY<STRUCT<key, value>>> (REST Resource: tables,
//   MapTargetType; LOAD DATA has no option for that). A list is an ARRAY, a NULL one an empty ARRAY; but an ARRAY's element
//   is neither NULL nor an ARRAY (Data definition language). So if any list of an export may have such elements, each is the
//   record that the file has, STRUCT<list ARRAY<STRUCT<element>>>, as without the option (Loading Parquet data from Cloud
//   Storage), and NULL stays NULL. Records go 15 deep (Specify nested and repeated columns).
// - Of CSV, nested columns are JSON text, and load into JSON (Working with JSON data), whose numbers are those of 64 bits:
//   INT64, UINT64 or FLOAT64 (Data types); whether a load refuses or rounds one of more digits is not said.
// - Columns that only the partitions' paths have come from there (Load externally partitioned data: WITH PARTITION COLUMNS, all
//   keys of the path, at most 10, as STRING, INT64 or DATE). What becomes of NULL and of percent signs is not said, nor whether they
//   load into a column that is NOT NULL.
// - Blanks at the ends of text without quotes may be dropped, so that text must be quoted.
// - One `*` in a URI stands for any name, and cannot be escaped; a URI with `#` or `//` is refused (Load statements).
// - Columns: letters, digits, marks and some signs, 300 characters, not in case only (Specify a schema). Names and strings
//   have backslashes (Lexical structure and syntax).

inline constexpr std::size_t bigquery_files = 10'000; ///< of one LOAD DATA
inline constexpr std::size_t bigquery_keys = 10;      ///< of a path
inline constexpr std::size_t bigquery_depth = 15;     ///< of records
inline constexpr std::size_t bigquery_digits = 15;    ///< of numbers that are no integers in JSON

/// Whether lists are ARRAYs, or the records that the file has.
enum class bigquery_lists : bool { records, arrays };

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
  case kind::map: return csv ? "JSON" : ""; // of Parquet: bigquery_nested
  }
  return {};
}

/// The type of a column of Parquet.
inline std::string bigquery_nested(field const& in_file, bigquery_lists lists) {
  auto const type = [&](field const& child, field const&) { return bigquery_nested(child, lists); };
  auto const name = [](field const& member) { return sql_escaped(member.name, '`'); };
  switch (in_file.type.id) {
  case kind::list: {
    std::string const element = type(in_file.nodes[0], in_file);
    return lists == bigquery_lists::arrays ? fmt::format("ARRAY<{}>", element)
                                           : fmt::format("STRUCT<`list` ARRAY<STRUCT<`element` {}>>>", element);
  }
  case kind::map:
    return fmt::format("STRUCT<`key_value` ARRAY<STRUCT<`key` {}, `value` {}>>>", type(in_file.nodes[0], in_file),
                       type(in_file.nodes[1], in_file));
  case kind::structure: return sql_nested(in_file, in_file, "STRUCT<", ">", type, name);
  default: return bigquery_type(in_file.type, false);
  }
}

/// How many records are within each other, at most.
inline std::size_t bigquery_records(field const& in_file, bigquery_lists lists) {
  std::size_t below = 0;
  for (field const& child : in_file.children()) {
    below = std::max(below, bigquery_records(child, lists));
  }
  bool const list = in_file.type.id == kind::list;
  return below + (list && lists == bigquery_lists::arrays ? 0U
                  : list || in_file.type.id == kind::map  ? 2U
                  : in_file.type.id == kind::structure    ? 1U
                                                          : 0U);
}

/// What lists are, of all columns: ARRAYs where all of them can be.
inline bigquery_lists bigquery_lists_of(std::span<field const> fields) {
  for (field const& f : fields) {
    bool const odd = f.type.id == kind::list && (f.nodes[0].optional || f.nodes[0].type.id == kind::list);
    if (odd || bigquery_lists_of(f.children()) == bigquery_lists::records) {
      return bigquery_lists::records;
    }
  }
  return bigquery_lists::arrays;
}

/// Whether a name holds a sign that none may hold.
inline bool bigquery_odd(std::string_view name) {
  return name.find_first_of("!\"$()*,./;?@[\\]^`{}~") != name.npos || std::ranges::any_of(name, ascii::is_control);
}

/// What is wrong with a column's or a member's name.
inline std::string_view bigquery_name(std::string_view name) {
  constexpr std::string_view reserved[] = {"_TABLE_",          "_FILE_",       "_PARTITION",
                                           "_ROW_TIMESTAMP",   "__ROOT__",     "_COLIDENTIFIER",
                                           "_CHANGE_SEQUENCE", "_CHANGE_TYPE", "_CHANGE_TIMESTAMP"};
  if (bigquery_odd(name)) {
    return "it holds a sign that is not allowed";
  }
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(), ascii::to_upper);
  bool const own =
      std::ranges::any_of(reserved, [&](std::string_view beginning) { return upper.starts_with(beginning); });
  return own ? "such names are its own" : name.size() > 300 ? "it is longer than 300 bytes" : "";
}

inline std::string_view bigquery_node(load_job const& job, field const&, field const& in_file) {
  kind const id = in_file.type.id;
  if (job.csv()) {
    bool const many = id == kind::json || (id == kind::decimal && in_file.type.precision > bigquery_digits);
    return many ? "it is not documented how many digits a number in JSON keeps" : "";
  }
  if (id == kind::structure) {
    std::set<std::string> names;
    for (field const& member : in_file.children()) {
      std::string lower(member.name);
      std::ranges::transform(lower, lower.begin(), ascii::to_lower);
      if (!bigquery_name(member.name).empty() || !names.insert(std::move(lower)).second) {
        return "a member's name holds a sign that is not allowed, is too long or its own, or differs in case only";
      }
    }
  }
  return is_nested(id) || !bigquery_type(in_file.type, false).empty()
             ? ""
             : "it has no type of which is documented that it holds this without loss";
}

inline result<void> check_bigquery_names(load_job const& job) {
  for (field const& f : job.rows()) {
    if (std::string_view const why = bigquery_name(f.name); !why.empty()) {
      return job.no_name(f, why);
    }
  }
  for (table_part const& part : job.table) {
    if (bigquery_odd(part.text)) {
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

inline result<void> check_bigquery_nested(load_job const& job, bigquery_lists lists) {
  if (result<void> good = job.check_nodes(bigquery_node, "cast it in the query"); !good || job.csv()) {
    return good;
  }
  for (std::size_t i = 0; i != job.rows().size(); ++i) {
    if (bigquery_records(job.in_file(i), lists) > bigquery_depth) {
      return job.no(fmt::format("records are at most {} deep, and those of column `{}`, {}, are deeper", bigquery_depth,
                                job.rows()[i].name, describe(job.in_file(i))),
                    "export CSV, where the column is JSON");
    }
  }
  return {};
}

inline result<void> check_bigquery_paths(load_job const& job) {
  if (job.in_paths().empty()) {
    return {};
  }
  if (job.csv()) {
    return job.no(fmt::format("column `{}` is in the partitions' paths only, which goes with Parquet",
                              job.in_paths().front().name),
                  "keep the columns of the partitions in the files, too, or export Parquet");
  }
  for (load_folder const& folder : job.folders()) {
    if (result<void> good = job.check_plain_paths(folder, false); !good) {
      return good;
    }
    if (folder.keys.size() != job.in_paths().size() || folder.keys.size() > bigquery_keys) {
      return job.no(fmt::format("all keys of a path must be columns, at most {}, and `{}` has others", bigquery_keys,
                                folder.place),
                    "keep the columns of the partitions in the files, too");
    }
  }
  for (file_report const& file : job.done.files) {
    std::string const behind = "/" + file.partition + "/";
    if (file.key.find('/', file.key.rfind(behind) + behind.size()) != file.key.npos) {
      return job.no(fmt::format("`{}` has folders behind its partition, and those of such paths are keys", file.key),
                    "export with other names");
    }
  }
  return job.check_paths({kind::int8, kind::int16, kind::int32, kind::int64, kind::string, kind::date});
}

inline result<void> check_bigquery(load_job const& job) {
  if (job.scheme() != "gs") {
    return job.no("it reads gs:// only", "export to a bucket of Google Cloud Storage");
  }
  if (job.csv() && job.dialect().codec.id() == codec_id::zstd) {
    return job.no("it reads no CSV compressed by zstd", "choose gzip");
  }
  // Loading Parquet data from Cloud Storage.
  static constexpr auto codecs = {codec_id::snappy, codec_id::gzip, codec_id::zstd, codec_id::lz4_raw};
  if (result<void> good = job.check_parquet(codecs, false); !good) {
    return good;
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
  if (result<void> good = check_bigquery_paths(job); !good) {
    return good;
  }
  return check_bigquery_names(job);
}

COPYTO_COLD result<std::string> load_bigquery(load_job const& job) {
  if (result<void> const good = check_bigquery(job); !good) {
    return good.error();
  }
  schema_view const written = job.csv() ? job.rows() : schema_view(job.done.written);
  bigquery_lists const lists = bigquery_lists_of(written);
  if (result<void> const good = check_bigquery_nested(job, lists); !good) {
    return good.error();
  }
  auto const types = sql_types(job, [&](field const&, field const& in_file) {
    return job.csv() ? bigquery_type(in_file.type, true) : bigquery_nested(in_file, lists);
  });
  if (!types) {
    return types.error();
  }
  auto const name = [](std::string_view text) { return sql_escaped(text, '`'); };
  auto const text = [](std::string_view value) { return sql_escaped(value, '\''); };
  std::string const table = sql_table(job, folding::none, name);
  std::string sql = sql_create_table(job, table, sql_names(job, name), *types, "ARRAY<", job.in_files().size());
  std::string options = "  format = 'PARQUET',\n  enum_as_string = true,\n";
  if (job.nested()) {
    options += fmt::format("  enable_list_inference = {},\n", lists == bigquery_lists::arrays);
  }
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
  load_folder const first_folder = job.folders().front();
  std::string paths; // in the order of the paths, which is that of the columns
  for (auto const& [key, value] : first_folder.keys) {
    auto const column = static_cast<std::size_t>(std::ranges::find(job.rows(), key, &field::name) - job.rows().begin());
    paths += fmt::format("{}{} {}", paths.empty() ? "" : ", ", name(key), (*types)[column]);
  }
  if (!paths.empty()) {
    options += fmt::format("  hive_partition_uri_prefix = {},\n",
                           text(std::string_view(first_folder.above).substr(0, first_folder.above.size() - 1)));
  }
  std::string const behind = paths.empty() ? "" : fmt::format("\nWITH PARTITION COLUMNS ({})", paths);
  for (std::size_t first = 0; first < job.done.files.size(); first += bigquery_files) {
    std::string files;
    for (std::size_t i = first; i != std::min(first + bigquery_files, job.done.files.size()); ++i) {
      files += fmt::format("{}    {}", files.empty() ? "" : ",\n", text(job.uri(job.done.files[i])));
    }
    sql += fmt::format("LOAD DATA INTO {}\nFROM FILES (\n{}  uris = [\n{}\n  ]\n){};\n", table, options, files, behind);
  }
  return sql;
}

} // namespace copyto::detail

#endif
