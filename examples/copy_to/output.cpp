// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "output.hpp"

#include "terminal.hpp"

#include <copyto/auth/digest.hpp>
#include <copyto/commit/naming.hpp>
#include <copyto/handoff/manifest.hpp>

#include <boost/endian/conversion.hpp>
// Boost.JSON without its library; in this translation unit only.
#include <boost/json/src.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <iterator>
#include <utility>

namespace copy_to {
namespace {

namespace json = boost::json;

std::string line(json::object const& object) { return json::serialize(object) + '\n'; }

/// As S3 shows checksums: base64 of the big-endian bytes.
std::string checksum_text(std::uint64_t crc64nvme) {
  auto const bytes = std::bit_cast<std::array<std::byte, 8>>(boost::endian::native_to_big(crc64nvme));
  return copyto::base64(bytes);
}

/// The members that a file has in reports and in commit records alike.
template <class File>
json::object file_json(File const& file) {
  return {{"key", file.key}, {"rows", file.rows}, {"bytes", file.bytes}, {"crc64nvme", checksum_text(file.crc64nvme)}};
}

json::array messages(std::span<copyto::error const> errors) {
  json::array texts;
  for (copyto::error const& e : errors) {
    texts.emplace_back(e.message());
  }
  return texts;
}
/// A line each.
std::string warnings_text(std::span<copyto::error const> warnings) {
  std::string text;
  for (copyto::error const& e : warnings) {
    text += fmt::format("warning: {}\n", e.message());
  }
  return text;
}

json::value text_or_null(std::string const& text) { return text.empty() ? json::value() : json::value(text); }

std::string nothing_text(std::string const& uri) {
  return fmt::format("{}: no export is under way or unfinished; nothing to settle\n", uri);
}
std::string nothing_json() { return line({{"state", "none"}}); }

/// "3 days", "5 hours", "2 minutes": the largest unit of which there are two.
std::string age_text(copyto::utc_time now, copyto::utc_time then) {
  std::int64_t const seconds =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(now - then).count());
  for (auto const& [unit, length] :
       {std::pair<char const*, std::int64_t>{"days", 86'400}, {"hours", 3600}, {"minutes", 60}}) {
    if (seconds >= 2 * length) {
      return fmt::format("{} {}", seconds / length, unit);
    }
  }
  return fmt::format("{} seconds", seconds);
}

json::object upload_json(copyto::pending_upload const& upload) {
  return {{"key", upload.key},
          {"upload_id", upload.upload_id},
          {"begun", upload.started ? json::value(copyto::format_utc(*upload.started)) : json::value()}};
}

/// The uploads of an export that waits, how old they are, and until when it can be finished.
std::string uploads_text(copyto::export_status const& status, lifetime const& life) {
  if (status.unlisted) {
    return fmt::format("its uploads cannot be listed: {}\n", status.unlisted->message());
  }
  std::optional<copyto::utc_time> oldest;
  for (copyto::pending_upload const& upload : status.uploads) {
    if (upload.started && (!oldest || *upload.started < *oldest)) {
      oldest = upload.started;
    }
  }
  if (status.uploads.empty()) {
    return {};
  }
  std::string text = fmt::format("{} uploads are open", status.uploads.size());
  if (oldest) {
    text += fmt::format(", the oldest begun {} ago", age_text(life.now, *oldest));
  }
  if (status.control.state != copyto::control_state::commit) {
    return text + '\n';
  }
  if (life.expire_days != 0 && oldest) {
    text += fmt::format("\nthe store throws uploads away after {} days: finish it before {}", life.expire_days,
                        copyto::format_utc(*oldest + std::chrono::days(life.expire_days)));
  } else {
    text += "\nif a lifecycle rule of the bucket aborts uploads that are not complete, finish it before that";
  }
  return text + '\n';
}

/// What is to be seen of an export that is not committed.
std::string_view visible_text(copyto::control_record const& control) {
  return control.as_they_close ? "its files that were closed are visible and stay" : "nothing of it is visible";
}

/// What ends an upload that is not a sweep's to end.
std::string_view command_for(copyto::control_state state) {
  return state == copyto::control_state::commit ? "resume" : "abort";
}

std::size_t count(std::span<copyto::swept_upload const> swept, copyto::sweep_state state) {
  return static_cast<std::size_t>(std::ranges::count(swept, state, &copyto::swept_upload::state));
}

} // namespace

std::string report_text(copyto::report const& done) {
  return fmt::format("COPY {} rows, {} files, {} bytes\n", done.rows, done.files.size(), done.bytes);
}

std::string verified_text(copyto::verification const& done, copyto::any_store const& store) {
  std::string text;
  for (copyto::file_fault const& fault : done.faults) {
    text += fmt::format("{}: {}\n", store.uri(fault.key), fault.what);
  }
  return text + fmt::format("VERIFY {} rows, {} files, {} bytes: {}\n", done.rows, done.files, done.bytes,
                            done.faults.empty() ? std::string("as they were written")
                                                : fmt::format("{} not as they were written", done.faults.size()));
}

std::string verified_json(copyto::verification const& done, copyto::any_store const& store) {
  json::array faults;
  for (copyto::file_fault const& fault : done.faults) {
    faults.push_back({{"file", store.uri(fault.key)}, {"fault", fault.what}});
  }
  return line({{"manifest", store.uri(done.manifest)},
               {"rows", done.rows},
               {"files", done.files},
               {"bytes", done.bytes},
               {"faults", std::move(faults)}});
}

std::string aurora_text(copyto::report const& done) {
  return fmt::format(" rows_uploaded | files_uploaded | bytes_uploaded\n"
                     "---------------+----------------+----------------\n"
                     " {:>13} | {:>14} | {:>14}\n(1 row)\n",
                     done.rows, done.files.size(), done.bytes);
}

std::string skipped_json() { return line({{"state", "skipped"}}); }

namespace {

std::size_t count(std::span<table_outcome const> outcomes, table_state state) {
  return static_cast<std::size_t>(std::ranges::count(outcomes, state, &table_outcome::state));
}

std::string_view to_string(table_state state) {
  switch (state) {
  case table_state::not_begun: return "not begun";
  case table_state::exported: return "exported";
  case table_state::skipped: return "skipped";
  case table_state::failed: return "failed";
  }
  return "";
}

} // namespace

std::string tables_text(std::span<table_outcome const> outcomes) {
  std::string text;
  for (table_outcome const& o : outcomes) {
    if (!o.is_there()) {
      text += fmt::format("{}: {}{}\n", o.name(), to_string(o.state),
                          o.status == exit_in_doubt ? "; `copy_to status " + o.to + "` tells" : "");
    }
  }
  return text + fmt::format("TABLES {}: {} exported, {} skipped, {} failed, {} not begun\n", outcomes.size(),
                            count(outcomes, table_state::exported), count(outcomes, table_state::skipped),
                            count(outcomes, table_state::failed), count(outcomes, table_state::not_begun));
}

std::string tables_json(std::span<table_outcome const> outcomes) {
  json::array tables;
  for (table_outcome const& o : outcomes) {
    json::object table{
        {"schema", o.table.schema}, {"table", o.table.name}, {"to", o.to}, {"state", to_string(o.state)}};
    if (o.state == table_state::exported) {
      table["report"] = json::parse(report_json(o.done, o.load));
    }
    if (o.state == table_state::failed) {
      table["error"] = o.why;
      table["status"] = static_cast<int>(o.status);
    }
    tables.push_back(std::move(table));
  }
  return line({{"tables", std::move(tables)},
               {"exported", count(outcomes, table_state::exported)},
               {"skipped", count(outcomes, table_state::skipped)},
               {"failed", count(outcomes, table_state::failed)},
               {"not_begun", count(outcomes, table_state::not_begun)}});
}

std::string report_json(copyto::report const& done, std::string const& load) {
  json::array files;
  for (copyto::file_report const& file : done.files) {
    json::object told = file_json(file);
    if (done.shards.size() > 1) {
      told["shard"] = file.shard;
    }
    if (!file.partition.empty()) {
      told["partition"] = json::parse(copyto::partition_json(file.partition));
    }
    if (!file.columns.empty()) {
      json::array columns;
      for (copyto::column_stats const& c : file.columns) {
        columns.push_back(json::parse(copyto::column_stats_json(c)));
      }
      told["columns"] = std::move(columns);
    }
    files.push_back(std::move(told));
  }
  json::object all{{"rows_uploaded", done.rows},
                   {"files_uploaded", done.files.size()},
                   {"bytes_uploaded", done.bytes},
                   {"export_id", done.export_id},
                   {"files", std::move(files)}};
  if (done.shards.size() > 1) {
    json::array shards;
    for (copyto::shard_report const& shard : done.shards) {
      shards.push_back({{"rows", shard.rows}, {"bytes", shard.bytes}, {"files", shard.files}});
    }
    all["shards"] = std::move(shards);
  }
  json::object requests;
  for (std::size_t i = 0; i != copyto::request_kinds; ++i) {
    if (done.requests.requests[i] != 0) {
      requests[to_string(static_cast<copyto::request_kind>(i))] = {{"count", done.requests.requests[i]},
                                                                   {"bytes", done.requests.bytes_sent[i]}};
    }
  }
  auto const seconds = [](std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); };
  all["requests"] = std::move(requests);
  all["retries"] = done.requests.retries;
  all["throttles"] = done.requests.throttles;
  all["seconds"] = {{"preparing", seconds(done.times.preparing)},
                    {"exporting", seconds(done.times.exporting)},
                    {"committing", seconds(done.times.committing)}};
  all["warnings"] = messages(done.warnings);
  if (!done.manifest.empty()) {
    all["manifest"] = done.manifest;
  }
  if (!load.empty()) {
    all["load_statement"] = load;
  }
  return line(all);
}

std::string dry_run_text(copyto::dry_run_report const& found, copyto::schema_view fields, copyto::size_hint const& hint,
                         copyto::any_store const& store) {
  std::string text = "columns\n";
  auto out = std::back_inserter(text);
  for (std::size_t i = 0; i != fields.size(); ++i) {
    std::string const type = copyto::describe(fields[i]);
    std::string const& written = found.written_as[i];
    fmt::format_to(out, "  {}: {}{}\n", fields[i].name, type,
                   found.in_path[i]  ? ", in the paths only"
                   : written.empty() ? ", refused"
                   : written == type ? ""
                                     : fmt::format(", written as {}", written));
  }
  if (hint.rows) {
    fmt::format_to(out, "expected\n  {} rows{}\n", *hint.rows,
                   hint.bytes ? fmt::format(", {} in the source", format_bytes(static_cast<double>(*hint.bytes)))
                              : std::string());
  }
  if (found.rows_tried != 0) {
    fmt::format_to(out, "tried\n  the first {} rows\n", found.rows_tried);
  }
  if (!found.first_file.empty()) {
    fmt::format_to(out, "first file\n  {}\n", store.uri(found.first_file));
    if (!found.control.empty()) {
      fmt::format_to(out, "control object, until it is done\n  {}\n", store.uri(found.control));
    }
    if (found.replaced != 0) {
      fmt::format_to(out, "replaced\n  {} objects\n", found.replaced);
    }
    fmt::format_to(out, "parts of {}, at most {} a file\nat most {} of memory\n",
                   format_bytes(static_cast<double>(found.part_size)), found.parts,
                   format_bytes(static_cast<double>(found.memory)));
  }
  return text + warnings_text(found.warnings) +
         (found.refusals.empty() ? "DRY RUN the export would begin\n"
                                 : fmt::format("DRY RUN the export would fail, {} reason{}\n", found.refusals.size(),
                                               found.refusals.size() == 1 ? "" : "s"));
}

std::string dry_run_json(copyto::dry_run_report const& found, copyto::schema_view fields, copyto::size_hint const& hint,
                         copyto::any_store const& store) {
  json::array columns;
  for (std::size_t i = 0; i != fields.size(); ++i) {
    columns.push_back({{"name", fields[i].name},
                       {"type", copyto::describe(fields[i])},
                       {"optional", fields[i].optional},
                       {"written_as", text_or_null(found.written_as[i])},
                       {"in_path", static_cast<bool>(found.in_path[i])}});
  }
  auto const number_or_null = [](std::optional<std::uint64_t> n) { return n ? json::value(*n) : json::value(); };
  return line({{"would_begin", found.refusals.empty()},
               {"refusals", messages(found.refusals)},
               {"warnings", messages(found.warnings)},
               {"columns", std::move(columns)},
               {"rows_expected", number_or_null(hint.rows)},
               {"bytes_expected", number_or_null(hint.bytes)},
               {"rows_tried", found.rows_tried},
               {"first_file", text_or_null(found.first_file.empty() ? "" : store.uri(found.first_file))},
               {"control_object", text_or_null(found.control.empty() ? "" : store.uri(found.control))},
               {"replaced", found.replaced},
               {"part_size", found.part_size},
               {"parts_per_file", found.parts},
               {"memory_bound", found.memory}});
}

std::string status_text(std::optional<copyto::export_status> const& status, lifetime const& life,
                        std::string const& uri) {
  if (!status) {
    return nothing_text(uri);
  }
  copyto::control_record const& control = status->control;
  std::string text = fmt::format("export {}, started {} on {}\n", control.export_id, control.started, control.host);
  auto out = std::back_inserter(text);
  switch (control.state) {
  case copyto::control_state::claim:
    fmt::format_to(out,
                   "under way, or left: it is not committed, and {}\n"
                   "if it does not run any more, `copy_to abort {}` clears it\n",
                   visible_text(control), uri);
    break;
  case copyto::control_state::aborting:
    fmt::format_to(out, "being aborted: {}\n`copy_to abort {}` finishes that\n", visible_text(control), uri);
    break;
  case copyto::control_state::commit:
    fmt::format_to(out, "committed, but not finished: {} rows, {} files, {} bytes\n", control.rows(),
                   control.file_count(), control.bytes());
    for (std::size_t i = 0; i != status->files.size(); ++i) {
      fmt::format_to(out, "  {:7} {}\n", to_string(status->files[i].state), control.files[i].key);
    }
    if (!control.replaced.empty()) {
      fmt::format_to(out, "then {} objects that were there before are deleted\n", control.replaced.size());
    }
    fmt::format_to(out, "`copy_to resume {}` finishes it\n", uri);
    break;
  }
  return text + uploads_text(*status, life);
}

std::string status_json(std::optional<copyto::export_status> const& status) {
  if (!status) {
    return nothing_json();
  }
  copyto::control_record const& control = status->control;
  json::array files;
  for (std::size_t i = 0; i != status->files.size(); ++i) {
    json::object file = file_json(control.files[i]);
    file["state"] = to_string(status->files[i].state);
    files.push_back(std::move(file));
  }
  json::array uploads;
  for (copyto::pending_upload const& upload : status->uploads) {
    uploads.push_back(upload_json(upload));
  }
  return line({{"state", to_string(control.state)},
               {"export_id", control.export_id},
               {"mode", to_string(control.mode)},
               {"started", control.started},
               {"host", control.host},
               {"files", std::move(files)},
               {"replaced", control.replaced.size()},
               {"uploads", std::move(uploads)}});
}

std::string resumed_text(std::optional<copyto::resumed_export> const& done, std::string const& uri) {
  return done ? fmt::format("export {} is finished\n", done->control.export_id) + warnings_text(done->warnings) +
                    report_text(report_of(done->control))
              : nothing_text(uri);
}

std::string resumed_json(std::optional<copyto::resumed_export> const& done) {
  if (!done) {
    return nothing_json();
  }
  copyto::report finished = report_of(done->control);
  finished.warnings = done->warnings;
  return report_json(finished);
}

std::string aborted_text(std::optional<copyto::aborted_export> const& aborted, std::string const& uri) {
  return aborted ? fmt::format("export {} is aborted: {}, {} uploads were thrown away\n", aborted->control.export_id,
                               visible_text(aborted->control), aborted->uploads) +
                       warnings_text(aborted->warnings)
                 : nothing_text(uri);
}

std::string aborted_json(std::optional<copyto::aborted_export> const& aborted) {
  if (!aborted) {
    return nothing_json();
  }
  return line({{"state", "aborted"},
               {"export_id", aborted->control.export_id},
               {"uploads_aborted", aborted->uploads},
               {"warnings", messages(aborted->warnings)}});
}

std::string swept_text(std::span<copyto::swept_upload const> swept, copyto::any_store const& store,
                       copyto::utc_time now, copyto::sweep_options const& options) {
  std::string text;
  auto out = std::back_inserter(text);
  for (copyto::swept_upload const& u : swept) {
    fmt::format_to(out, "{:8}  {:>10}  {}", to_string(u.state),
                   u.upload.started ? age_text(now, *u.upload.started) : "age ?", store.uri(u.upload.key));
    if (u.state == copyto::sweep_state::owned) {
      fmt::format_to(out, ": `copy_to {} {}` settles its export", command_for(u.control), u.address);
    }
    if (u.why) {
      fmt::format_to(out, ": {}", u.why->message());
    }
    text += '\n';
  }
  std::size_t const orphaned = count(swept, copyto::sweep_state::orphaned);
  fmt::format_to(out, "SWEEP {} uploads: {} orphaned, {} aborted, {} failed, {} young, {} owned, {} unsure\n",
                 swept.size(), orphaned, count(swept, copyto::sweep_state::aborted),
                 count(swept, copyto::sweep_state::failed), count(swept, copyto::sweep_state::young),
                 count(swept, copyto::sweep_state::owned), count(swept, copyto::sweep_state::unsure));
  if (orphaned != 0 && !options.abort) {
    text += "nothing was aborted; with --apply the orphaned ones are\n";
  }
  return text;
}

std::string swept_json(std::span<copyto::swept_upload const> swept) {
  json::array uploads;
  for (copyto::swept_upload const& u : swept) {
    json::object upload = upload_json(u.upload);
    upload["state"] = to_string(u.state);
    if (u.state == copyto::sweep_state::owned) {
      upload["target"] = u.address;
      upload["command"] = command_for(u.control);
    }
    if (u.why) {
      upload["why"] = u.why->message();
    }
    uploads.push_back(std::move(upload));
  }
  json::object all{{"uploads", std::move(uploads)}};
  for (copyto::sweep_state const state :
       {copyto::sweep_state::orphaned, copyto::sweep_state::aborted, copyto::sweep_state::failed,
        copyto::sweep_state::young, copyto::sweep_state::owned, copyto::sweep_state::unsure}) {
    all[to_string(state)] = count(swept, state);
  }
  return line(all);
}

std::string exchange_text(copyto::http_exchange const& e) {
  std::string text = fmt::format("{} {}", e.method, e.url);
  if (e.bytes_sent != 0) {
    text += fmt::format(", {} bytes", e.bytes_sent);
  }
  auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(e.duration).count();
  text += e.status != 0 ? fmt::format(": {} in {} ms", e.status, ms) : fmt::format(": {} after {} ms", e.failure, ms);
  if (!e.request_id.empty()) {
    text += fmt::format(", request {}", e.request_id);
  }
  if (e.sends > 1) {
    text += fmt::format(", sent {} times", e.sends);
  }
  return text;
}

namespace {

std::string_view word_of(copyto::validation_check::verdict v) {
  switch (v) {
  case copyto::validation_check::verdict::good: return "good";
  case copyto::validation_check::verdict::warning: return "warning";
  case copyto::validation_check::verdict::refused: return "refused";
  default: return "unknown";
  }
}

} // namespace

std::string validation_text(copyto::validation const& found) {
  std::string text;
  for (copyto::validation_check const& c : found.checks) {
    text += fmt::format("{:<8} {:<29} {}{}\n", word_of(c.result), c.name, c.found,
                        c.right.empty() || c.result == copyto::validation_check::verdict::good
                            ? std::string()
                            : fmt::format(" ({})", c.right));
    if (c.why) {
      text += fmt::format("{:39}{}\n", "", c.why->message());
    }
  }
  auto const verdict = found.verdict();
  return text + (verdict == copyto::validation_check::verdict::refused ? "VALIDATE an export would fail\n"
                 : verdict == copyto::validation_check::verdict::warning
                     ? "VALIDATE an export would work, see the warnings\n"
                     : "VALIDATE all is good\n");
}

std::string validation_json(copyto::validation const& found) {
  json::array checks;
  for (copyto::validation_check const& c : found.checks) {
    checks.push_back({{"name", c.name},
                      {"right", text_or_null(c.right)},
                      {"verdict", word_of(c.result)},
                      {"found", c.found},
                      {"error", text_or_null(c.why ? c.why->message() : std::string())}});
  }
  return line({{"verdict", word_of(found.verdict())},
               {"principal", text_or_null(found.principal)},
               {"checks", std::move(checks)}});
}

} // namespace copy_to
