// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_MANIFEST_HPP
#define COPYTO_HANDOFF_MANIFEST_HPP

#include <copyto/core/config.hpp>
#include <copyto/export/last_file.hpp>
#include <copyto/schema/column_stats.hpp>

#include <memory>
#include <string>

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
/// and `nan_count` where it is not 0; what there is none of is left out. Types are those of `describe`; checksums have
/// 16 hexadecimal digits.
///
/// `export_options::last` takes it. `key`, `name`: see `last_file`.
[[nodiscard]] std::shared_ptr<last_file const> manifest(std::string key = {}, std::string name = {});

/// As it is in `columns`.
[[nodiscard]] std::string column_stats_json(column_stats const& stats);
/// As it is in `partition`: {"region": "eu", "day": null}, of a partition's path.
[[nodiscard]] std::string partition_json(std::string_view path);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/manifest.ipp>
#endif

#endif
