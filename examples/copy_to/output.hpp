// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_OUTPUT_HPP
#define COPY_TO_OUTPUT_HPP

#include "commands.hpp"

#include <copyto/commit/settle.hpp>
#include <copyto/commit/sweep.hpp>
#include <copyto/export/dry_run.hpp>
#include <copyto/export/report.hpp>
#include <copyto/export/validate.hpp>
#include <copyto/handoff/verify.hpp>
#include <copyto/http/observed.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/postgres_tables.hpp>
#include <copyto/store/any.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace copy_to {

/// What the program says on standard output, for people (`COPY ...` is the last line) or as one JSON object. Each ends
/// with a line feed.

[[nodiscard]] std::string report_text(copyto::report const& done);
[[nodiscard]] std::string verified_text(copyto::verification const& done, copyto::any_store const& store);
[[nodiscard]] std::string verified_json(copyto::verification const& done, copyto::any_store const& store);
/// The row that aws_s3.query_export_to_s3 returns, as psql prints it.
[[nodiscard]] std::string aurora_text(copyto::report const& done);
/// `load`: SQL that loads it, if there is any.
[[nodiscard]] std::string report_json(copyto::report const& done, std::string const& load = {});

/// What became of one of several tables.
enum class table_state : std::uint8_t { not_begun, exported, skipped, failed };
struct table_outcome {
  copyto::postgres_table table = {};
  std::string to = {};
  table_state state = table_state::not_begun;
  exit_status status = exit_failed;
  copyto::report done = {}; ///< exported
  std::string load = {};
  std::string why = {}; ///< failed

  [[nodiscard]] std::string name() const { return table.schema + '.' + table.name; }
  [[nodiscard]] bool is_there() const noexcept {
    return state == table_state::exported || state == table_state::skipped;
  }
};
/// "3 tables: 1 exported, 1 skipped, 1 failed, 0 not begun", and which failed or were not begun.
[[nodiscard]] std::string tables_text(std::span<table_outcome const> outcomes);
[[nodiscard]] std::string tables_json(std::span<table_outcome const> outcomes);
/// Of an export that --if-exists skip left out.
[[nodiscard]] std::string skipped_json();

/// What an export would do; what stands in its way is told on standard error.
[[nodiscard]] std::string dry_run_text(copyto::dry_run_report const& found, copyto::schema_view fields,
                                       copyto::size_hint const& hint, copyto::any_store const& store);
[[nodiscard]] std::string dry_run_json(copyto::dry_run_report const& found, copyto::schema_view fields,
                                       copyto::size_hint const& hint, copyto::any_store const& store);

/// `uri` is the target, for the advice.
/// How long uploads live.
struct lifetime {
  copyto::utc_time now = {};
  std::uint32_t expire_days = 0; ///< of the store; 0: for ever, as far as is known
};
[[nodiscard]] std::string status_text(std::optional<copyto::export_status> const& status, lifetime const& life,
                                      std::string const& uri);
[[nodiscard]] std::string status_json(std::optional<copyto::export_status> const& status);

/// Nothing: there was nothing to settle.
[[nodiscard]] std::string resumed_text(std::optional<copyto::resumed_export> const& done, std::string const& uri);
[[nodiscard]] std::string resumed_json(std::optional<copyto::resumed_export> const& done);
[[nodiscard]] std::string aborted_text(std::optional<copyto::aborted_export> const& aborted, std::string const& uri);
[[nodiscard]] std::string aborted_json(std::optional<copyto::aborted_export> const& aborted);

[[nodiscard]] std::string swept_text(std::span<copyto::swept_upload const> swept, copyto::any_store const& store,
                                     copyto::utc_time now, copyto::sweep_options const& options);
[[nodiscard]] std::string swept_json(std::span<copyto::swept_upload const> swept);

/// One line about a request and its answer.
[[nodiscard]] std::string exchange_text(copyto::http_exchange const& exchange);

/// What `validate` found: a line for each check, and one for all.
[[nodiscard]] std::string validation_text(copyto::validation const& found);
/// The same as an object: verdict, principal, and checks with name, right, verdict, found and error.
[[nodiscard]] std::string validation_json(copyto::validation const& found);

} // namespace copy_to

#endif
