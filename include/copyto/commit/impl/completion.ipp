// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_COMPLETION_IPP
#define COPYTO_COMMIT_IMPL_COMPLETION_IPP

#include <copyto/commit/completion.hpp>

#include <copyto/commit/control_object.hpp>
#include <copyto/store/detail/pages.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

namespace copyto {

COPYTO_COLD std::string_view to_string(file_state state) noexcept {
  switch (state) {
  case file_state::visible: return "visible";
  case file_state::pending: return "pending";
  case file_state::unknown: return "unknown";
  case file_state::gone: return "gone";
  }
  return "";
}

namespace detail {

/// Completes one upload, never over another object where the store can tell, unless it replaces. After anything but a
/// success the object itself is looked at:
///
/// | Complete said | the object is | so the file is |
/// |---|---|---|
/// | anything | ours, whole | visible |
/// | damaged | ours | removed, and gone |
/// | that the upload is gone, or the key taken | absent or another's | gone; unknown where an earlier answer was lost |
/// | nothing | absent or another's | unknown: it may yet appear |
/// | any other refusal | absent or another's | pending |
/// | anything | not to be looked at | unknown |
///
/// A store without tokens has compared the contents itself before it said that an upload is gone.
COPYTO_COLD file_outcome settle_file(store_ref store, control_file const& file, control_record const& record) {
  put_condition const condition = store.limits().complete_creates_only && record.mode != if_exists::replace
                                      ? put_condition::absent()
                                      : put_condition();
  result<std::string> completed = store.complete(file.key, file.upload_id, file.parts, condition, {});
  if (completed) {
    return {.state = file_state::visible};
  }
  error const why = completed.error();
  if (why.is(errc::damaged)) { // what the store made of the parts is taken away again
    result<object_info> const head = store.head(file.key, {});
    if (head && head->token == record.owner()) {
      result<void> removed = store.remove(file.key, {});
      return removed ? file_outcome{.state = file_state::gone, .why = why}
                     : file_outcome{.state = file_state::unknown, .why = why.with_suppressed(removed.error())};
    }
  }
  bool const ended = why.is(errc::damaged) || why.is(errc::no_such_upload) || why.is(errc::not_found) ||
                     why.is(errc::precondition_failed) || why.is(errc::conflict);
  if (ended && !store.limits().keeps_tokens) { // it has compared the contents
    return {.state = file_state::gone, .why = why};
  }
  file_outcome seen = look_at_file(store, file, record, {});
  if (seen.state == file_state::visible) {
    return seen;
  }
  if (seen.state == file_state::unknown) {
    return {.state = file_state::unknown, .why = why.with_suppressed(*seen.why)};
  }
  if (why.in_doubt()) {
    return {.state = file_state::unknown, .why = why};
  }
  return {.state = ended || seen.state == file_state::gone ? file_state::gone : file_state::pending, .why = why};
}

/// Calls `work(i, on_caller)` for every i below `count`, on the caller's thread and up to `threads - 1` others.
template <class F>
void in_parallel(std::size_t count, std::uint32_t threads, F const& work) {
  std::atomic<std::size_t> next = 0;
  auto const take = [&](bool on_caller) {
    for (std::size_t i = next++; i < count; i = next++) {
      work(i, on_caller);
    }
  };
  std::vector<std::jthread> helpers;
  try {
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i) {
      helpers.emplace_back([&] { take(false); });
    }
  } catch (std::system_error const&) { // no more threads: those that there are do the work
  }
  take(true);
}

} // namespace detail

namespace detail {

/// Whether the file's upload is open, which it is not once it was completed.
COPYTO_COLD result<bool> is_open(store_ref store, control_file const& file, std::stop_token const& stop) {
  bool open = false;
  result<void> const listed =
      for_each_listed([&](std::string const& from) { return store.list_uploads(file.key, from, stop); },
                      [&](pending_upload const& upload) -> result<void> {
                        open = open || (upload.key == file.key && upload.upload_id == file.upload_id);
                        return {};
                      });
  return listed ? result<bool>(open) : result<bool>(listed.error());
}

} // namespace detail

COPYTO_COLD file_outcome look_at_file(store_ref store, control_file const& file, control_record const& record,
                                      std::stop_token stop) {
  result<object_info> const head = store.head(file.key, stop);
  if (!head) {
    return {.state = head.error().is(errc::not_found) ? file_state::pending : file_state::unknown, .why = head.error()};
  }
  bool const replaces = record.mode == if_exists::replace;
  // Without a token it is ours by its name: where the store has none, or the name holds the id.
  bool const unmarked = head->token.empty() && !store.limits().keeps_tokens;
  bool const named = unmarked || (head->token.empty() && file.key.find(record.export_id) != file.key.npos);
  bool ours = head->size == file.bytes && (named || head->token == record.owner());
  if (ours && unmarked && replaces) { // what it replaces has that name, too, and may have that size
    result<bool> const open = detail::is_open(store, file, stop);
    if (!open) {
      return {.state = file_state::unknown, .why = open.error()};
    }
    ours = !*open;
  }
  if (ours) {
    return {.state = file_state::visible};
  }
  if (replaces) {
    return {.state = file_state::pending,
            .why = error(
                {.code = errc::not_empty, .message = "what it replaces is still there", .key = store.uri(file.key)})};
  }
  return {
      .state = file_state::gone,
      .why = error({.code = errc::not_empty, .message = "another object is in its place", .key = store.uri(file.key)})};
}

