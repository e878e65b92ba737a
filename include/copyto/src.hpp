// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SRC_HPP
#define COPYTO_SRC_HPP

/// The bodies of the component `core`. A program that defines COPYTO_SEPARATE_COMPILATION for all its
/// translation units includes this in exactly one of them. In the default mode it adds nothing that the
/// headers do not.

#include <copyto/core/config.hpp>

#include <copyto/impl/core/crc.ipp>
#include <copyto/impl/core/error.ipp>
#include <copyto/impl/core/utf8.ipp>
#include <copyto/impl/encode/codec/file_stream.ipp>
#include <copyto/impl/encode/csv.ipp>
#include <copyto/impl/encode/csv/check.ipp>
#include <copyto/impl/encode/csv/float_text.ipp>
#include <copyto/impl/encode/csv/text.ipp>
#include <copyto/impl/encode/parquet.ipp>
#include <copyto/impl/encode/parquet/column_chunk.ipp>
#include <copyto/impl/encode/parquet/column_pages.ipp>
#include <copyto/impl/encode/parquet/column_values.ipp>
#include <copyto/impl/encode/parquet/column_writer.ipp>
#include <copyto/impl/encode/parquet/dictionary.ipp>
#include <copyto/impl/encode/parquet/file_writer.ipp>
#include <copyto/impl/encode/parquet/indices.ipp>
#include <copyto/impl/encode/parquet/levels.ipp>
#include <copyto/impl/encode/parquet/page.ipp>
#include <copyto/impl/encode/parquet/page_index.ipp>
#include <copyto/impl/encode/parquet/plain.ipp>
#include <copyto/impl/encode/parquet/plan.ipp>
#include <copyto/impl/encode/parquet/rope.ipp>
#include <copyto/impl/encode/parquet/schema_element.ipp>
#include <copyto/impl/encode/parquet/statistics.ipp>
#include <copyto/impl/encode/verbatim.ipp>
#include <copyto/impl/export/column_stats.ipp>
#include <copyto/impl/export/commit.ipp>
#include <copyto/impl/export/completion.ipp>
#include <copyto/impl/export/control.ipp>
#include <copyto/impl/export/dry_run.ipp>
#include <copyto/impl/export/iam_policy.ipp>
#include <copyto/impl/export/job.ipp>
#include <copyto/impl/export/manifest.ipp>
#include <copyto/impl/export/memory_bound.ipp>
#include <copyto/impl/export/name_template.ipp>
#include <copyto/impl/export/naming.ipp>
#include <copyto/impl/export/place.ipp>
#include <copyto/impl/export/plan.ipp>
#include <copyto/impl/export/probe.ipp>
#include <copyto/impl/export/settle.ipp>
#include <copyto/impl/export/sweep.ipp>
#include <copyto/impl/handoff/detail/load_athena.ipp>
#include <copyto/impl/handoff/detail/load_bigquery.ipp>
#include <copyto/impl/handoff/detail/load_duckdb.ipp>
#include <copyto/impl/handoff/detail/load_job.ipp>
#include <copyto/impl/handoff/detail/load_postgres.ipp>
#include <copyto/impl/handoff/detail/load_redshift.ipp>
#include <copyto/impl/handoff/detail/load_snowflake.ipp>
#include <copyto/impl/handoff/load_statement.ipp>
#include <copyto/impl/schema/decimal.ipp>
#include <copyto/impl/schema/schema.ipp>
#include <copyto/impl/store/directory.ipp>
#include <copyto/impl/store/key.ipp>
#include <copyto/impl/store/memory.ipp>
#include <copyto/impl/testing/store_contract.ipp>
#include <copyto/impl/upload/engine.ipp>
#include <copyto/impl/upload/object.ipp>
#include <copyto/impl/upload/part_plan.ipp>
#include <copyto/impl/upload/session.ipp>
#include <copyto/impl/upload/stream.ipp>
#include <copyto/impl/upload/uploader.ipp>

#endif
