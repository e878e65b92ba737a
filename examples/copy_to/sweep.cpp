// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "output.hpp"
#include "signals.hpp"

#include <copyto/commit/sweep.hpp>
#include <copyto/core/clock.hpp>

#include <unistd.h>

#include <algorithm>

namespace copy_to {

exit_status sweep(arguments const& given, copyto::any_store store, terminal& out) {
  // Each abort stands by itself, so there is nothing to clean up.
  signal_watch watch({.first =
                          [&] {
                            out.say("stopped; run it again to go on where it was");
                            ::_exit(exit_failed);
                          },
                      .second = {},
                      .late = {}});
  copyto::utc_time const now = copyto::system_clock().now();
  copyto::result<std::vector<copyto::swept_upload>> const swept =
      copyto::sweep_uploads(copyto::store_ref(store), given.store.to.prefix, given.sweep, now);
  watch.end();
  if (!swept) {
    out.say(swept.error().message());
    return exit_failed;
  }
  print(given.json ? swept_json(*swept) : swept_text(*swept, store, now, given.sweep), out);
  bool const failed =
      std::ranges::any_of(*swept, [](copyto::swept_upload const& u) { return u.state == copyto::sweep_state::failed; });
  return failed ? exit_failed : exit_done;
}

} // namespace copy_to
