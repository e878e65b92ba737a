// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_LOAD_STATEMENT_HPP
#define COPYTO_HANDOFF_LOAD_STATEMENT_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/encode/parquet/reader.hpp>
#include <copyto/export/options.hpp>
#include <copyto/export/report.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// Who loads.
enum class sql_dialect : std::uint8_t { snowflake, redshift, bigquery, athena, duckdb, postgres };
/// "snowflake" and so on; nothing: there is no such dialect.
[[nodiscard]] std::optional<sql_dialect> parse_sql_dialect(std::string_view name) noexcept;

/// What is loaded, and into what.
struct load_target {
  /// As SQL has it, parts with dots between them: `sales.orders`, `"Odd name"`. A part in double quotes is exactly that
  /// name; any other is a plain word, folded as the dialect folds those without quotes. In the SQL all are quoted.
  std::string table = {};
  std::optional<csv_options> csv = std::nullopt; ///< of the files; nothing: they are Parquet
  /// Of Parquet files: the profile that the encoder had, and the codecs of their pages.
  reader::profile readers = reader::portable::value;
  std::vector<codec_id> page_codecs = {};
  std::vector<parquet_encoding> page_encodings = {}; ///< by hand (`parquet_column::encoding`)
  /// Snowflake and Redshift: ARN of the role that reads the bucket.
  std::string role_arn = {};
  std::string region = {}; ///< PostgreSQL and a bucket: where that is, for Aurora's aws_s3
};

/// The SQL that creates the table, if it is not there, and loads what an export wrote: its files and no others, each
/// column as a type that holds all its values. NULL and the empty string stay apart. Either all files are loaded, or none.
///
/// | dialect | by | only |
/// |---|---|---|
/// | Snowflake | a storage integration for role and bucket, a temporary stage, COPY INTO | s3://, gs:// |
/// | Redshift | COPY | s3://, with a manifest, since any other name stands for all that begin like it |
/// | BigQuery | LOAD DATA | gs:// |
/// | Athena | an external table for the export, and a view of it, which shows the last one that was loaded | s3://, Parquet |
/// | DuckDB | INSERT ... SELECT from read_parquet or read_csv | |
/// | PostgreSQL | psql's \copy; of a bucket, Aurora's aws_s3.table_import_from_s3 | CSV |
///
/// A nested column is what the dialect has for it, ARRAY, OBJECT, SUPER, STRUCT, or JSON of CSV (docs/loading.md has the
/// table); a message about a node of it has the node's path, `lines[].price`. In BigQuery, which has no NULL arrays, a NULL
/// list whose elements are never NULL is an empty one.
///
/// Columns that only the partitions' paths have are constants in Snowflake, partition columns in Athena, and taken from the paths by
/// DuckDB and BigQuery; Athena and BigQuery know them where the paths have plain values (docs/partitions.md), which is told with the
/// statement only. The others refuse such exports.
///
/// Run again, it loads the rows again (but Snowflake skips files that it has loaded into the table within 64 days). What
/// it makes for itself has the export's id in its name, or is the same for everything that it is used for. A table that
/// is there already keeps its types: values become these, as the engine converts them.
///
/// Options of the engine that change what bytes mean are set, whatever their defaults. errc::unsupported, with the
/// reason, where the dialect cannot load this, or its documentation leaves open whether it does so without loss: store,
/// format, a column, a name, a CSV option. errc::invalid_argument where the report has no columns, as that of
/// `resume_export`, and where `table` is no name.
///
/// DuckDB's and PostgreSQL's are run by the tests; the others are made after the documentation (the rules stand beside
/// the code, each with its page) and were never run against these services.
[[nodiscard]] result<std::string> load_statement(report const& done, store_ref store, load_target const& target,
                                                 sql_dialect dialect);

/// Whether `load_statement` will have an answer for an export of such rows, before it is made; values in partitions' paths aside.
[[nodiscard]] result<void> check_load(schema_view fields, any_encoder const& encoder, store_ref store,
                                      export_options const& options, load_target const& target, sql_dialect dialect);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/load_statement.ipp>
#endif

#endif
