// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "output.hpp"
#include "signals.hpp"

#include <copyto/commit/control_object.hpp>
#include <copyto/commit/settle.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

namespace copy_to {
namespace {

/// Where a control object may stand, and the store to find it in.
struct candidate {
  copyto::any_store store;
  copyto::export_place place;
};

/// The URI as a prefix, and as one key.
std::vector<candidate> candidates(arguments const& given, copyto::any_store const& store) {
  copyto::store_target const& to = given.store.to;
  std::vector<candidate> all;
  if (!given.export_id.empty()) {
    all.push_back({store, copyto::export_place::shared(to.prefix, given.export_id)});
  }
  all.push_back({store, copyto::export_place(to.prefix)});
  if (std::optional<copyto::store_target> const file = copyto::as_file(to)) {
    all.push_back({to.is_bucket() ? store : copyto::any_store(copyto::directory_store(file->path)),
                   copyto::export_place::key(file->prefix)});
  }
  return all;
}

/// The export that the command line means; where there is none, the first candidate, at which nothing will be found.
copyto::result<candidate> find(arguments const& given, copyto::any_store const& store) {
  std::vector<candidate> const all = candidates(given, store);
  std::optional<copyto::error> failure; // some services fail to look below what is an object, and yet have the export
  for (candidate const& c : all) {
    copyto::any_store reader = c.store;
    copyto::result<std::optional<copyto::found_control>> const found =
        copyto::read_control(copyto::store_ref(reader), c.place, {});
    if (!found) {
      if (found.error().is(copyto::errc::unreachable)) {
        return found.error();
      }
      failure = failure ? failure : found.error();
      continue;
    }
    if (*found && (given.export_id.empty() || (*found)->record.export_id == given.export_id)) {
      return c;
    }
  }
  if (failure) {
    return *failure;
  }
  if (given.export_id.empty()) {
    copyto::any_store reader = store;
    copyto::result<std::vector<copyto::export_place>> const shared =
        copyto::controls_at(copyto::store_ref(reader), given.store.to.prefix, {});
    if (!shared) {
      return shared.error();
    }
    if (shared->size() > 1) {
      copyto::error_info several{.code = copyto::errc::invalid_argument,
                                 .message = fmt::format("{} exports append there", shared->size()),
                                 .advice = "say which one is meant"};
      for (copyto::export_place const& place : *shared) {
        several.suppressed.emplace_back(
            copyto::error_info{.code = copyto::errc::claimed, .key = place.address(copyto::store_ref(reader))});
      }
      return copyto::error(std::move(several));
    }
    if (!shared->empty()) {
      return candidate{store, shared->front()};
    }
  }
  return all.front();
}

/// The status for a command that failed. `exit_failed` is a promise, that nothing of the export is visible; where the
/// control object cannot be asked, it cannot be made.
exit_status failed(copyto::error const& why, candidate* at) {
  if (why.is(copyto::errc::in_doubt)) {
    return exit_in_doubt;
  }
  if (why.is(copyto::errc::claimed) || why->service_code == "NoSuchBucket") {
    return exit_failed;
  }
  if (at == nullptr || why.is(copyto::errc::unreachable)) {
    return exit_in_doubt; // and not asked again: that would only take long
  }
  copyto::result<std::optional<copyto::found_control>> const found =
      copyto::read_control(copyto::store_ref(at->store), at->place, {});
  return found && *found && (*found)->record.state != copyto::control_state::commit ? exit_failed : exit_in_doubt;
}

} // namespace

exit_status settle(arguments const& given, copyto::any_store const& store, terminal& out) {
  std::string const& uri = given.store.to.text;
  // Every step of these commands can be repeated, so there is nothing to clean up.
  signal_watch watch({.first =
                          [&] {
                            out.say("stopped; run it again to go on where it was");
                            ::_exit(exit_in_doubt);
                          },
                      .second = {},
                      .late = {}});
  copyto::result<candidate> at = find(given, store);
  if (!at) {
    watch.end();
    out.say(at.error().message());
    return at.error().is(copyto::errc::invalid_argument) ? exit_usage : failed(at.error(), nullptr);
  }
  copyto::store_ref const where(at->store);
  exit_status status = exit_done;
  std::string text;
  auto const finish = [&](auto const& got, auto const& to_text, auto const& to_json) {
    if (!got) {
      out.say(got.error().message());
      status = failed(got.error(), &*at);
    } else {
      text = given.json ? to_json(*got) : to_text(*got, *got ? at->place.address(where) : uri);
    }
  };
  switch (given.what) {
  case command::resume: finish(resume_export(where, at->place), resumed_text, resumed_json); break;
  case command::abort: finish(abort_export(where, at->place), aborted_text, aborted_json); break;
  default: {
    copyto::result<std::optional<copyto::export_status>> const found = status_of(where, at->place);
    lifetime const life{.now = copyto::system_clock().now(), .expire_days = store.limits().uploads_expire_days};
    finish(
        found, [&](auto const& it, std::string const& address) { return status_text(it, life, address); }, status_json);
    if (found && *found) {
      status = exit_in_doubt;
    }
  }
  }
  watch.end();
  print(text, out);
  return status;
}

} // namespace copy_to
