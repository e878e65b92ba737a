// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_CONTROL_OBJECT_IPP
#define COPYTO_COMMIT_IMPL_CONTROL_OBJECT_IPP

#include <copyto/commit/control_object.hpp>

#include <copyto/commit/completion.hpp>
#include <copyto/commit/detail/control_write.hpp>
#include <copyto/commit/probe.hpp>
#include <copyto/store/detail/pages.hpp>
#include <copyto/store/key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace copyto {
COPYTO_COLD control_object::control_object(store_ref store, export_place place, control_record claim)
    : store_(store), place_(std::move(place)), record_(std::move(claim)), conditions_(store.put_conditions()) {
  record_.state = control_state::claim;
}

COPYTO_COLD result<control_object::standing> control_object::read_standing(std::stop_token const& stop) {
  std::optional<error> unread;
  if (readable_) {
    result<std::optional<found_control>> found = read_control(store_, place_, stop);
    if (found) {
      return *found ? standing{.there = true, .record = std::move((*found)->record), .tag = std::move((*found)->tag)}
                    : standing{};
    }
    if (!found.error().is(errc::access_denied) && !found.error().is(errc::unsupported)) {
      return found.error();
    }
    unread = found.error();
  }
  result<page<object_info>> listed = store_.list(place_.control(), {}, stop); // if it is there, it is the first
  if (!listed) {
    return unread ? unread->with_suppressed(listed.error()) : listed.error();
  }
  readable_ = false;
  if (listed->items.empty() || listed->items.front().key != place_.control()) {
    return standing{};
  }
  return standing{.there = true, .record = std::nullopt, .tag = std::move(listed->items.front().tag)};
}

COPYTO_COLD detail::control_standing control_object::kind_of(standing const& found) const {
  using enum detail::control_standing;
  if (!found.there) {
    return absent;
  }
  if (!found.record) {
    return !tag_.empty() && found.tag == tag_ ? claimed : unreadable;
  }
  return detail::standing_of(*found.record, record_.owner());
}

COPYTO_COLD bool control_object::is_ours(standing const& found) const {
  using enum detail::control_standing;
  detail::control_standing const kind = kind_of(found);
  return kind == claimed || kind == committed || kind == aborting;
}

COPYTO_COLD error control_object::held_by(standing const& other) const {
  return error({.code = errc::claimed,
                .message = other.record
                               ? fmt::format("export {} of host {}, started {}, holds this place",
                                             other.record->export_id, other.record->host, other.record->started)
                               : "an export holds this place, but its control object may not be read",
                .key = store_.uri(place_.control()),
                .advice = fmt::format("wait for it, or settle it with `copy_to status {}`", place_.address(store_))});
}

COPYTO_COLD result<void> control_object::claim(std::stop_token stop) {
  std::string const probe = place_.probe(record_.export_id);
  if (result<void> probed = store_.remove(probe, stop); !probed) {
    return probed.error().with([&](error_info& info) {
      switch (info.code) {
      case errc::access_denied:
        info.message = "cannot delete there, as an export must that has a control object";
        break;
      case errc::unsupported:
        info.message = "the store cannot delete objects, as an export must that has a control object";
        break;
      default: // the first request: what failed is the store as a whole
        info.key = info.key == store_.uri(probe) ? place_.address(store_) : info.key;
      }
    });
  }
  result<void> claimed = create(stop);
  bool const perhaps_ours = claimed || !tag_.empty() || claimed.error().is(errc::stopped) || claimed.error().in_doubt();
  if (claimed && conditions_ == conditions::none) { // of two that wrote within the window, the later one has it
    result<standing> const found = read_standing(stop);
    if (!found) {
      claimed = found.error();
    } else if (found->there && !is_ours(*found)) {
      return held_by(*found);
    }
  }
  if (claimed) {
    claimed = survey(true, stop);
  }
  if (claimed && store_.limits().operations_unknown) {
    claimed = probe_operations(store_, place_, record_.export_id, stop);
  }
  if (!claimed && perhaps_ours) {
    if (result<void> withdrawn = remove(); !withdrawn) {
      return leaving_behind(claimed.error().with_suppressed(withdrawn.error()), store_, place_);
    }
  }
  return claimed;
}

