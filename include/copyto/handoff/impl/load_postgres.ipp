// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_POSTGRES_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_POSTGRES_IPP

#include <copyto/handoff/detail/load_postgres.hpp>

#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/load_statement.hpp>
#include <copyto/store/uri.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

// Rules, and the pages of postgresql.org/docs/current that they come from; tests/integration/load.py runs the ones for
// psql. Of a bucket, Aurora's aws_s3.table_import_from_s3 (Amazon's guide to Aurora PostgreSQL, "Importing data from
// Amazon S3"): its arguments are text that becomes SQL, and a compressed object needs a Content-Encoding.
//
// - Every option of COPY that changes what bytes mean is set (COPY), and so is how intervals are read (IntervalStyle).
// - \copy is one line, and its file name has no escapes (psql).
// - psql before 18 takes a line `\.` for the end of the data, also in quotes (release notes of 18).
// - Names have 63 bytes; what is longer would be cut (Lexical Structure).

inline std::string postgres_type(logical_type const& row) {
  if (is_nanoseconds(row)) {
    return {}; // microseconds at most
  }
  switch (row.id) {
  case kind::boolean: return "boolean";
  case kind::int8:
  case kind::uint8:
  case kind::int16: return "smallint";
  case kind::uint16:
  case kind::int32: return "integer";
  case kind::uint32:
  case kind::int64: return "bigint";
  case kind::uint64: return "numeric(20,0)";
  case kind::float16:
  case kind::float32: return "real";
  case kind::float64: return "double precision";
  case kind::decimal: return fmt::format("numeric({},{})", row.precision, row.scale);
  case kind::string:
  case kind::enumeration: return "text";
  case kind::binary:
  case kind::fixed_binary: return "bytea";
  case kind::uuid: return "uuid";
  case kind::date: return "date";
  case kind::time: return row.utc ? "timetz" : "time";
  case kind::timestamp: return row.utc ? "timestamptz" : "timestamp";
  case kind::interval: return "interval";
  case kind::json:
  case kind::list: // in CSV they are JSON, and every name of an object stays in `json`
  case kind::structure:
  case kind::map: return "json";
  }
  return {};
}

/// A string literal that means the same whatever standard_conforming_strings is.
inline std::string postgres_text(std::string_view value) {
  std::string const quoted = sql_doubled(value, '\'');
  if (quoted.find_first_of("\\\t\n\r") == quoted.npos) {
    return quoted;
  }
  std::string escaped = "E";
  for (char const c : quoted) {
    switch (c) {
    case '\\': escaped += "\\\\"; break;
    case '\t': escaped += "\\t"; break;
    case '\n': escaped += "\\n"; break;
    case '\r': escaped += "\\r"; break;
    default: escaped += c;
    }
  }
  return escaped;
}

inline std::string postgres_with(load_job const& job, std::size_t file) {
  csv_options const& o = job.dialect();
  auto const sign = [](char c) { return postgres_text(std::string_view(&c, 1)); };
  return fmt::format("FORMAT csv, HEADER {}, DELIMITER {}, QUOTE {}, ESCAPE {}, NULL {}, ENCODING 'UTF8'",
                     job.header_of(file), sign(o.delimiter), sign(o.quote), sign(o.escape), postgres_text(o.null_text));
}

inline result<void> check_postgres(load_job const& job) {
  if (!job.csv()) {
    return job.no("it reads no Parquet", "export CSV");
  }
  std::string_view const scheme = job.scheme();
  if (!scheme.empty() && scheme != "s3") {
    return job.no("Aurora's aws_s3 reads s3:// only", "export to a bucket of S3, or to a directory");
  }
  if (!scheme.empty() && job.dialect().codec.id() != codec_id::none) {
    return job.no("Aurora's aws_s3 asks for a Content-Encoding of compressed files, which they do not have",
                  "export without a codec");
  }
  if (!scheme.empty() && job.target.region.empty()) {
    return job.no("Aurora's aws_s3 asks for the region of the bucket", "give the region");
  }
  if (scheme.empty() && job.table.size() > 2) {
    return job.no("psql's \\copy takes a schema and a table, and no database before them", "leave the database out");
  }
  for (field const& f : job.rows()) {
    if (scheme.empty() && f.name.find_first_of("\r\n") != f.name.npos) {
      return job.no_name(f, "psql's \\copy is one line");
    }
  }
  for (file_report const& file : job.done.files) {
    std::string const path = job.uri(file);
    if (scheme.empty() && path.find_first_of("\r\n") != path.npos) {
      return job.no("the name of a file holds a line feed", "export with other names");
    }
  }
  for (table_part const& part : job.table) {
    if (scheme.empty() && part.text.find_first_of("\r\n") != part.text.npos) {
      return job.no("the table's name holds a line feed, and psql's \\copy is one line", "choose another name");
    }
  }
  return job.check_names_fit(63);
}

COPYTO_COLD result<std::string> load_postgres(load_job const& job) {
  if (result<void> const good = check_postgres(job); !good) {
    return good.error();
  }
  auto const types = sql_types(job, [](field const& row, field const&) { return postgres_type(row.type); });
  if (!types) {
    return types.error();
  }
  auto const name = [](std::string_view text) { return sql_doubled(text, '"'); };
  std::string const table = sql_table(job, folding::lower, name);
  std::vector<std::string> const names = sql_names(job, name);
  result<bucket_uri> const bucket = parse_bucket_uri(job.store.uri(""));
  std::string sql;
  if (!bucket) {
    sql += "\\set ON_ERROR_STOP on\n";
    bool const ends =
        std::ranges::any_of(job.done.warnings, [](error const& e) { return e->message == csv_end_of_data; });
    if (ends) {
      sql +=
          "SELECT :VERSION_NUM < 180000 AS copyto_old_psql \\gset\n\\if :copyto_old_psql\n"
          "DO $$ BEGIN RAISE 'a text holds a line that is only \\., where psql before 18 stops reading: use psql 18'; "
          "END $$;\n\\quit\n\\endif\n";
    }
  }
  sql += "BEGIN;\nSET LOCAL intervalstyle = 'postgres';\n" + sql_create_table(job, table, names, *types);
  for (std::size_t i = 0; i != job.done.files.size(); ++i) {
    std::string const options = postgres_with(job, i);
    if (bucket) {
      sql += fmt::format("SELECT aws_s3.table_import_from_s3({}, {}, {},\n  aws_commons.create_s3_uri({}, {}, {}));\n",
                         postgres_text(table), postgres_text(sql_list(names)),
                         postgres_text(fmt::format("({})", options)), postgres_text(bucket->bucket),
                         postgres_text(job.done.files[i].key), postgres_text(job.target.region));
      continue;
    }
    std::string const path = job.uri(job.done.files[i]);
    std::string_view const program = job.compression("", "gzip -cd", "zstd -cdq");
    std::string shell;
    for (char const c : path) {
      shell += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    // psql takes quotes off, and nothing else.
    sql += fmt::format("\\copy {} ({}) FROM {} WITH ({})\n", table, sql_list(names),
                       program.empty() ? sql_doubled(path, '\'')
                                       : "PROGRAM " + sql_doubled(fmt::format("{} -- '{}'", program, shell), '\''),
                       options);
  }
  return sql + "COMMIT;\n";
}

} // namespace copyto::detail

#endif