COPYTO_COLD file_outcome complete_file(store_ref store, control_file const& file, control_record const& record) {
  try {
    return detail::settle_file(store, file, record);
  } catch (...) { // a store of the user's, or no memory
    return {.state = file_state::unknown, .why = caught(errc::io_failed, "the store threw an exception")};
  }
}

COPYTO_COLD std::vector<file_outcome> complete_files(store_ref store, control_record const& record,
                                                     std::uint32_t threads,
                                                     std::function<void(std::uint64_t)> const& on_visible) {
  std::vector<file_outcome> outcomes(record.files.size());
  std::atomic<std::uint64_t> visible = 0;
  auto const complete = [&](std::size_t i, bool on_caller) {
    outcomes[i] = complete_file(store, record.files[i], record);
    if (outcomes[i].state == file_state::visible) {
      ++visible;
    }
    if (on_caller && on_visible) {
      on_visible(visible);
    }
  };
  // A manifest that is visible says that all files are.
  std::size_t const files = outcomes.size() - (record.manifest.empty() || outcomes.empty() ? 0 : 1);
  detail::in_parallel(files, threads, complete);
  if (files != outcomes.size() && visible == files) {
    complete(files, true);
  }
  return outcomes;
}

COPYTO_COLD result<void> remove_replaced(store_ref store, control_record const& record, std::uint32_t threads) {
  std::mutex mutex;
  std::optional<error> failed;
  detail::in_parallel(record.replaced.size(), threads, [&](std::size_t i, bool) {
    auto const note = [&](error const& why) {
      std::scoped_lock const lock(mutex);
      failed = failed ? failed->with_suppressed(why) : why;
    };
    try {
      bool const hopeless = [&] { // once the store cannot be reached, every further request would wait in vain
        std::scoped_lock const lock(mutex);
        return failed && failed->is(errc::unreachable);
      }();
      if (!hopeless) {
        if (result<void> removed = store.remove(record.replaced[i], {}); !removed) {
          note(removed.error());
        }
      }
    } catch (...) { // a store of the user's, or no memory
      note(caught(errc::io_failed, "the store threw an exception"));
    }
  });
  return failed ? result<void>(*failed) : result<void>();
}

namespace detail {

/// One walk over the uploads that are open: aborts those that `doomed` names; whether there were any.
template <class F>
result<bool> abort_listed(store_ref store, std::string_view prefix, F const& doomed,
                          std::function<result<bool>()> const& holds, stray_uploads& done) {
  std::vector<pending_upload> strays;
  result<void> const walked =
      for_each_listed([&](std::string const& from) { return store.list_uploads(prefix, from, {}); },
                      [&](pending_upload& upload) -> result<void> {
                        if (doomed(upload)) {
                          strays.push_back(std::move(upload));
                        }
                        return {};
                      });
  if (!walked) {
    return walked.error();
  }
  if (holds && !strays.empty()) { // then all that were listed were begun before another export could
    result<bool> const held = holds();
    if (!held || !*held) {
      return held;
    }
  }
  bool found = false;
  for (pending_upload const& upload : strays) {
    result<void> aborted = store.abort(upload.key, upload.upload_id);
    if (aborted) {
      found = true;
      ++done.aborted;
    } else if (aborted.error().is(errc::unsupported)) {
      done.warnings.push_back(aborted.error().with([](error_info& info) {
        info.message = "an upload stays open, which nobody sees, until a lifecycle rule ends it: " + info.message;
      }));
    } else {
      return aborted.error();
    }
  }
  return found;
}

} // namespace detail

COPYTO_COLD result<stray_uploads> abort_strays(store_ref store, export_names const& names, std::string_view export_id,
                                               std::span<control_file const> keep, unlisted rule,
                                               std::function<result<bool>()> const& holds) {
  constexpr int rounds = 10;
  std::string const probe = names.place().probe(export_id);
  auto const doomed = [&](pending_upload const& upload) {
    return (upload.key == probe || names.is_file(upload.key)) && std::ranges::none_of(keep, [&](control_file const& f) {
             return f.key == upload.key && f.upload_id == upload.upload_id;
           });
  };
  stray_uploads done;
  for (int round = 0; round != rounds; ++round) {
    done.warnings.clear();
    result<bool> const found = detail::abort_listed(store, names.place().stem(), doomed, holds, done);
    if (!found) {
      error const& why = found.error();
      bool const nobody_can = why.is(errc::unsupported);
      if (!nobody_can && (rule == unlisted::refused || !why.is(errc::access_denied))) {
        return why;
      }
      if (rule != unlisted::ignored) {
        done.warnings.push_back(why.with([](error_info& info) {
          info.message =
              "an upload that was begun twice may have stayed open, which nobody sees, until a lifecycle rule "
              "ends it: " +
              info.message;
        }));
      }
      return done;
    }
    if (!*found) {
      return done;
    }
  }
  return error(
      {.code = errc::service_failed,
       .message = fmt::format("uploads of {} keep appearing, or stay after they were aborted", names.pattern()),
       .key = store.uri(names.place().stem()),
       .advice = "end the export that makes them, and try again"});
}

