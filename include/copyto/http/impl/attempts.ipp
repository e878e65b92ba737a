// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_ATTEMPTS_IPP
#define COPYTO_HTTP_IMPL_ATTEMPTS_IPP

#include <copyto/http/detail/attempts.hpp>

namespace copyto::detail {

COPYTO_DECL bool attempts::cured(service_failure const& why, response const& answer, std::stop_token const& stop) {
  if (why.service_code == "RequestTimeout" && answer.kept_connection) {
    // The server had given up on the kept connection before the request came: no failure of this one.
    return !std::exchange(idle_tried_, true);
  }
  switch (why.remedy) {
  case remedy::region:
  case remedy::clock:
  case remedy::credentials: {
    std::uint32_t const bit = 1U << static_cast<unsigned>(why.remedy);
    bool const first = (tried_ & bit) == 0;
    tried_ |= bit;
    return first && cure(why, answer, stop);
  }
  default: return false;
  }
}

COPYTO_DECL result<response> attempts::run(std::stop_token const& stop) {
  auto const stopped = [this] { return finish({.code = errc::stopped, .message = "stopped on request"}, false); };
  for (int failures = 0;;) {
    if (stop.stop_requested()) {
      return stopped();
    }
    sent one = send(stop);
    if (one.answer ? !one.why : one.final) {
      return std::move(one.answer);
    }
    failed_attempt failed{.number = ++failures};
    error_info info;
    if (!one.answer) {
      info = *one.answer.error();
      if (info.code == errc::stopped) {
        return stopped();
      }
      if (info.disposition == disposition::permanent || info.disposition == disposition::exhausted) {
        return finish(std::move(info), false);
      }
    } else {
      info = describe(*one.why);
      if (cured(*one.why, *one.answer, stop)) {
        --failures;
        continue;
      }
      if (no_others_) {
        if (no_others_->is(errc::stopped)) {
          return stopped();
        }
        info.suppressed.push_back(*std::exchange(no_others_, std::nullopt));
      }
      failed.throttled = one.why->remedy == remedy::slow_down;
      failed.retry_after = one.why->retry_after;
      if (one.why->remedy != remedy::repeat && !failed.throttled) {
        return finish(std::move(info), false);
      }
    }
    auto const wait = pause(failed);
    if (!wait) {
      return finish(std::move(info), true);
    }
    if (!sleep(*wait, stop)) {
      return stopped();
    }
  }
}

} // namespace copyto::detail

#endif
