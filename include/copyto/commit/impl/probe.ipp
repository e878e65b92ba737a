// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_IMPL_PROBE_IPP
#define COPYTO_COMMIT_IMPL_PROBE_IPP

#include <copyto/commit/probe.hpp>

#include <array>
#include <utility>

namespace copyto {

COPYTO_COLD error ignored_conditions(conditions honoured, store_ref store, export_place const& place) {
  bool const creates = honoured == conditions::create_only;
  return error(
      {.code = errc::unsupported,
       .message = creates
                      ? "the store ignores the condition If-Match: an `abort` of somebody else within the moment of "
                        "the commit may go unnoticed, so that the export is published all the same"
                      : "the store ignores conditional writes: of two exports to one place that begin, or commit, "
                        "within one moment, both may publish",
       .key = place.address(store),
       .advice = creates ? "do not abort a running export there" : "let one export at a time run there"});
}

COPYTO_COLD store_probe::outcome store_probe::upload_and_abort() {
  // As files are begun, with all that they carry.
  result<std::string> const id = store_.create_upload(key_, {.token = token_}, stop_);
  return id ? outcome{.aborted = store_.abort(key_, *id)} : outcome{.created = id.error()};
}

COPYTO_COLD result<void> store_probe::upload() {
  constexpr int uploads = 3; // a conflict, or damage on the way, is the end of one upload and says nothing of the store
  for (int number = 1;; ++number) {
    result<std::string> const id = store_.create_upload(key_, {.token = token_, .default_class = true}, stop_);
    if (!id) {
      return id.error();
    }
    constexpr std::string_view contents = "copyto";
    result<part_tag> const part = store_.put_part(key_, *id, 1, as_bytes(contents), stop_);
    result<std::string> const completed =
        part ? store_.complete(key_, *id, std::array{*part}, {}, stop_) : result<std::string>(part.error());
    if (completed) {
      return {};
    }
    result<void> const aborted = store_.abort(key_, *id);
    bool const again = completed.error().is(errc::conflict) || completed.error().is(errc::damaged);
    if (!again || number == uploads) {
      return aborted ? completed.error() : completed.error().with_suppressed(aborted.error());
    }
  }
}

COPYTO_COLD result<void> store_probe::put() {
  result<std::string> const tag = store_.put(key_, {}, {.token = token_, .default_class = true}, {}, stop_);
  return tag ? result<void>() : result<void>(tag.error());
}

COPYTO_COLD result<conditions> store_probe::honoured() {
  // Both must fail: the object is there, and none has this tag.
  for (put_condition const& wrong : {put_condition::absent(), put_condition::matches("copyto-no-such-tag")}) {
    bool const absent = wrong.kind == put_condition::type::absent;
    result<std::string> const put = store_.put(key_, {}, {.token = token_, .default_class = true}, wrong, stop_);
    if (put || put.error().is(errc::unsupported)) {
      return absent ? conditions::none : conditions::create_only;
    }
    if (!put.error().is(errc::precondition_failed) && !put.error().is(errc::not_found)) {
      return put.error();
    }
  }
  return conditions::compare_and_swap;
}

COPYTO_COLD result<void> store_probe::head() {
  result<object_info> const seen = store_.head(key_, stop_);
  return seen ? result<void>() : result<void>(seen.error());
}

COPYTO_COLD result<void> store_probe::get() {
  result<object_contents> const read = store_.get(key_, 64 * KiB, stop_);
  return read ? result<void>() : result<void>(read.error());
}

COPYTO_COLD result<void> store_probe::clear() { return store_.remove(key_, {}); }

COPYTO_COLD result<void> probe_operations(store_ref store, export_place const& place, std::string_view export_id,
                                          std::stop_token const& stop) {
  store_probe probe(store, place, export_id, stop);
  result<void> uploaded = probe.upload();
  // An upload whose last answer was lost may have become visible.
  bool const there = uploaded || uploaded.error().in_doubt();
  for (auto const look : {&store_probe::head, &store_probe::get}) {
    if (uploaded) {
      result<void> const seen = (probe.*look)();
      bool const forbidden = !seen && seen.error().is(errc::access_denied); // which it can do without
      uploaded = seen || forbidden ? uploaded : seen;
    }
  }
  if (there) {
    if (result<void> const cleared = probe.clear(); !cleared) {
      return uploaded ? cleared : uploaded.error().with_suppressed(cleared.error());
    }
  }
  return uploaded;
}

} // namespace copyto

#endif
