// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PARTITION_BY_HPP
#define COPYTO_EXPORT_PARTITION_BY_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/export/partition_key.hpp>
#include <copyto/export/partitioning.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace copyto {

/// Reads "region, month(at), bucket(16, id)"; a name in double quotes may hold anything. errc::invalid_argument.
[[nodiscard]] result<std::vector<partition_key>> parse_partition_keys(std::string_view text);

/// Rows of equal keys go into files of their own, in a directory as Hive has them: "region=eu/at_month=2024-01/part-….parquet"
/// (`hive_escape`; NULL is `hive_null`).
///
///     copyto::export_options options{.to = copyto::into("orders"),
///                                    .partitions = copyto::partition_by({{.column = "region"}})};
///
/// - Rows that come partition by partition, in whatever order these come, are written as they come: a large partition (131,072 rows or 8
///   MiB) straight, small ones once so much of them is gathered, on `threads`. All others wait, in `spill_memory` and the
///   temporary file, until the last one was read; then partitions are encoded in the order of their keys, NULL last. Which it is follows from the
///   rows alone: they wait from the first row on whose partition was left before. What was written by then stays in files of
///   its own.
/// - A partition's rows keep their order. Files depend on the rows and on what ends a file, not on memory, threads or batches;
///   `max_file_size` and `max_file_rows` count in each partition.
/// - No rows make no file. An error names a row by its number in its partition.
/// - Keys: any type but floating point, intervals, binary, JSON and nested ones. A string that is `hive_null`, or empty, is an error of
///   its row: readers would take it for NULL.
/// - Of a source that comes in shards, each shard's rows have partitions of their own: a file per partition and shard. Shards
///   that are read at the same time share `spill_memory` and `spill_limit`, and each may have `most` partitions.
/// - Not with one file, files as they close, or CSV's header in the first file only: errc::invalid_argument.
///
/// Errors of the keys (no such column, a type, a name twice, no column left for the files) come with `plan_export`.
[[nodiscard]] std::shared_ptr<partitioning const> partition_by(std::vector<partition_key> keys,
                                                               partition_settings settings = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/partition_by.ipp>
#endif

#endif
