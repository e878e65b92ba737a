// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "commands.hpp"
#include "output.hpp"

#include <copyto/commit/place.hpp>
#include <copyto/handoff/success_file.hpp>
#include <copyto/handoff/verify.hpp>

#include <boost/algorithm/string/replace.hpp>

namespace copy_to {
namespace {

/// Of the manifest that `named` is, or that lies below it.
copyto::result<std::string> manifest_key(copyto::store_ref store, std::string const& named,
                                         std::string_view export_id) {
  auto const is_there = [&](std::string const& key) {
    copyto::result<copyto::object_info> const head = store.head(key, {});
    return head && head->size != 0;
  };
  if (!named.empty() && !named.ends_with('/') && is_there(named)) {
    return named;
  }
  copyto::result<std::string> found = copyto::find_manifest(store, named, export_id);
  if (!found && found.error().is(copyto::errc::not_found)) {
    std::string success = copyto::export_place(named).stem() + std::string(copyto::success_file_name);
    if (is_there(success)) {
      return success;
    }
    return found.error().with([](copyto::error_info& info) {
      boost::algorithm::replace_all(info.advice, "an export writes one where `manifest()` is its last file",
                                    "an export writes one with --manifest");
    });
  }
  return found;
}

} // namespace

exit_status verify(arguments const& given, copyto::any_store store, terminal& out) {
  copyto::store_ref const ref(store);
  copyto::result<std::string> const key = manifest_key(ref, given.store.to.prefix, given.export_id);
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
