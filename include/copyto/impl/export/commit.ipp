// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_COMMIT_IPP
#define COPYTO_IMPL_EXPORT_COMMIT_IPP

#include <copyto/export/commit.hpp>

#include <fmt/format.h>

namespace copyto {
namespace detail {

/// Times that an undecided conditional write is repeated, each after a look at what is there. The store
/// has its own retries below this.
inline constexpr int control_rounds = 5;

COPYTO_DECL object_options control_options(control_record const& record) {
  return {.content_type = "text/plain; charset=utf-8", .token = record.export_id, .default_class = true};
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
      return leaving_behind(claimed.error().with_suppressed(withdrawn.error()), store_, names_);
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

COPYTO_DECL error leaving_behind(error const& why, store_ref store, export_names const& names) {
  return why.with([&](error_info& info) {
    info.advice += fmt::format("{}`copy_to abort {}` clears what was left", info.advice.empty() ? "" : "; ",
                               store.uri(names.directory()));
  });
}

COPYTO_DECL result<std::optional<found_control>> read_control(store_ref store, export_names const& names,
                                                              std::stop_token stop) {
  constexpr int rounds = 3; // an answer that makes no sense may be a server's passing fault
  for (int round = 1;; ++round) {
    result<object_contents> got = store.get(names.control(), max_control_size, stop);
    if (!got) {
      if (got.error().is(errc::not_found) && got.error()->service_code != "NoSuchBucket") {
        return std::optional<found_control>();
      }
      return got.error();
    }
    result<control_record> record = parse_control(got->body);
    if (record) {
      return std::optional(found_control{.record = *std::move(record), .tag = got->info.tag});
    }
    if (round == rounds) {
      return record.error().with([&](error_info& info) { info.key = store.uri(names.control()); });
    }
  }
}

} // namespace copyto

#endif