COPYTO_COLD result<void> control_object::create(std::stop_token const& stop) {
  std::string const body = format_control(record_);
  std::optional<error> last;
  for (int round = 0; round != detail::control_rounds; ++round) {
    if (last || conditions_ == conditions::none || conditions_ == conditions::unknown) { // look first
      result<standing> found = read_standing(stop);
      if (!found) {
        return last ? last->with_suppressed(found.error()) : found.error();
      }
      switch (detail::judge(detail::control_write::claim, kind_of(*found), last.has_value())) {
      case detail::control_verdict::won: // by our own request whose answer was lost
        tag_ = std::move(found->tag);
        return find_conditions(body, stop);
      case detail::control_verdict::lost: // or it cannot be told, and stays
        return last && last->in_doubt() && !found->record ? last->with_suppressed(held_by(*found)) : held_by(*found);
      default: break;
      }
    }
    result<std::string> put =
        store_.put(place_.control(), as_bytes(body), detail::control_options(record_),
                   conditions_ != conditions::none ? put_condition::absent() : put_condition(), stop);
    if (put) {
      tag_ = *std::move(put);
      return find_conditions(body, stop);
    }
    last = put.error();
    if (conditions_ == conditions::unknown && last->is(errc::unsupported)) {
      lacks_ = conditions_ = conditions::none; // it refuses a request that has a condition
      continue;
    }
    if (!detail::lost_or_refused(*last) || stop.stop_requested()) {
      break;
    }
  }
  if (last->is(errc::precondition_failed) && !last->in_doubt() &&
      !stop.stop_requested()) { // nothing was there at any look
    return error({.code = errc::claimed,
                  .message = "other exports claim this place, and give it up, all the time",
                  .key = store_.uri(place_.control()),
                  .advice = "wait for them",
                  .suppressed = {*last}});
  }
  return last->with([&](error_info& info) {
    info.message = "cannot create the control object" + (info.message.empty() ? "" : ": " + info.message);
    if (info.disposition == disposition::in_doubt) {
      info.advice = fmt::format("it may yet appear; `copy_to abort {}` removes it", place_.address(store_));
    }
  });
}

COPYTO_COLD result<void> control_object::find_conditions(std::string_view body, std::stop_token const& stop) {
  if (conditions_ != conditions::unknown) {
    return {};
  }
  // Must fail: the object is there; no object has this tag.
  for (put_condition const& wrong : {put_condition::absent(), put_condition::matches("copyto-no-such-tag")}) {
    result<std::string> put =
        store_.put(place_.control(), as_bytes(body), detail::control_options(record_), wrong, stop);
    if (put && wrong.kind == put_condition::type::absent) {
      // Ignored, or honoured because somebody aborted us just before: in that case not a second time.
      put = store_.put(place_.control(), as_bytes(body), detail::control_options(record_), wrong, stop);
      if (!put && put.error().is(errc::precondition_failed)) {
        return error({.code = errc::claim_lost,
                      .message = fmt::format("export {} was aborted by somebody else as it began", record_.export_id),
                      .key = store_.uri(place_.control())});
      }
    }
    if (put || put.error().is(errc::unsupported)) {
      lacks_ = conditions_ = wrong.kind == put_condition::type::absent ? conditions::none : conditions::create_only;
      tag_ = put ? *std::move(put) : tag_;
      return {};
    }
    if (!put.error().is(errc::precondition_failed) && !put.error().is(errc::not_found)) {
      return put.error();
    }
  }
  conditions_ = conditions::compare_and_swap;
  return {};
}

