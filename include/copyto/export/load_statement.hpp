// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_LOAD_STATEMENT_HPP
#define COPYTO_EXPORT_LOAD_STATEMENT_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/export/report.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copyto {

/// Who loads.
enum class sql_dialect : std::uint8_t { snowflake, redshift, bigquery, athena, duckdb, postgres };
/// "snowflake" and so on; nothing: there is no such dialect.
[[nodiscard]] std::optional<sql_dialect> parse_sql_dialect(std::string_view name) noexcept;

/// What is loaded, and into what.
struct load_target {
  std::string table = {};                        ///< as SQL has it, e.g. `sales.orders`; nothing is quoted
  std::optional<csv_options> csv = std::nullopt; ///< of the files; nothing: they are Parquet
  /// Snowflake and Redshift: ARN of the role that reads the bucket.
  std::string role_arn = {};
  std::string region = {}; ///< PostgreSQL and a bucket: where that is, for Aurora's aws_s3
};

/// The SQL that creates the table, if it is not there, and loads what an export wrote: its files and no others, each
/// column cast to the type that holds all its values. NULL and the empty string stay apart.
///
/// | dialect | by | only |
/// |---|---|---|
/// | Snowflake | storage integration, stage, COPY INTO | s3://, gs:// |
/// | Redshift | COPY | s3://; of several files, the manifest or one COPY each |
/// | BigQuery | LOAD DATA | gs:// |
/// | Athena | external table and a view of it | s3://, Parquet |
/// | DuckDB | INSERT ... SELECT from read_parquet or read_csv | |
/// | PostgreSQL | psql's \copy; of a bucket, Aurora's aws_s3.table_import_from_s3 | CSV |
///
/// errc::unsupported, with the reason, where the dialect cannot load this, or not without loss: store, format, a
/// column. errc::invalid_argument where the report has no columns, as that of `resume_export`.
/// Sources: docs.snowflake.com/en/sql-reference/sql/copy-into-table, docs.aws.amazon.com/redshift/latest/dg/r_COPY.html,
/// cloud.google.com/bigquery/docs/reference/standard-sql/load-statements, docs.aws.amazon.com/athena/latest/ug/create-table.html,
/// duckdb.org/docs/stable/data/csv/overview, postgresql.org/docs/current/sql-copy.html.
[[nodiscard]] result<std::string> load_statement(report const& done, store_ref store, load_target const& target,
                                                 sql_dialect dialect);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/export/load_statement.ipp>
#endif

#endif
