// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_IMPL_OBJECT_IPP
#define COPYTO_UPLOAD_IMPL_OBJECT_IPP

#include <copyto/upload/object.hpp>

#include <copyto/upload/uploader.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace copyto {
namespace detail {

/// Sends all parts of an opened upload.
COPYTO_COLD result<void> send_parts(store_ref store, std::shared_ptr<upload_session> const& upload, bytes_view body,
                                    upload_options const& options, std::stop_token stop) {
  uploader workers(store, options.parts_in_flight, std::move(stop));
  std::optional<error> failed;
  do {
    // No more in the queue than there are workers: the checksum is computed shortly before the part is sent.
    while (!failed && !body.empty() && workers.in_flight() <= options.parts_in_flight) {
      result<std::uint64_t> const size = upload->next_size();
      if (!size) {
        return size.error();
      }
      bytes_view const part = body.first(std::min<std::uint64_t>(*size, body.size()));
      result<std::uint32_t> const number = upload->plan_part(part.size());
      if (!number) {
        return number.error();
      }
      workers.submit({.file = upload, .number = *number, .body = part});
      body = body.subspan(part.size());
    }
    if (std::optional<part_done> done = workers.next(true)) {
      if (done->tag) {
        upload->acknowledged(*std::move(done->tag));
      } else if (!failed) {
        failed = done->tag.error();
      }
    }
  } while (workers.in_flight() != 0 || (!failed && !body.empty()));
  upload->closed();
  return failed ? result<void>(*failed) : result<void>();
}

} // namespace detail

COPYTO_COLD result<std::string> upload_object(store_ref store, std::string_view key, bytes_view body,
                                              upload_options const& options, std::stop_token stop) {
  store_limits const limits = store.limits();
  if (body.size() <= std::min(std::max(options.part_size, limits.min_part), limits.max_put)) {
    return store.put(key, body, options.object, options.condition, std::move(stop));
  }
  if (options.condition.kind != put_condition::type::none && !limits.complete_creates_only) {
    return error({.code = errc::unsupported,
                  .message = "this store would ignore the condition on an upload in parts",
                  .key = store.uri(key),
                  .advice = "write without a condition, or in one request: raise part_size"});
  }
  result<part_plan> const plan = plan_parts(limits, body.size(), options.part_size);
  if (!plan) {
    return plan.error();
  }
  constexpr int rounds = 3;
  for (int round = 1;; ++round) {
    result<std::string> const id = store.create_upload(key, options.object, stop);
    if (!id) {
      return id.error();
    }
    auto const upload = std::make_shared<upload_session>(std::string(key), limits, *plan);
    upload->opened(*id);
    result<void> const sent = [&]() -> result<void> {
      try {
        return detail::send_parts(store, upload, body, options, stop);
      } catch (...) { // no thread, or no memory
        return caught(errc::io_failed, "the parts could not be sent");
      }
    }();
    result<std::string> done = sent ? store.complete(key, *id, upload->parts(), options.condition, stop) : sent.error();
    if (done || done.error().in_doubt()) {
      return done; // an upload that may be completed must not be aborted
    }
    result<void> const aborted = store.abort(key, *id);
    if (!done.error().is(errc::conflict) || round == rounds || stop.stop_requested()) {
      return aborted ? done.error() : done.error().with_suppressed(aborted.error());
    }
  }
}

} // namespace copyto

#endif
