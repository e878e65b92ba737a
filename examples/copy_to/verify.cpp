// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"
#include "output.hpp"

#include <copyto/handoff/verify.hpp>

namespace copy_to {

exit_status verify(arguments const& given, copyto::any_store store, terminal& out) {
  copyto::store_ref const ref(store);
  std::string const& named = given.store.to.prefix;
  copyto::result<std::string> const key = named.ends_with(".json") ? copyto::result<std::string>(named)
                                                                   : copyto::find_manifest(ref, named, given.export_id);
  copyto::result<copyto::verification> const done =
      key ? copyto::verify_manifest(ref, *key) : copyto::result<copyto::verification>(key.error());
  if (!done) {
    out.say(done.error().message());
    return exit_failed;
  }
  print(given.json ? verified_json(*done, store) : verified_text(*done, store), out);
  return done->faults.empty() ? exit_done : exit_failed;
}

} // namespace copy_to
