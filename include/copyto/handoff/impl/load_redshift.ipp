// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_REDSHIFT_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_REDSHIFT_IPP

#include <copyto/handoff/detail/load_redshift.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/load_statement.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

// Rules, and the pages of docs.aws.amazon.com/redshift/latest/dg that they come from:
//
// - FROM names all objects that begin so (COPY from Amazon S3): only a manifest names files, each `mandatory`.
// - Parquet: columns by their position, parameters FROM, IAM_ROLE, FORMAT, MANIFEST and few others (COPY from columnar data
//   formats). There is no TIMESTAMPTZ in such files: an instant becomes the TIMESTAMP that it is in UTC.
// - CSV: whether NULL AS and an empty field mean the same inside and outside of quotes is not documented (Data conversion
//   parameters), so that text is refused; numbers, dates and timestamps without a time zone are not. What TIMEFORMAT
//   'auto' takes has no fraction next to an offset, and no TIME (Using automatic recognition).
// - Nested columns are SUPER: of Parquet by SERIALIZETOJSON, which is documented for structs and arrays; of CSV as JSON, each
//   in one field (Using COPY to load data into SUPER columns). An empty field is NULL in all but CHAR and VARCHAR
//   (EMPTYASNULL). A number may be a decimal or a float (SUPER type), and which is not said, so that those of more digits
//   than a float keeps are refused. Nor is said what maps, bytes, times and NaN become that SERIALIZETOJSON meets. What a
//   text longer than VARCHAR's, a double name and faulty JSON become is set (SUPER configurations): an error.
// - Names have at most 127 bytes, and no capitals even in quotes (Names and identifiers); strings have backslashes.

inline constexpr std::size_t redshift_digits = 15; ///< of numbers in SUPER, whatever they are there

inline std::string redshift_type(logical_type const& in_file, bool csv) {
  switch (in_file.id) {
  case kind::boolean: return "BOOLEAN";
  case kind::int8:
  case kind::int16: return "SMALLINT";
  case kind::int32: return "INTEGER";
  case kind::int64: return "BIGINT";
  case kind::uint8: return csv ? "SMALLINT" : "";
  case kind::uint16: return csv ? "INTEGER" : "";
  case kind::uint32: return csv ? "BIGINT" : "";
  case kind::uint64: return csv ? "DECIMAL(20,0)" : "";
  case kind::float32: return csv ? "" : "REAL"; // NaN and infinity are not said to be read from text
  case kind::float64: return csv ? "" : "DOUBLE PRECISION";
  case kind::decimal: // up to 37 digits behind the point (Numeric types)
    return in_file.scale > 37 ? "" : fmt::format("DECIMAL({},{})", in_file.precision, in_file.scale);
  case kind::string: return "VARCHAR(65535)";
  case kind::binary:
  case kind::fixed_binary:
    return csv ? "" : "VARBYTE(16777216)"; // CSV has \x before the digits, which it does not take
  case kind::uuid: return csv ? "VARCHAR(36)" : "";
  case kind::date: return "DATE";
  case kind::timestamp: return is_nanoseconds(in_file) || (csv && in_file.utc) ? "" : "TIMESTAMP";
  case kind::float16:
  case kind::json:
  case kind::enumeration:
  case kind::time:
  case kind::interval: break;
  case kind::list:
  case kind::structure:
  case kind::map: return "SUPER";
  }
  return {};
}

inline std::string_view redshift_node(load_job const& job, field const&, field const& in_file) {
  constexpr kind serialized[] = {kind::list,  kind::structure, kind::boolean, kind::int8,  kind::int16,
                                 kind::int32, kind::int64,     kind::decimal, kind::string};
  kind const id = in_file.type.id;
  if (id == kind::decimal ? in_file.type.precision > redshift_digits
                          : job.csv() && (id == kind::uint64 || id == kind::json)) {
    return "it is not documented how many digits a number in SUPER keeps";
  }
  return job.csv() || std::ranges::find(serialized, id) != std::end(serialized)
             ? ""
             : "it is not documented what SERIALIZETOJSON makes of it";
}

inline result<void> check_redshift(load_job const& job) {
  if (job.scheme() != "s3") {
    return job.no("it reads s3:// only", "export to a bucket of S3");
  }
  if (job.done.manifest.empty()) {
    return job.no("it takes a name for all objects that begin like it",
                  "write a manifest, by which it loads the files");
  }
  // Parquet of version 1 (COPY from columnar data formats), and these codecs (Data files for queries in Amazon Redshift Spectrum).
  if (result<void> good = job.check_parquet({codec_id::snappy, codec_id::gzip, codec_id::zstd}, false); !good) {
    return good;
  }
  for (field const& f : job.rows()) {
    if (job.csv() && is_text(f.type.id)) {
      return job.no(
          fmt::format("it is not documented how it tells NULL from text in CSV, and column `{}` is text", f.name),
          "export Parquet");
    }
    if (std::ranges::any_of(f.name, ascii::is_control)) {
      return job.no_name(f, "it holds a control character");
    }
  }
  for (auto const check : {&load_job::check_header_is_in_every_file, &load_job::check_header_is_one_line,
                           &load_job::check_null_text_is_no_value, &load_job::check_quotes_are_doubled,
                           &load_job::check_no_empty_lines, &load_job::check_names_differ}) {
    if (result<void> good = (job.*check)(); !good) {
      return good;
    }
  }
  std::string_view const advice = job.csv() ? "cast it to text in the query" : "cast it in the query, or export CSV";
  if (result<void> good = job.check_nodes(redshift_node, advice); !good) {
    return good;
  }
  return job.check_names_fit(127);
}

COPYTO_COLD result<std::string> load_redshift(load_job const& job) {
  if (result<void> const good = check_redshift(job); !good) {
    return good.error();
  }
  auto const types =
      sql_types(job, [&](field const&, field const& in_file) { return redshift_type(in_file.type, job.csv()); });
  if (!types) {
    return types.error();
  }
  auto const name = [](std::string_view text) { return sql_doubled(text, '"'); };
  auto const text = [](std::string_view value) { return sql_escaped(value, '\''); };
  std::string const table = sql_table(job, folding::lower, name);
  std::vector<std::string> const names = sql_names(job, name);
  std::string sql = job.nested() ? "SET parse_super_null_on_error = OFF;\nSET json_parse_dedup_attributes = OFF;\n"
                                   "SET json_parse_truncate_strings = OFF;\n"
                                 : "";
  sql += sql_create_table(job, table, names, *types);
  sql += fmt::format("COPY {} ({})\nFROM {}\nIAM_ROLE {}\n", table, sql_list(names),
                     text(job.store.uri(job.done.manifest)), text(job.target.role_arn));
  if (!job.csv()) {
    sql += job.nested() ? "FORMAT AS PARQUET SERIALIZETOJSON" : "FORMAT AS PARQUET";
  } else {
    csv_options const& o = job.dialect();
    sql += fmt::format("FORMAT AS CSV DELIMITER {} QUOTE {} NULL AS {}{}{} DATEFORMAT 'auto' TIMEFORMAT 'auto'",
                       o.delimiter == '\t' ? "'\\t'" : text(std::string_view(&o.delimiter, 1)),
                       text(std::string_view(&o.quote, 1)), text(o.null_text),
                       job.header_of(0) ? " IGNOREHEADER 1" : "", job.compression("", " GZIP", " ZSTD"));
  }
  return sql + "\nMANIFEST;\n";
}

} // namespace copyto::detail

#endif
