// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_COMMIT_IPP
#define COPYTO_IMPL_EXPORT_COMMIT_IPP

#include <copyto/export/commit.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

namespace copyto {
namespace detail {

/// Times that an undecided conditional write is repeated, each after a look at what is there. The store
/// has its own retries below this.
inline constexpr int control_rounds = 5;

COPYTO_DECL object_options control_options(control_record const& record) {
  return {.content_type = "text/plain; charset=utf-8", .token = record.export_id};
}

/// Whether a conditional write was refused for the state it found, or may have been answered falsely so.
COPYTO_DECL bool lost_or_refused(error const& e) {
  return e.is(errc::precondition_failed) || e.is(errc::not_found) || e.in_doubt();
}

} // namespace detail

COPYTO_DECL control_object::control_object(store_ref store, export_names names, control_record claim)
    : store_(store), names_(std::move(names)), record_(std::move(claim)), conditions_(store.put_conditions()) {
  record_.state = control_state::claim;
}

COPYTO_DECL error control_object::held_by(control_record const& other) const {
  return error(
      {.code = errc::claimed,
       .message = fmt::format("export {} of host {}, started {}, holds this prefix", other.export_id, other.host,
                              other.started),
       .key = store_.uri(names_.control()),
       .advice = fmt::format("wait for it, or settle it with `copy_to status {}`", store_.uri(names_.directory()))});
}

COPYTO_DECL result<void> control_object::claim(std::stop_token stop) {
  if (result<void> probed = store_.remove(names_.probe(), stop); !probed) {
    return probed.error().with([&](error_info& info) {
      info.message = info.code == errc::access_denied
                         ? "cannot delete below the prefix, as every export must (it deletes its control object)"
                         : "the export cannot begin: " + info.message;
    });
  }
  result<void> claimed = create(stop);
  bool const perhaps_ours = claimed || !tag_.empty() || claimed.error().is(errc::stopped) || claimed.error().in_doubt();
  if (claimed && conditions_ == conditions::none) { // of two that wrote within the window, the later one has it
    result<std::optional<found_control>> found = read_control(store_, names_, stop);
    if (!found) {
      claimed = found.error();
    } else if (*found && (*found)->record.export_id != record_.export_id) {
      return held_by((*found)->record);
    }
  }
  if (claimed) {
    claimed = check_empty(stop);
  }
  if (!claimed && perhaps_ours) {
    if (result<void> withdrawn = remove(); !withdrawn) {
      return claimed.error().with_suppressed(withdrawn.error());
    }
  }
  return claimed;
}

COPYTO_DECL result<void> control_object::create(std::stop_token const& stop) {
  std::string const body = format_control(record_);
  bool const conditional = conditions_ != conditions::none;
  std::optional<error> last;
  for (int round = 0; round != detail::control_rounds; ++round) {
    if (last || conditions_ == conditions::none || conditions_ == conditions::unknown) { // look first
      result<std::optional<found_control>> found = read_control(store_, names_, stop);
      if (!found) {
        return last ? last->with_suppressed(found.error()) : found.error();
      }
      if (*found) {
        if ((*found)->record.export_id != record_.export_id) {
          return held_by((*found)->record);
        }
        tag_ = (*found)->tag; // our own request whose answer was lost
        return find_conditions(body, stop);
      }
    }
    result<std::string> put = store_.put(names_.control(), as_bytes(body), detail::control_options(record_),
                                         conditional ? put_condition::absent() : put_condition(), stop);
    if (put) {
      tag_ = *std::move(put);
      return find_conditions(body, stop);
    }
    last = put.error();
    if (!detail::lost_or_refused(*last) || stop.stop_requested()) {
      break;
    }
  }
  return last->with([&](error_info& info) {
    info.message = "cannot create the control object" + (info.message.empty() ? "" : ": " + info.message);
    if (info.disposition == disposition::in_doubt) {
      info.advice = fmt::format("it may yet appear; `copy_to abort {}` removes it", store_.uri(names_.directory()));
    }
  });
}

COPYTO_DECL result<void> control_object::find_conditions(std::string_view body, std::stop_token const& stop) {
  if (conditions_ != conditions::unknown) {
    return {};
  }
  // Must fail: the object is there; no object has this tag.
  for (put_condition const& wrong : {put_condition::absent(), put_condition::matches("copyto-no-such-tag")}) {
    result<std::string> put =
        store_.put(names_.control(), as_bytes(body), detail::control_options(record_), wrong, stop);
    if (put && wrong.kind == put_condition::type::absent) {
      // Ignored, or honoured because somebody aborted us just before: in that case not a second time.
      put = store_.put(names_.control(), as_bytes(body), detail::control_options(record_), wrong, stop);
      if (!put && put.error().is(errc::precondition_failed)) {
        return error({.code = errc::claim_lost,
                      .message = fmt::format("export {} was aborted by somebody else as it began", record_.export_id),
                      .key = store_.uri(names_.control())});
      }
    }
    if (put) {
      conditions_ = wrong.kind == put_condition::type::absent ? conditions::none : conditions::create_only;
      tag_ = *std::move(put);
      return {};
    }
    if (!put.error().is(errc::precondition_failed) && !put.error().is(errc::not_found)) {
      return put.error();
    }
  }
  conditions_ = conditions::compare_and_swap;
  return {};
}

COPYTO_DECL result<void> control_object::check_empty(std::stop_token const& stop) {
  std::string from;
  do {
    result<page<object_info>> listed = store_.list(names_.directory(), from, stop);
    if (!listed) {
      return listed.error();
    }
    for (object_info const& object : listed->items) {
      if (!names_.is_control_name(object.key)) {
        return error({.code = errc::not_empty,
                      .message = "the target is not empty",
                      .key = store_.uri(object.key),
                      .advice = "export to an empty prefix, or delete what is there"});
      }
      if (object.key != names_.control() && object.key.ends_with(".INCOMPLETE")) {
        return error({.code = errc::claimed,
                      .message = "another export is under way below this prefix",
                      .key = store_.uri(object.key),
                      .advice = "wait for it, or settle it"});
      }
    }
    from = listed->next;
  } while (!from.empty());
  return {};
}

COPYTO_DECL result<void> control_object::commit(std::vector<control_file> files) {
  record_.files = std::move(files);
  record_.state = control_state::commit;
  std::string const body = format_control(record_);
  bool const conditional = conditions_ == conditions::compare_and_swap;
  std::optional<error> last;
  bool sent = false; // an earlier write may yet take effect, whatever later ones are answered
  for (int round = 0; round != detail::control_rounds; ++round) {
    if (last || !conditional) { // what stands there now?
      result<std::optional<found_control>> found = read_control(store_, names_, {});
      if (!found) {
        if (!last) {
          return found.error(); // nothing was sent yet
        }
        last = last->with_suppressed(found.error());
        continue;
      }
      bool const ours = *found && (*found)->record.export_id == record_.export_id;
      if (ours && (*found)->record.state == control_state::commit) {
        return {};
      }
      if (!*found && sent) {
        // Aborted, or committed and already finished by `resume`: the files tell.
        control_file const& first = record_.files.front();
        result<object_info> const head = store_.head(first.key, {});
        if (head && head->size == first.bytes && (head->token.empty() || head->token == record_.export_id)) {
          return {};
        }
        if (!head && !head.error().is(errc::not_found)) {
          last = last->with_suppressed(head.error());
          continue;
        }
      }
      if (!ours || (*found)->record.state == control_state::aborting) {
        return error({.code = errc::claim_lost,
                      .message = *found ? fmt::format("export {} was aborted by somebody else before it was committed",
                                                      record_.export_id)
                                        : fmt::format("the control object of export {} was removed by somebody else",
                                                      record_.export_id),
                      .key = store_.uri(names_.control())});
      }
      // Still the claim: a write that is under way may yet take effect, so write again until one of the
      // two is answered. With a condition, the second to arrive is refused.
      tag_ = (*found)->tag;
    }
    result<std::string> put = store_.put(names_.control(), as_bytes(body), detail::control_options(record_),
                                         conditional ? put_condition::matches(tag_) : put_condition(), {});
    if (put) {
      return {};
    }
    last = put.error();
    if (!sent && !detail::lost_or_refused(*last) && last->code() != errc::throttled && (*last)->http_status < 500) {
      return *last; // certainly not written
    }
    sent = sent || last->in_doubt() || (*last)->http_status >= 500;
  }
  return error({.code = errc::in_doubt,
                .disposition = disposition::in_doubt,
                .message = "it is not known whether the export was committed",
                .key = store_.uri(names_.control()),
                .advice = fmt::format("`copy_to status {}` tells", store_.uri(names_.directory())),
                .suppressed = {*last}});
}

COPYTO_DECL result<void> control_object::remove() {
  if (store_.reads()) {
    result<std::optional<found_control>> found = read_control(store_, names_, {});
    if (!found) {
      return found.error();
    }
    if (!*found || (*found)->record.export_id != record_.export_id) {
      return {}; // settled by somebody else
    }
  }
  return store_.remove(names_.control(), {});
}

COPYTO_DECL result<std::optional<found_control>> read_control(store_ref store, export_names const& names,
                                                              std::stop_token stop) {
  result<object_contents> got = store.get(names.control(), max_control_size, stop);
  if (!got) {
    if (got.error().is(errc::not_found) && got.error()->service_code != "NoSuchBucket") {
      return std::optional<found_control>();
    }
    return got.error();
  }
  result<control_record> record = parse_control(got->body);
  if (!record) {
    return record.error().with([&](error_info& info) { info.key = store.uri(names.control()); });
  }
  return std::optional(found_control{.record = *std::move(record), .tag = got->info.tag});
}

COPYTO_DECL std::string_view to_string(file_state state) noexcept {
  switch (state) {
  case file_state::visible: return "visible";
  case file_state::pending: return "pending";
  case file_state::unknown: return "unknown";
  case file_state::gone: return "gone";
  }
  return "";
}

namespace detail {

/// Completes one upload; a refusal or a lost answer is settled by our token on the object.
COPYTO_DECL file_outcome complete_file(store_ref store, control_file const& file, std::string_view export_id) {
  result<std::string> completed = store.complete(file.key, file.upload_id, file.parts, {});
  if (completed) {
    return {.state = file_state::visible};
  }
  error const why = completed.error();
  if (!why.is(errc::no_such_upload) && !why.is(errc::not_found) && !why.in_doubt()) {
    return {.state = file_state::pending, .why = why};
  }
  result<object_info> head = store.head(file.key, {});
  if (head && head->token == export_id && head->size == file.bytes) {
    return {.state = file_state::visible};
  }
  if (head || head.error().is(errc::not_found)) {
    // No upload, and no object or somebody else's; after a lost answer it may yet appear.
    return {.state = why.in_doubt() && !head ? file_state::unknown : file_state::gone, .why = why};
  }
  return {.state = file_state::unknown, .why = why.with_suppressed(head.error())};
}

} // namespace detail

COPYTO_DECL std::vector<file_outcome> complete_files(store_ref store, control_record const& record,
                                                     std::uint32_t threads,
                                                     std::function<void(std::uint64_t)> const& on_visible) {
  std::vector<file_outcome> outcomes(record.files.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> visible = 0;
  auto const work = [&](std::function<void(std::uint64_t)> const& tell) {
    for (std::size_t i = next++; i < outcomes.size(); i = next++) {
      try {
        outcomes[i] = detail::complete_file(store, record.files[i], record.export_id);
      } catch (std::exception const& e) { // a store of the user's, or no memory
        outcomes[i] = {.state = file_state::unknown, .why = error(errc::io_failed, e.what())};
      } catch (...) {
        outcomes[i] = {.state = file_state::unknown, .why = error(errc::io_failed, "not a std::exception")};
      }
      if (outcomes[i].state == file_state::visible) {
        ++visible;
      }
      if (tell) {
        tell(visible);
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < std::min<std::size_t>(threads, outcomes.size()); ++i) {
        helpers.emplace_back([&] { work({}); });
      }
    } catch (std::system_error const&) { // no more threads: those that there are do the work
    }
    work(on_visible);
  }
  return outcomes;
}

COPYTO_DECL result<std::uint64_t> abort_uploads(store_ref store, export_names const& names, std::string_view export_id,
                                                std::span<control_file const> keep) {
  constexpr int rounds = 10;
  std::uint64_t count = 0;
  for (int round = 0; round != rounds; ++round) {
    bool found = false;
    std::string from;
    do {
      result<page<pending_upload>> listed = store.list_uploads(names.directory(), from, {});
      if (!listed) {
        return listed.error();
      }
      for (pending_upload const& upload : listed->items) {
        bool const kept = std::ranges::any_of(
            keep, [&](control_file const& f) { return f.key == upload.key && f.upload_id == upload.upload_id; });
        if (kept || !names.is_file_of(upload.key, export_id)) {
          continue;
        }
        found = true;
        if (result<void> aborted = store.abort(upload.key, upload.upload_id); !aborted) {
          return aborted.error();
        }
        ++count;
      }
      from = listed->next;
    } while (!from.empty());
    if (!found) {
      return count;
    }
  }
  return error(
      {.code = errc::service_failed,
       .message = fmt::format("uploads of export {} keep appearing, or stay after they were aborted", export_id),
       .key = store.uri(names.directory()),
       .advice = "end the export that makes them, and try again"});
}

COPYTO_DECL error unfinished(store_ref store, export_names const& names, control_record const& record,
                             std::span<file_outcome const> outcomes, std::optional<error> left) {
  auto const count = [&](file_state state) {
    return std::ranges::count_if(outcomes, [&](file_outcome const& o) { return o.state == state; });
  };
  std::string const directory = store.uri(names.directory());
  bool const broken = count(file_state::gone) != 0;
  error_info info{.code = errc::in_doubt,
                  .disposition = disposition::in_doubt,
                  .message = fmt::format(
                      "export {} is committed but not finished: {} files visible, {} pending, {} unknown, {} gone",
                      record.export_id, count(file_state::visible), count(file_state::pending),
                      count(file_state::unknown), count(file_state::gone)),
                  .key = store.uri(names.control()),
                  .advice = broken ? "files that are gone cannot be finished; delete the visible ones and export again"
                                   : fmt::format("`copy_to resume {}` finishes it", directory)};
  for (std::size_t i = 0; i != outcomes.size(); ++i) {
    error_info line{.code = errc::in_doubt,
                    .disposition = disposition::in_doubt,
                    .message = std::string(to_string(outcomes[i].state)),
                    .key = store.uri(record.files[i].key)};
    if (outcomes[i].why) {
      line.suppressed.push_back(*outcomes[i].why);
    }
    info.suppressed.emplace_back(std::move(line));
  }
  if (left) {
    info.suppressed.push_back(*std::move(left));
  }
  return error(std::move(info));
}

} // namespace copyto

#endif
