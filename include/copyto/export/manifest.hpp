// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_MANIFEST_HPP
#define COPYTO_EXPORT_MANIFEST_HPP

#include <copyto/core/config.hpp>
#include <copyto/export/report.hpp>
#include <copyto/schema/field.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// The manifest of an export, as JSON: what a loader must know of its files, without times, so that equal exports have
/// equal ones. `entries`, `schema`, `meta` and `author` are those that Redshift's UNLOAD writes and its COPY ... MANIFEST
/// reads (docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html); `copyto` has what is ours:
///
///     {"entries": [{"url": "s3://lake/p/part-....parquet", "mandatory": true,
///                   "meta": {"content_length": 4711, "record_count": 100}}],
///      "schema": {"elements": [{"name": "id", "type": {"base": "int64"}, "nullable": false}]},
///      "meta": {"content_length": 4711, "record_count": 100},
///      "author": {"name": "copyto", "version": "0.1.0"},
///      "copyto": {"manifest": 1, "export_id": "...", "format": "parquet",
///                 "files": [{"key": "p/part-....parquet", "rows": 100, "bytes": 4711, "crc64nvme": "ae8b14860a799888"}]}}
///
/// With `export_options::column_stats` each of the last has `columns`, one of each element of the schema:
///
///     "columns": [{"null_count": 0, "lower_bound": "1", "upper_bound": "100"}]
///
/// and `nan_count` where it is not 0; what there is none of is left out. Types are those of `describe`; checksums have 16 hexadecimal digits. It comes in pieces, of which each file's is one:
/// `manifest_begin`, `manifest_entry` for each file, `manifest_middle`, `manifest_file` for each file, `manifest_end`.
struct manifest_facts {
  std::string_view export_id = {};
  std::string_view format = {}; ///< the extension of the files, e.g. "csv.gz"
  schema_view columns = {};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};
[[nodiscard]] std::string manifest_begin();
/// `first`: of all entries; the others begin with a comma. So, too, `manifest_file`.
[[nodiscard]] std::string manifest_entry(file_report const& file, std::string_view uri, bool first);
[[nodiscard]] std::string manifest_middle(manifest_facts const& facts);
[[nodiscard]] std::string manifest_file(file_report const& file, bool first);
[[nodiscard]] std::string manifest_end();
/// As it is in `columns`.
[[nodiscard]] std::string column_stats_json(column_stats const& stats);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/export/manifest.ipp>
#endif

#endif