COPYTO_COLD result<void> control_object::survey(bool claimed, std::stop_token const& stop) {
  // Exports that append mind nothing but one that wants the place for itself, and that has a control object.
  std::string const prefix = record_.mode == if_exists::append ? export_place(place_.stem()).control() : place_.stem();
  std::size_t size = 0;
  result<void> seen = detail::for_each_listed(
      [&](std::string const& from) { return store_.list(prefix, from, stop); },
      [&](object_info& object) -> result<void> {
        if (object.key == place_.control() && !claimed) {
          result<standing> const other = read_standing(stop);
          return other ? held_by(*other) : other.error();
        }
        if (object.key == place_.control() || !place_.holds(object.key)) {
          return {};
        }
        if (export_place::is_control(object.key)) {
          return error({.code = errc::claimed,
                        .message = "another export is under way there, or was left",
                        .key = store_.uri(object.key),
                        .advice = "wait for it, or settle it"});
        }
        if (record_.mode == if_exists::error && !place_.is_own_name(object.key)) {
          return error(
              {.code = errc::not_empty,
               .message = "the target is not empty",
               .key = store_.uri(object.key),
               .advice = place_.is_key()
                             ? "export to another key, or replace what is there (--if-exists)"
                             : "export to an empty prefix, or append to what is there or replace it (--if-exists)"});
        }
        if (record_.mode == if_exists::replace) {
          if (result<void> const key = check_key(object.key, store_.limits().max_key);
              !key) { // it could not be deleted
            return key.error().with([&](error_info& info) {
              info.message = "an object that is to be replaced has a name that no request can have: " + info.message;
              info.key = store_.uri(object.key);
              info.advice = "delete or rename it before the export, or export to another prefix";
            });
          }
          size += 3 * object.key.size() + 16; // as the record escapes it
          if (size > max_control_size / 2) {
            return error({.code = errc::limit_exceeded,
                          .message = fmt::format("the {} objects there are more than one commit record can name",
                                                 record_.replaced.size()),
                          .key = place_.address(store_),
                          .advice = "delete them before the export, or export to another prefix"});
          }
          record_.replaced.push_back(std::move(object.key));
        }
        return {};
      });
  if (!seen) {
    return seen;
  }
  return record_.mode == if_exists::append ? check_unused(stop) : result<void>();
}

COPYTO_COLD result<void> control_object::check_unused(std::stop_token const& stop) {
  result<export_names> const names = export_names::recorded(place_, record_.names, record_.manifest);
  if (!names) {
    return names.error();
  }
  std::string const first = names->file(record_.shard, 0);
  result<object_info> const head = store_.head(first, stop);
  if (head) {
    return error({.code = errc::not_empty,
                  .message = fmt::format("an export with the id {} has appended here already", record_.export_id),
                  .key = store_.uri(first),
                  .advice = "give every export an id of its own"});
  }
  // Who may not read cannot be told; the names then stay apart by the random bits of the id.
  bool const told =
      head.error().is(errc::not_found) || head.error().is(errc::access_denied) || head.error().is(errc::unsupported);
  return told ? result<void>() : result<void>(head.error());
}

COPYTO_COLD std::string control_object::make_commit_record(std::vector<control_file> files) {
  record_.files = std::move(files);
  record_.state = control_state::commit;
  std::vector<std::string_view> made; // completing these replaces them
  std::ranges::transform(record_.files, std::back_inserter(made), &control_file::key);
  std::ranges::sort(made);
  std::erase_if(record_.replaced, [&](std::string const& key) { return std::ranges::binary_search(made, key); });
  return format_control(record_);
}

COPYTO_COLD result<bool> control_object::first_file_is_visible() const {
  if (record_.files.empty()) {
    return false;
  }
  file_outcome const seen = look_at_file(store_, record_.files.front(), record_, {});
  return seen.state == file_state::unknown ? result<bool>(*seen.why) : result<bool>(seen.state == file_state::visible);
}

COPYTO_COLD void control_object::narrow(std::function<bool(std::string_view key)> const& replaces) {
  std::erase_if(record_.replaced, [&](std::string const& key) { return !replaces(key); });
}

