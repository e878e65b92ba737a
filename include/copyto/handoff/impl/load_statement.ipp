// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_LOAD_STATEMENT_IPP
#define COPYTO_HANDOFF_IMPL_LOAD_STATEMENT_IPP

#include <copyto/handoff/load_statement.hpp>

#include <copyto/export/last_file.hpp>
#include <copyto/export/partitioning.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/handoff/detail/load_athena.hpp>
#include <copyto/handoff/detail/load_bigquery.hpp>
#include <copyto/handoff/detail/load_duckdb.hpp>
#include <copyto/handoff/detail/load_job.hpp>
#include <copyto/handoff/detail/load_postgres.hpp>
#include <copyto/handoff/detail/load_redshift.hpp>
#include <copyto/handoff/detail/load_snowflake.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace copyto {
namespace detail {

/// A dialect, and who writes its statements.
struct dialect_entry {
  std::string_view name;
  std::string_view engine;
  result<std::string> (*write)(load_job const&);
  bool paths = false; ///< columns may be in the partitions' paths only
};
/// In the order of `sql_dialect`.
inline constexpr dialect_entry dialects[] = {
    {"snowflake", "Snowflake", load_snowflake, true}, {"redshift", "Redshift", load_redshift},
    {"bigquery", "BigQuery", load_bigquery, true},    {"athena", "Athena", load_athena, true},
    {"duckdb", "DuckDB", load_duckdb, true},          {"postgres", "PostgreSQL", load_postgres}};

/// The report, with the columns that are in the paths behind those of the files.
COPYTO_COLD report with_path_columns(report const& done) {
  report whole = done;
  for (schema* columns : {&whole.columns, &whole.written}) {
    std::vector<field> all(columns->view().begin(), columns->view().end());
    all.insert(all.end(), done.path_columns.view().begin(), done.path_columns.view().end());
    *columns = schema(all);
  }
  return whole;
}

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
  schema_view const in_paths = done.path_columns.view();
  report whole; // of all columns
  if (!in_paths.empty()) {
    whole = detail::with_path_columns(done);
  }
  detail::load_job const job{.engine = entry.engine,
                             .done = in_paths.empty() ? done : whole,
                             .store = store,
                             .target = target,
                             .table = *std::move(table)};
  if (!in_paths.empty() && !entry.paths) {
    return job.no(
        fmt::format("column `{}` is in the partitions' paths only, and it has nothing that takes columns from there",
                    in_paths.front().name),
        "keep the columns of the partitions in the files, too");
  }
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
  report some{.export_id = ours.export_id};
  std::shared_ptr<partition_router> router; // which owns the columns of the files
  std::string pattern;
  std::vector<std::string> values;
  if (options.partitions != nullptr) {
    result<std::shared_ptr<partition_router>> made = options.partitions->route(fields);
    if (!made) {
      return made.error();
    }
    router = *std::move(made);
    some.path_columns = schema(router->path_columns());
    fields = router->columns();
    pattern = router->pattern();
    values.assign(1 + static_cast<std::size_t>(std::ranges::count(pattern, '/')), "value");
  }
  result<export_names> const names = names_of(ours, encoder.extension(), system_clock().now(), pattern);
  if (!names) {
    return names.error();
  }
  some.columns = schema(fields);
  some.manifest = options.last != nullptr && options.last->lists_files() ? names->manifest() : std::string();
  some.written = written_columns(fields, encoder);
  for (std::uint32_t number = 0; number != (options.single_file ? 1U : 2U); ++number) {
    some.files.push_back({.key = names->file(0, number, values)});
    some.files.back().partition = names->partition_of(some.files.back().key);
  }
  result<std::string> const sql = load_statement(some, store, target, dialect);
  return sql ? result<void>() : sql.error();
}

} // namespace copyto

#endif
