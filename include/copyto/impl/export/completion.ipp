// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_COMPLETION_IPP
#define COPYTO_IMPL_EXPORT_COMPLETION_IPP

#include <copyto/export/completion.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

namespace copyto {

COPYTO_DECL std::string_view to_string(file_state state) noexcept {
  switch (state) {
  case file_state::visible: return "visible";
  case file_state::pending: return "pending";
  case file_state::unknown: return "unknown";
  case file_state::gone: return "gone";
  }
  return "";
}

namespace detail {

/// Completes one upload, never over another object where the store can tell; a refusal or a lost answer is settled
/// by our token on the object. What the store made of the parts is taken away again where it is not what was sent.
COPYTO_DECL file_outcome complete_file(store_ref store, control_file const& file, std::string_view export_id) {
  put_condition const condition = store.limits().complete_creates_only ? put_condition::absent() : put_condition();
  result<std::string> completed = store.complete(file.key, file.upload_id, file.parts, condition, {});
  if (completed) {
    return {.state = file_state::visible};
  }
  error const why = completed.error();
  bool const damaged = why.is(errc::damaged);
  bool const ended = damaged || why.is(errc::no_such_upload) || why.is(errc::not_found) ||
                     why.is(errc::precondition_failed) || why.is(errc::conflict);
  if (!ended && !why.in_doubt()) {
    return {.state = file_state::pending, .why = why};
  }
  result<object_info> head = store.head(file.key, {});
  bool const ours = head && head->token == export_id;
  if (ours && damaged) {
    result<void> removed = store.remove(file.key, {});
    return removed ? file_outcome{.state = file_state::gone, .why = why}
                   : file_outcome{.state = file_state::unknown, .why = why.with_suppressed(removed.error())};
  }
  if (ours && head->size == file.bytes) {
    return {.state = file_state::visible};
  }
  if (head || head.error().is(errc::not_found)) {
    // No upload, and no object or somebody else's; after a lost answer it may yet appear.
    return {.state = why.in_doubt() && !head ? file_state::unknown : file_state::gone, .why = why};
  }
  return {.state = file_state::unknown, .why = why.with_suppressed(head.error())};
}

} // namespace detail

COPYTO_DECL std::vector<file_outcome> complete_files(store_ref store, control_record const& record,
                                                     std::uint32_t threads,
                                                     std::function<void(std::uint64_t)> const& on_visible) {
  std::vector<file_outcome> outcomes(record.files.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> visible = 0;
  auto const work = [&](std::function<void(std::uint64_t)> const& tell) {
    for (std::size_t i = next++; i < outcomes.size(); i = next++) {
      try {
        outcomes[i] = detail::complete_file(store, record.files[i], record.export_id);
      } catch (std::exception const& e) { // a store of the user's, or no memory
        outcomes[i] = {.state = file_state::unknown, .why = error(errc::io_failed, e.what())};
      } catch (...) {
        outcomes[i] = {.state = file_state::unknown, .why = error(errc::io_failed, "not a std::exception")};
      }
      if (outcomes[i].state == file_state::visible) {
        ++visible;
      }
      if (tell) {
        tell(visible);
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < std::min<std::size_t>(threads, outcomes.size()); ++i) {
        helpers.emplace_back([&] { work({}); });
      }
    } catch (std::system_error const&) { // no more threads: those that there are do the work
    }
    work(on_visible);
  }
  return outcomes;
}

COPYTO_DECL result<std::uint64_t> abort_uploads(store_ref store, export_names const& names, std::string_view export_id,
                                                std::span<control_file const> keep) {
  constexpr int rounds = 10;
  std::uint64_t count = 0;
  for (int round = 0; round != rounds; ++round) {
    bool found = false;
    std::string from;
    do {
      result<page<pending_upload>> listed = store.list_uploads(names.directory(), from, {});
      if (!listed) {
        return listed.error();
      }
      for (pending_upload const& upload : listed->items) {
        bool const kept = std::ranges::any_of(
            keep, [&](control_file const& f) { return f.key == upload.key && f.upload_id == upload.upload_id; });
        if (kept || !names.is_file_of(upload.key, export_id)) {
          continue;
        }
        found = true;
        if (result<void> aborted = store.abort(upload.key, upload.upload_id); !aborted) {
          return aborted.error();
        }
        ++count;
      }
      from = listed->next;
    } while (!from.empty());
    if (!found) {
      return count;
    }
  }
  return error(
      {.code = errc::service_failed,
       .message = fmt::format("uploads of export {} keep appearing, or stay after they were aborted", export_id),
       .key = store.uri(names.directory()),
       .advice = "end the export that makes them, and try again"});
}

COPYTO_DECL error unfinished(store_ref store, export_names const& names, control_record const& record,
                             std::span<file_outcome const> outcomes, std::optional<error> left) {
  auto const count = [&](file_state state) {
    return std::ranges::count_if(outcomes, [&](file_outcome const& o) { return o.state == state; });
  };
  std::string const directory = store.uri(names.directory());
  bool const broken = count(file_state::gone) != 0;
  error_info info{.code = errc::in_doubt,
                  .disposition = disposition::in_doubt,
                  .message = fmt::format(
                      "export {} is committed but not finished: {} files visible, {} pending, {} unknown, {} gone",
                      record.export_id, count(file_state::visible), count(file_state::pending),
                      count(file_state::unknown), count(file_state::gone)),
                  .key = store.uri(names.control()),
                  .advice = broken ? "files that are gone cannot be finished; delete the visible ones and export again"
                                   : fmt::format("`copy_to resume {}` finishes it", directory)};
  for (std::size_t i = 0; i != outcomes.size(); ++i) {
    error_info line{.code = errc::in_doubt,
                    .disposition = disposition::in_doubt,
                    .message = std::string(to_string(outcomes[i].state)),
                    .key = store.uri(record.files[i].key)};
    if (outcomes[i].why) {
      line.suppressed.push_back(*outcomes[i].why);
    }
    info.suppressed.emplace_back(std::move(line));
  }
  if (left) {
    info.suppressed.push_back(*std::move(left));
  }
  return error(std::move(info));
}

} // namespace copyto

#endif