COPYTO_COLD result<void> control_object::commit(std::vector<control_file> files) {
  std::string const body = make_commit_record(std::move(files));
  if (body.size() > max_control_size) {
    return error({.code = errc::limit_exceeded,
                  .message = fmt::format("the commit record of {} files would have {} bytes, and may have {}",
                                         record_.files.size(), body.size(), max_control_size),
                  .key = store_.uri(place_.control()),
                  .advice = "make fewer, larger files"});
  }
  bool conditional = conditions_ == conditions::compare_and_swap;
  std::optional<error> last;
  bool sent = false; // an earlier write may yet take effect
  for (int round = 0; round != detail::control_rounds; ++round) {
    if (last || !conditional) { // what stands there now?
      result<standing> found = read_standing({});
      if (!found) {
        if (!last) {
          return found.error(); // nothing was sent yet
        }
        last = last->with_suppressed(found.error());
        continue;
      }
      detail::control_verdict verdict = detail::judge(detail::control_write::commit, kind_of(*found), sent);
      if (verdict == detail::control_verdict::files_tell) {
        result<bool> const visible = first_file_is_visible();
        if (!visible) {
          last = last->with_suppressed(visible.error());
          continue;
        }
        verdict = *visible ? detail::control_verdict::won : detail::control_verdict::lost;
      }
      switch (verdict) {
      case detail::control_verdict::won: tag_ = found->there ? std::move(found->tag) : tag_; return {};
      case detail::control_verdict::lost: return lost_to(*found);
      case detail::control_verdict::look_again:
        last = last->with_suppressed(held_by(*found)); // it has changed: by us, or by an `abort`
        continue;
      default: tag_ = std::move(found->tag);
      }
    }
    result<std::string> put = store_.put(place_.control(), as_bytes(body), detail::control_options(record_),
                                         conditional ? put_condition::matches(tag_) : put_condition(), {});
    if (put) {
      tag_ = *std::move(put);
      return {};
    }
    last = put.error();
    if (conditional && !sent && last->is(errc::access_denied) &&
        !last->in_doubt()) { // AWS: If-Match asks for the right to read
      conditional = false;
      continue;
    }
    bool const perhaps = last->in_doubt() || (*last)->http_status >= 500;
    if (!sent && !perhaps && !detail::lost_or_refused(*last) && last->code() != errc::throttled) {
      return *last; // certainly not written
    }
    sent = sent || perhaps;
  }
  return error({.code = errc::in_doubt,
                .disposition = disposition::in_doubt,
                .message = "it is not known whether the export was committed",
                .key = store_.uri(place_.control()),
                .advice = fmt::format("`copy_to status {}` tells", place_.address(store_)),
                .suppressed = {*last}});
}

COPYTO_COLD result<void> control_object::check_held(std::stop_token const& stop) {
  result<standing> const found = read_standing(stop);
  if (!found) {
    return found.error();
  }
  bool const held = is_ours(*found) && kind_of(*found) != detail::control_standing::aborting;
  return held ? result<void>() : result<void>(lost_to(*found));
}

COPYTO_COLD result<bool> control_object::stands() {
  if (!store_.reads() && !store_.lists()) {
    return true;
  }
  result<standing> const found = read_standing({});
  return found ? result<bool>(is_ours(*found)) : result<bool>(found.error());
}

COPYTO_COLD error control_object::lost_to(standing const& other) const {
  return error(
      {.code = errc::claim_lost,
       .message = other.there
                      ? fmt::format("export {} was aborted by somebody else before it was committed", record_.export_id)
                      : fmt::format("the control object of export {} was removed by somebody else", record_.export_id),
       .key = store_.uri(place_.control())});
}

COPYTO_COLD result<void> control_object::remove() {
  if (store_.reads() || store_.lists()) {
    result<standing> const found = read_standing({});
    if (!found) {
      return found.error();
    }
    if (!found->there || (found->record && !is_ours(*found))) {
      return {}; // settled by somebody else
    }
    if (!is_ours(*found)) {
      return held_by(*found);
    }
  }
  return store_.remove(place_.control(), {});
}

COPYTO_COLD error leaving_behind(error const& why, store_ref store, export_place const& place) {
  return why.with([&](error_info& info) {
    info.advice +=
        fmt::format("{}`copy_to abort {}` clears what was left", info.advice.empty() ? "" : "; ", place.address(store));
  });
}

COPYTO_COLD result<std::optional<found_control>> read_control(store_ref store, export_place const& place,
                                                              std::stop_token stop) {
  constexpr int rounds = 3; // an answer that makes no sense may be a server's passing fault
  for (int round = 1;; ++round) {
    result<object_contents> got = store.get(place.control(), max_control_size, stop);
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
      return record.error().with([&](error_info& info) { info.key = store.uri(place.control()); });
    }
  }
}

COPYTO_COLD result<std::vector<export_place>> controls_at(store_ref store, std::string_view prefix,
                                                          std::stop_token const& stop) {
  std::vector<export_place> places;
  result<void> const listed = detail::for_each_listed(
      [&](std::string const& from) { return store.list(export_place(prefix).stem() + "_copyto.", from, stop); },
      [&](object_info const& object) -> result<void> {
        if (std::optional<export_place> place = export_place::of_control(prefix, object.key)) {
          places.push_back(*std::move(place));
        }
        return {};
      });
  if (!listed) {
    return listed.error();
  }
  return places;
}

} // namespace copyto

#endif
