// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"

#include "options.hpp"
#include "output.hpp"
#include "signals.hpp"

#include <copyto/export/validate.hpp>
#include <copyto/handoff/iam_policy.hpp>

#include <unistd.h>

#include <stop_token>

namespace copy_to {

exit_status validate(arguments const& given, std::function<void(copyto::http_exchange const&)> const& tell,
                     terminal& out) {
  std::stop_source stop;
  signal_watch watch({.first = [&] { stop.request_stop(); }, .second = {}, .late = {}});
  copyto::result<copyto::validation> const found =
      copyto::validate(given.store.to, given.store.by, tell, stop.get_token());
  watch.end();
  if (!found) {
    out.say(in_options(found.error()).message() + "; see copy_to --help");
    return exit_usage;
  }
  if (given.print_trust_policy) {
    if (found->principal.empty()) {
      out.say("whose credentials ask for the role is not known: the token service does not tell");
      return exit_failed;
    }
    print(copyto::trust_policy(found->principal, found->external_id) + "\n", out);
    return exit_done;
  }
  print(given.json ? validation_json(*found) : validation_text(*found), out);
  switch (found->verdict()) {
  case copyto::validation_check::verdict::refused: return exit_failed;
  case copyto::validation_check::verdict::warning: return exit_in_doubt;
  default: return exit_done;
  }
}

} // namespace copy_to
