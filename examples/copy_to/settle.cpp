// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "output.hpp"
#include "signals.hpp"

#include <copyto/core/clock.hpp>
#include <copyto/export/commit.hpp>
#include <copyto/export/settle.hpp>

#include <unistd.h>

namespace copy_to {
namespace {

/// The status for a command that failed. `exit_failed` is a promise, that nothing of the export is visible; where the
/// control object cannot be asked, it cannot be made.
exit_status failed(copyto::error const& why, copyto::any_store& store, std::string const& prefix) {
  if (why.is(copyto::errc::in_doubt)) {
    return exit_in_doubt;
  }
  if (why.is(copyto::errc::claimed) || why->service_code == "NoSuchBucket") {
    return exit_failed;
  }
  if (why.is(copyto::errc::unreachable)) {
    return exit_in_doubt; // and not asked again: that would only take long
  }
  copyto::result<std::optional<copyto::found_control>> const found =
      copyto::read_control(copyto::store_ref(store), copyto::export_names(prefix), {});
  return found && *found && (*found)->record.state != copyto::control_state::commit ? exit_failed : exit_in_doubt;
}

} // namespace

exit_status settle(arguments const& given, copyto::any_store store, terminal& out) {
  std::string const& uri = given.store.to.text;
  std::string const& prefix = given.store.to.prefix;
  // Every step of these commands can be repeated, so there is nothing to clean up.
  signal_watch watch({.first =
                          [&] {
                            out.say("stopped; run it again to go on where it was");
                            ::_exit(exit_in_doubt);
                          },
                      .second = {},
                      .late = {}});
  exit_status status = exit_done;
  std::string text;
  auto const finish = [&](auto const& got, auto const& to_text, auto const& to_json) {
    if (!got) {
      out.say(got.error().message());
      status = failed(got.error(), store, prefix);
    } else {
      text = given.json ? to_json(*got) : to_text(*got, uri);
    }
  };
  switch (given.what) {
  case command::resume: finish(resume_export(copyto::store_ref(store), prefix), resumed_text, resumed_json); break;
  case command::abort: finish(abort_export(copyto::store_ref(store), prefix), aborted_text, aborted_json); break;
  default: {
    copyto::result<std::optional<copyto::export_status>> const found = status_of(copyto::store_ref(store), prefix);
    lifetime const life{.now = copyto::system_clock().now(), .expire_days = store.limits().uploads_expire_days};
    finish(
        found, [&](auto const& status, std::string const& at) { return status_text(status, life, at); }, status_json);
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
