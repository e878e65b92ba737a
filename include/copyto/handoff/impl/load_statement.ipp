// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_STATEMENT_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_STATEMENT_IPP

#include <copyto/handoff/load_statement.hpp>

#include <copyto/export/plan.hpp>
#include <copyto/handoff/detail/load_athena.hpp>
#include <copyto/handoff/detail/load_bigquery.hpp>
#include <copyto/handoff/detail/load_duckdb.hpp>
#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/detail/load_postgres.hpp>
#include <copyto/handoff/detail/load_redshift.hpp>
#include <copyto/handoff/detail/load_snowflake.hpp>

#include <algorithm>
#include <utility>

namespace copyto {
namespace detail {

/// A dialect, and who writes its statements.
struct dialect_entry {
  std::string_view name;
  std::string_view engine;
  result<std::string> (*write)(load_job const&);
};
/// In the order of `sql_dialect`.
inline constexpr dialect_entry dialects[] = {
    {"snowflake", "Snowflake", load_snowflake}, {"redshift", "Redshift", load_redshift},
    {"bigquery", "BigQuery", load_bigquery},    {"athena", "Athena", load_athena},
    {"duckdb", "DuckDB", load_duckdb},          {"postgres", "PostgreSQL", load_postgres}};

} // namespace detail

COPYTO_COLD std::optional<sql_dialect> parse_sql_dialect(std::string_view name) noexcept {
  auto const* const known = std::ranges::find(detail::dialects, name, &detail::dialect_entry::name);
  return known == std::end(detail::dialects) ? std::nullopt
                                             : std::optional(static_cast<sql_dialect>(known - detail::dialects));
}

COPYTO_COLD result<std::string> load_statement(report const& done, store_ref store, load_target const& target,
                                               sql_dialect dialect) {
  if (done.columns.view().empty() || done.written.view().size() != done.columns.view().size()) {
    return error({.code = errc::invalid_argument,
                  .message = "the report has no columns",
                  .advice = "take the report of the export itself"});
  }
  result<std::vector<detail::table_part>> table = detail::parse_table(target.table);
  if (!table) {
    return table.error();
  }
  detail::dialect_entry const& entry = detail::dialects[static_cast<std::size_t>(dialect)];
  detail::load_job const job{
      .engine = entry.engine, .done = done, .store = store, .target = target, .table = *std::move(table)};
  if (done.files.empty()) {
    return job.no("no file was written", "let an export without rows write one");
  }
  for (field const& f : job.rows()) {
    if (f.name.find('\0') != f.name.npos) {
      return job.no_name(f, "it holds a NUL byte");
    }
  }
  return entry.write(job);
}

COPYTO_COLD result<void> check_load(schema_view fields, any_encoder const& encoder, store_ref store,
                                    export_options const& options, load_target const& target, sql_dialect dialect) {
  // The report of an export of two files, or of one where there can be no more.
  export_options ours = options;
  if (ours.export_id.empty()) {
    ours.export_id = make_export_id(system_clock().now());
  }
  result<export_names> const names = names_of(ours, encoder.extension(), system_clock().now());
  if (!names) {
    return names.error();
  }
  report some{.export_id = ours.export_id, .columns = schema(fields), .manifest = names->manifest()};
  some.written = written_columns(fields, encoder);
  for (std::uint32_t number = 0; number != (options.single_file ? 1U : 2U); ++number) {
    some.files.push_back({.key = names->file(0, number)});
  }
  result<std::string> const sql = load_statement(some, store, target, dialect);
  return sql ? result<void>() : sql.error();
}

} // namespace copyto

#endif
