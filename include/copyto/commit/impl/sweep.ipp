// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_SWEEP_IPP
#define COPYTO_COMMIT_IMPL_SWEEP_IPP

#include <copyto/commit/sweep.hpp>

#include <copyto/commit/control_object.hpp>
#include <copyto/store/detail/pages.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace copyto {

COPYTO_COLD std::string_view to_string(sweep_state state) noexcept {
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

/// The control objects that an upload may belong to, each listed and read once: those in the directories above its key,
/// and that of the key.
class control_readings {
public:
  control_readings(store_ref store, std::stop_token stop) : store_(store), stop_(std::move(stop)) {}

  /// Sets state and owner of an upload that a control object claims, or might claim; false: none does.
  bool claims(swept_upload& swept) {
    std::string_view const key = swept.upload.key;
    for (std::size_t end = 0; end != key.npos; end = key.find('/', end + 1)) {
      result<std::vector<export_place>> const& places = list(key.substr(0, end));
      if (!places) {
        return unsure(swept, places.error());
      }
      for (export_place const& place : *places) {
        if (claims(swept, place)) {
          return true;
        }
      }
    }
    if (claims(swept, export_place::key(key))) {
      return true;
    }
    export_place const first = export_place::key(key.substr(0, key.rfind("_part")));
    return first.stem() != key && first.holds(key) && claims(swept, first);
  }

  /// The same for an upload that seems to be nobody's: a manifest's key begins with that of the file, and may go on in any
  /// way. Many requests, so for the last look.
  bool claims_beside(swept_upload& swept) {
    std::string_view const key = swept.upload.key;
    std::size_t const name = key.rfind('/') + 1; // npos + 1 is 0
    for (std::size_t end = key.size() - 1; end > name; --end) {
      if (claims(swept, export_place::key(key.substr(0, end)))) {
        return true;
      }
    }
    for (std::size_t end = key.find('/'); end != key.npos; end = key.find('/', end + 1)) {
      if (end != 0 && claims(swept, export_place::key(key.substr(0, end)))) {
        return true;
      }
    }
    return false;
  }

private:
  static bool unsure(swept_upload& swept, error const& why) {
    swept.state = sweep_state::unsure;
    swept.why = why;
    return true;
  }
  bool claims(swept_upload& swept, export_place const& place) {
    result<std::optional<found_control>> const& found = read(place);
    if (!found) {
      return unsure(swept, found.error());
    }
    if (!*found) {
      return false;
    }
    control_record const& record = (*found)->record;
    result<export_names> const names = export_names::recorded(place, record.names, record.manifest);
    if (!names) {
      return unsure(swept, names.error());
    }
    bool const named = std::ranges::any_of(record.files, [&](control_file const& f) {
      return f.key == swept.upload.key && f.upload_id == swept.upload.upload_id;
    });
    if (!named && !names->is_file(swept.upload.key) && swept.upload.key != place.probe(record.export_id)) {
      return false;
    }
    swept.state = sweep_state::owned;
    swept.address = place.address(store_);
    swept.control = record.state;
    return true;
  }
  result<std::vector<export_place>> const& list(std::string_view prefix) {
    auto known = listings_.find(prefix);
    if (known == listings_.end()) {
      known = listings_.emplace(prefix, controls_at(store_, prefix, stop_)).first;
    }
    return known->second;
  }
  result<std::optional<found_control>> const& read(export_place const& place) {
    std::string const key = place.control();
    auto known = readings_.find(key);
    if (known == readings_.end()) {
      known = readings_.emplace(key, read_control(store_, place, stop_)).first;
    }
    return known->second;
  }

  store_ref store_;
  std::stop_token stop_;
  std::map<std::string, result<std::vector<export_place>>, std::less<>> listings_;
  std::map<std::string, result<std::optional<found_control>>, std::less<>> readings_;
};

} // namespace detail

COPYTO_COLD result<std::vector<swept_upload>> sweep_uploads(store_ref store, std::string_view prefix,
                                                            sweep_options const& options, utc_time now,
                                                            std::stop_token const& stop) {
  std::vector<swept_upload> all;
  result<void> const listed = detail::for_each_listed(
      [&](std::string const& from) { return store.list_uploads(export_place(prefix).stem(), from, stop); },
      [&](pending_upload& upload) -> result<void> {
        all.push_back({.upload = std::move(upload)});
        return {};
      });
  if (!listed) {
    return listed.error();
  }

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
    } else if (controls.claims_beside(swept)) {
      continue;
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
