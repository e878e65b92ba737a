// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_HPP
#define COPYTO_SRC_HPP

/// The bodies of the component `core`. A program that defines COPYTO_SEPARATE_COMPILATION for all its
/// translation units includes this in exactly one of them. In the default mode it adds nothing that the
/// headers do not.

#include <copyto/core/config.hpp>

#include <copyto/commit/impl/completion.ipp>
#include <copyto/commit/impl/control_object.ipp>
#include <copyto/commit/impl/control_record.ipp>
#include <copyto/commit/impl/hive_path.ipp>
#include <copyto/commit/impl/name_template.ipp>
#include <copyto/commit/impl/naming.ipp>
#include <copyto/commit/impl/place.ipp>
#include <copyto/commit/impl/probe.ipp>
#include <copyto/commit/impl/settle.ipp>
#include <copyto/commit/impl/sweep.ipp>
#include <copyto/core/impl/crc.ipp>
#include <copyto/core/impl/error.ipp>
#include <copyto/core/impl/processors.ipp>
#include <copyto/core/impl/utf8.ipp>
#include <copyto/encode/codec/impl/file_stream.ipp>
#include <copyto/encode/csv/impl/check.ipp>
#include <copyto/encode/impl/csv.ipp>
#include <copyto/encode/impl/parquet.ipp>
#include <copyto/encode/impl/rope.ipp>
#include <copyto/encode/impl/verbatim.ipp>
#include <copyto/encode/parquet/impl/check.ipp>
#include <copyto/encode/parquet/impl/chunk_pages.ipp>
#include <copyto/encode/parquet/impl/column_chunk.ipp>
#include <copyto/encode/parquet/impl/column_writer.ipp>
#include <copyto/encode/parquet/impl/delta.ipp>
#include <copyto/encode/parquet/impl/dictionary.ipp>
#include <copyto/encode/parquet/impl/file_writer.ipp>
#include <copyto/encode/parquet/impl/indices.ipp>
#include <copyto/encode/parquet/impl/levels.ipp>
#include <copyto/encode/parquet/impl/modern.ipp>
#include <copyto/encode/parquet/impl/open_page.ipp>
#include <copyto/encode/parquet/impl/page.ipp>
#include <copyto/encode/parquet/impl/page_index.ipp>
#include <copyto/encode/parquet/impl/page_levels.ipp>
#include <copyto/encode/parquet/impl/plain.ipp>
#include <copyto/encode/parquet/impl/plan.ipp>
#include <copyto/encode/parquet/impl/row_group_writer.ipp>
#include <copyto/encode/parquet/impl/row_order.ipp>
#include <copyto/encode/parquet/impl/schema_element.ipp>
#include <copyto/encode/parquet/impl/shredder.ipp>
#include <copyto/encode/parquet/impl/statistics.ipp>
#include <copyto/encode/parquet/impl/value_sample.ipp>
#include <copyto/export/impl/block_cutter.ipp>
#include <copyto/export/impl/block_workers.ipp>
#include <copyto/export/impl/dry_run.ipp>
#include <copyto/export/impl/file_stager.ipp>
#include <copyto/export/impl/job.ipp>
#include <copyto/export/impl/memory_bound.ipp>
#include <copyto/export/impl/partition_by.ipp>
#include <copyto/export/impl/partition_keys.ipp>
#include <copyto/export/impl/plan.ipp>
#include <copyto/export/impl/pushed_run.ipp>
#include <copyto/export/impl/report.ipp>
#include <copyto/export/impl/row_codec.ipp>
#include <copyto/export/impl/row_spill.ipp>
#include <copyto/export/impl/run.ipp>
#include <copyto/export/impl/shard_lanes.ipp>
#include <copyto/export/impl/worker_pool.ipp>
#include <copyto/handoff/impl/iam_policy.ipp>
#include <copyto/handoff/impl/load_athena.ipp>
#include <copyto/handoff/impl/load_bigquery.ipp>
#include <copyto/handoff/impl/load_duckdb.ipp>
#include <copyto/handoff/impl/load_job.ipp>
#include <copyto/handoff/impl/load_postgres.ipp>
#include <copyto/handoff/impl/load_redshift.ipp>
#include <copyto/handoff/impl/load_snowflake.ipp>
#include <copyto/handoff/impl/load_statement.ipp>
#include <copyto/handoff/impl/manifest.ipp>
#include <copyto/handoff/impl/success_file.ipp>
#include <copyto/handoff/impl/verify.ipp>
#include <copyto/schema/impl/bytes_bound.ipp>
#include <copyto/schema/impl/column_stats.ipp>
#include <copyto/schema/impl/decimal.ipp>
#include <copyto/schema/impl/float_text.ipp>
#include <copyto/schema/impl/json_value.ipp>
#include <copyto/schema/impl/schema.ipp>
#include <copyto/schema/impl/value_text.ipp>
#include <copyto/source/arrow/impl/adbc.ipp>
#include <copyto/source/arrow/impl/adbc_manifest.ipp>
#include <copyto/source/arrow/impl/column.ipp>
#include <copyto/source/arrow/impl/toml.ipp>
#include <copyto/source/arrow/impl/type.ipp>
#include <copyto/source/impl/arrow.ipp>
#include <copyto/store/impl/directory.ipp>
#include <copyto/store/impl/key.ipp>
#include <copyto/store/impl/memory.ipp>
#include <copyto/store/impl/uri.ipp>
#include <copyto/testing/impl/shard_contract.ipp>
#include <copyto/testing/impl/store_contract.ipp>
#include <copyto/upload/impl/engine.ipp>
#include <copyto/upload/impl/object.ipp>
#include <copyto/upload/impl/part_plan.ipp>
#include <copyto/upload/impl/session.ipp>
#include <copyto/upload/impl/stream.ipp>
#include <copyto/upload/impl/uploader.ipp>

#endif
