// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_SWEEP_IPP
#define COPYTO_IMPL_EXPORT_SWEEP_IPP

#include <copyto/export/commit.hpp>
#include <copyto/export/sweep.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace copyto {

COPYTO_DECL std::string_view to_string(sweep_state state) noexcept {
  switch (state) {
  case sweep_state::young: return "young";
  case sweep_state::owned: return "owned";
  case sweep_state::unsure: return "unsure";
  case sweep_state::orphaned: return "orphaned";
  case sweep_state::aborted: return "aborted";
  case sweep_state::failed: return "failed";
  }
  return "";
}

namespace detail {

/// The control objects that an upload may belong to, each read once: those in the directories above its key.
class control_readings {
public:
  control_readings(store_ref store, std::stop_token stop) : store_(store), stop_(std::move(stop)) {}

  /// Sets state and owner of an upload that a control object claims, or might claim; false: none does.
  bool claims(swept_upload& swept) {
    std::string_view const key = swept.upload.key;
    for (std::size_t end = 0; end != key.npos; end = key.find('/', end + 1)) {
      std::string_view const directory = key.substr(0, end);
      result<std::optional<found_control>> const& found = read(directory);
      if (!found) {
        swept.state = sweep_state::unsure;
        swept.why = found.error();
        return true;
      }
      if (*found && belongs(swept.upload, directory, (*found)->record)) {
        swept.state = sweep_state::owned;
        swept.directory = export_names(directory).directory();
        swept.control = (*found)->record.state;
        return true;
      }
    }
    return false;
  }

private:
  result<std::optional<found_control>> const& read(std::string_view directory) {
    auto known = readings_.find(directory);
    if (known == readings_.end()) {
      known = readings_.emplace(directory, read_control(store_, export_names(directory), stop_)).first;
    }
    return known->second;
  }
  static bool belongs(pending_upload const& upload, std::string_view directory, control_record const& record) {
    return export_names(directory).is_file_of(upload.key, record.export_id) ||
           std::ranges::any_of(record.files, [&](control_file const& f) {
             return f.key == upload.key && f.upload_id == upload.upload_id;
           });
  }

  store_ref store_;
  std::stop_token stop_;
  std::map<std::string, result<std::optional<found_control>>, std::less<>> readings_;
};

} // namespace detail

COPYTO_DECL result<std::vector<swept_upload>> sweep_uploads(store_ref store, std::string_view prefix,
                                                            sweep_options const& options, utc_time now,
                                                            std::stop_token const& stop) {
  std::vector<swept_upload> all;
  std::string from;
  do {
    result<page<pending_upload>> listed = store.list_uploads(export_names(prefix).directory(), from, stop);
    if (!listed) {
      return listed.error();
    }
    for (pending_upload& upload : listed->items) {
      all.push_back({.upload = std::move(upload)});
    }
    from = std::move(listed->next);
  } while (!from.empty());

  detail::control_readings controls(store, stop);
  for (swept_upload& swept : all) {
    if (stop.stop_requested()) {
      return error(errc::stopped, "the sweep was stopped");
    }
    if (controls.claims(swept)) {
      continue;
    }
    if (!swept.upload.started) {
      swept.why = error(errc::unsupported, "the store does not say when the upload was begun");
    } else if (now - *swept.upload.started < options.older_than) {
      swept.state = sweep_state::young;
    } else if (!options.abort) {
      swept.state = sweep_state::orphaned;
    } else if (result<void> aborted = store.abort(swept.upload.key, swept.upload.upload_id); aborted) {
      swept.state = sweep_state::aborted;
    } else {
      swept.state = sweep_state::failed;
      swept.why = aborted.error();
    }
  }
  return all;
}

} // namespace copyto

#endif
