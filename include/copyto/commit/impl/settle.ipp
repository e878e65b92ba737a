// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_SETTLE_IPP
#define COPYTO_COMMIT_IMPL_SETTLE_IPP

#include <copyto/commit/settle.hpp>

#include <copyto/commit/detail/control_write.hpp>
#include <copyto/store/detail/pages.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace copyto {

COPYTO_COLD result<std::optional<export_status>> status_of(store_ref store, export_place const& place,
                                                           std::stop_token stop) {
  result<std::optional<found_control>> found = read_control(store, place, stop);
  if (!found) {
    return found.error();
  }
  if (!*found) {
    return std::optional<export_status>();
  }
  export_status status{.control = std::move((*found)->record)};
  for (control_file const& file : status.control.files) {
    status.files.push_back(look_at_file(store, file, status.control, stop));
  }
  result<export_names> const names = export_names::recorded(place, status.control.names, status.control.manifest);
  if (!names) {
    return names.error();
  }
  result<void> const listed =
      detail::for_each_listed([&](std::string const& from) { return store.list_uploads(place.stem(), from, stop); },
                              [&](pending_upload& upload) -> result<void> {
                                if (names->is_file(upload.key) || upload.key == place.probe(status.control.export_id)) {
                                  status.uploads.push_back(std::move(upload));
                                }
                                return {};
                              });
  if (!listed) {
    status.unlisted = listed.error();
  }
  return std::optional(std::move(status));
}

COPYTO_COLD result<std::optional<resumed_export>> resume_export(store_ref store, export_place const& place,
                                                                std::uint32_t threads) {
  result<std::optional<found_control>> found = read_control(store, place, {});
  if (!found) {
    return found.error();
  }
  if (!*found) {
    return std::optional<resumed_export>();
  }
  control_record const record = std::move((*found)->record);
  if (record.state != control_state::commit) {
    return error(
        {.code = errc::claimed,
         .message = fmt::format("export {} of host {}, started {}, is not committed: nothing of it is visible",
                                record.export_id, record.host, record.started),
         .key = store.uri(place.control()),
         .advice = fmt::format("if it is not running any more, `copy_to abort {}` clears it", place.address(store))});
  }
  result<export_names> const names = export_names::recorded(place, record.names, record.manifest);
  if (!names) {
    return names.error();
  }
  std::vector<file_outcome> const outcomes = complete_files(store, record, threads, {});
  control_object control(store, place, record);
  result<stray_uploads> finished = finish_commit(store, *names, control, outcomes, {}, unlisted::refused, threads);
  if (!finished) {
    return finished.error();
  }
  return std::optional(resumed_export{.control = record, .warnings = std::move(finished->warnings)});
}

namespace detail {

/// Whether a store of unknown conditions compares tags: it is asked for a swap that must fail. `nullopt`: it has taken that
/// one, so that the swap is done.
template <class Swap>
[[nodiscard]] result<std::optional<conditions>> try_conditions(Swap const& swap) {
  result<std::string> const wrong = swap(put_condition::matches("copyto-no-such-tag"));
  if (wrong) {
    return std::optional<conditions>();
  }
  if (wrong.error().is(errc::unsupported)) {
    return std::optional(conditions::none);
  }
  if (!lost_or_refused(wrong.error())) {
    return wrong.error();
  }
  return std::optional(conditions::compare_and_swap);
}

/// The one swap of a claim to `aborting`, and the record that won; nothing: there is none that could be aborted.
///
///     read ── nothing there, or another export ──► nothing
///       ├── aborting ────────────────────────────► the record: somebody's abort won, ours or an earlier one
///       ├── committed ───────────────────────────► in doubt: `resume` finishes it
///       └── claimed: swap ── done ───────────────► the record
///                       ├── refused, or lost ────► read again
///                       └── any other error ─────► the error
COPYTO_COLD result<std::optional<control_record>> decide_abort(store_ref store, export_place const& place) {
  conditions honoured = store.put_conditions();
  std::optional<error> last;
  std::string first; // whose export was meant; a later one is none of our business
  for (int round = 0; round != control_rounds; ++round) {
    result<std::optional<found_control>> found = read_control(store, place, {});
    if (!found) {
      return found.error();
    }
    if (!*found) {
      return std::optional<control_record>();
    }
    control_record record = std::move((*found)->record);
    if (first.empty()) {
      first = record.owner();
    }
    control_standing const standing = standing_of(record, first);
    if (standing == control_standing::foreign) {
      return std::optional<control_record>();
    }
    control_verdict const verdict = judge(control_write::abort, standing, last.has_value());
    if (verdict == control_verdict::lost) {
      return error({.code = errc::in_doubt,
                    .disposition = disposition::in_doubt,
                    .message = fmt::format("export {} is committed and cannot be aborted any more", record.export_id),
                    .key = store.uri(place.control()),
                    .advice = fmt::format("`copy_to resume {}` finishes it", place.address(store))});
    }
    if (verdict == control_verdict::won) {
      return std::optional(std::move(record));
    }
    record.state = control_state::aborting;
    std::string const body = format_control(record);
    auto const swap = [&](put_condition const& condition) {
      return store.put(place.control(), as_bytes(body), control_options(record), condition, {});
    };
    if (honoured == conditions::unknown) {
      result<std::optional<conditions>> const seen = try_conditions(swap);
      if (!seen) {
        return seen.error();
      }
      if (!*seen) {
        return std::optional(std::move(record));
      }
      honoured = **seen;
    }
    bool const compares = honoured == conditions::compare_and_swap;
    result<std::string> const put = swap(compares ? put_condition::matches((*found)->tag) : put_condition());
    if (put) {
      return std::optional(std::move(record));
    }
    if (!lost_or_refused(put.error())) {
      return put.error();
    }
    last = put.error();
  }
  return *last;
}

} // namespace detail

COPYTO_COLD result<std::optional<aborted_export>> abort_export(store_ref store, export_place const& place) {
  result<std::optional<control_record>> decided = detail::decide_abort(store, place);
  if (!decided) {
    return decided.error();
  }
  if (!*decided) {
    return std::optional<aborted_export>();
  }
  control_record& record = **decided;
  result<export_names> const names = export_names::recorded(place, record.names, record.manifest);
  if (!names) {
    return names.error();
  }
  control_object control(store, place, record);
  result<stray_uploads> strays =
      abort_strays(store, *names, record.export_id, {}, unlisted::refused, [&] { return control.stands(); });
  if (!strays) {
    return strays.error();
  }
  if (store.limits().operations_unknown) { // it may have died while it tried the store
    if (result<void> cleared = store.remove(place.probe(record.export_id), {}); !cleared) {
      return cleared.error();
    }
  }
  if (result<void> removed = control.remove(); !removed) {
    return removed.error();
  }
  return std::optional(aborted_export{
      .control = std::move(record), .uploads = strays->aborted, .warnings = std::move(strays->warnings)});
}

} // namespace copyto

#endif