COPYTO_COLD result<stray_uploads> finish_commit(store_ref store, export_names const& names, control_object& control,
                                                std::span<file_outcome const> outcomes,
                                                std::span<control_file const> keep, unlisted rule,
                                                std::uint32_t threads) {
  control_record const& record = control.record();
  auto const left = [&](std::optional<error> why) {
    return unfinished(store, names.place(), record, outcomes, std::move(why));
  };
  if (!std::ranges::all_of(outcomes, [](file_outcome const& o) { return o.state == file_state::visible; })) {
    return left(std::nullopt);
  }
  if (!record.replaced.empty()) { // which are a later export's, once somebody else has finished this one
    result<bool> const held = control.stands();
    if (!held) {
      return left(held.error());
    }
    if (!*held) {
      return stray_uploads();
    }
  }
  if (result<void> removed = remove_replaced(store, record, threads); !removed) {
    return left(removed.error());
  }
  result<stray_uploads> strays =
      abort_strays(store, names, record.export_id, keep, rule, [&] { return control.stands(); });
  if (!strays) {
    return left(strays.error());
  }
  if (result<void> removed = control.remove(); !removed) {
    return left(removed.error());
  }
  return strays;
}

namespace detail {

[[nodiscard]] inline std::size_t count(std::span<file_outcome const> outcomes, file_state state) {
  return static_cast<std::size_t>(std::ranges::count(outcomes, state, &file_outcome::state));
}

/// A line for each file: what is known of it, and why.
inline std::vector<error> listed(store_ref store, control_record const& record, std::span<file_outcome const> outcomes,
                                 std::string_view pending) {
  std::vector<error> lines;
  for (std::size_t i = 0; i != outcomes.size(); ++i) {
    file_outcome const& o = outcomes[i];
    error_info line{.code = errc::in_doubt,
                    .disposition = disposition::in_doubt,
                    .message = std::string(o.state == file_state::pending ? pending : to_string(o.state)),
                    .key = store.uri(record.files[i].key)};
    if (o.why) {
      line.suppressed.push_back(*o.why);
    }
    lines.emplace_back(std::move(line));
  }
  return lines;
}

} // namespace detail

COPYTO_COLD error unfinished(store_ref store, export_place const& place, control_record const& record,
                             std::span<file_outcome const> outcomes, std::optional<error> left) {
  std::size_t const gone = detail::count(outcomes, file_state::gone);
  error_info info{
      .code = errc::in_doubt,
      .disposition = disposition::in_doubt,
      .message =
          fmt::format("export {} is committed but not finished: {} files visible, {} pending, {} unknown, {} gone",
                      record.export_id, detail::count(outcomes, file_state::visible),
                      detail::count(outcomes, file_state::pending), detail::count(outcomes, file_state::unknown), gone),
      .key = store.uri(place.control()),
      .advice = gone != 0 ? "files that are gone cannot be finished; delete the visible ones and export again"
                          : fmt::format("`copy_to resume {}` finishes it", place.address(store)),
      .suppressed = detail::listed(store, record, outcomes, to_string(file_state::pending))};
  if (left) {
    info.suppressed.push_back(*std::move(left));
  }
  return error(std::move(info));
}

COPYTO_COLD error unfinished_without_control(store_ref store, export_place const& place, control_record const& record,
                                             std::span<file_outcome const> outcomes) {
  std::size_t const visible = detail::count(outcomes, file_state::visible);
  bool const nothing = visible == 0 && detail::count(outcomes, file_state::unknown) == 0;
  return error({.code = nothing ? errc::io_failed : errc::in_doubt,
                .disposition = nothing ? disposition::permanent : disposition::in_doubt,
                .message = fmt::format("export {} has no control object, and is not finished: {} of {} files are "
                                       "visible and stay",
                                       record.export_id, visible, outcomes.size()),
                .key = store.uri(place.stem()),
                .advice = "delete what is visible of it, and export again",
                .suppressed = detail::listed(store, record, outcomes, "not visible")});
}

COPYTO_COLD error published_partly(error const& why, store_ref store, export_place const& place,
                                   std::string_view export_id, std::span<file_outcome const> outcomes) {
  std::size_t const visible = detail::count(outcomes, file_state::visible);
  std::size_t const unknown = detail::count(outcomes, file_state::unknown);
  if (visible + unknown == 0) {
    return why;
  }
  return error({.code = errc::published_partly,
                .disposition = why->disposition,
                .message = fmt::format("export {} failed after {} of its files{} became visible; they stay", export_id,
                                       visible, unknown == 0 ? "" : ", or one more,"),
                .key = store.uri(place.stem()),
                .advice = "the names of its files hold its id, where they were not chosen otherwise",
                .suppressed = {why}});
}

} // namespace copyto

#endif
