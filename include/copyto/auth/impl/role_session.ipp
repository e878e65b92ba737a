// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_ROLE_SESSION_IPP
#define COPYTO_AUTH_IMPL_ROLE_SESSION_IPP

#include <copyto/auth/detail/role_session.hpp>

#include <copyto/auth/sts_failure.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/redact.hpp>

#include <fmt/format.h>

#include <random>
#include <utility>

namespace copyto::detail {

[[nodiscard]] inline std::uint64_t random_bits() {
  std::random_device source;
  return (static_cast<std::uint64_t>(source()) << 32) ^ source();
}

/// Cures that are tried once each.
struct role_session::tried {
  bool clock = false;
  bool credentials = false;
  std::optional<error> no_others = std::nullopt; ///< why there are no other base credentials
};

COPYTO_DECL role_session::role_session(assume_role_options options, bool chained,
                                       std::unique_ptr<role_policies> policies)
    : options_(std::move(options)), policies_(std::move(policies)) {
  if (auto good = sts::check(options_, chained); !good) {
    problem_ = good.error().with([](error_info& info) { info.operation = "AssumeRole"; });
  }
  if (options_.session_name.empty()) {
    options_.session_name = fmt::format("copyto-{:016x}", random_bits());
  }
}

COPYTO_DECL result<void> role_session::check() const {
  if (problem_) {
    return *problem_;
  }
  return {};
}

COPYTO_DECL result<credentials> role_session::get(utc_time now, std::stop_token const& stop) {
  if (problem_) {
    return *problem_;
  }
  return cache_.get(now, stop, [this](utc_time begin, std::stop_token const& by) {
    std::chrono::nanoseconds const before = policies_->elapsed();
    result<credentials> set = assume(begin, by);
    auto const took = std::chrono::duration_cast<std::chrono::microseconds>(policies_->elapsed() - before);
    return credential_cache::fetched{.set = std::move(set), .at = begin + took};
  });
}

COPYTO_DECL error role_session::finish(error_info info, int attempts, bool gave_up) const {
  info.operation = "AssumeRole";
  info.key = options_.role_arn;
  info.attempts = attempts;
  // A request whose answer is lost leaves nothing behind but a session that nobody knows.
  if (info.disposition == disposition::in_doubt || gave_up) {
    info.disposition = disposition::exhausted;
  }
  return error(std::move(info));
}

COPYTO_DECL bool role_session::cure(sts::failure const& f, credentials const& who, response const& answer,
                                    utc_time sent, tried& done, std::stop_token const& stop) {
  if (f.remedy == sts::remedy::clock) {
    auto const skew = clock_skew(answer, sent, policies_->now());
    // No change, no repetition: it would fail in the same way.
    if (std::exchange(done.clock, true) || !skew ||
        std::chrono::abs(*skew - std::chrono::microseconds(skew_)) < std::chrono::minutes(1)) {
      return false;
    }
    skew_ = skew->count();
    return true;
  }
  if (f.remedy == sts::remedy::credentials && !std::exchange(done.credentials, true)) {
    policies_->expire_base(who);
    auto const fresh = policies_->base(policies_->now() + std::chrono::microseconds(skew_), stop);
    if (!fresh) {
      done.no_others = fresh.error();
      return false;
    }
    return fresh->access_key_id != who.access_key_id || fresh->session_token.reveal() != who.session_token.reveal();
  }
  return false;
}

/// The session, its end on the clock of `now`, which may be wrong: then the answer's Date tells by how much.
COPYTO_DECL result<credentials> role_session::accept(response& answer, utc_time now, utc_time sent,
                                                     utc_time received) const {
  auto const skew = clock_skew(answer, sent, received);
  auto session = sts::read_session(answer);
  if (!session) {
    return session;
  }
  utc_time const here = now + (received - sent);
  if (skew) {
    utc_time const there = received + *skew;
    if (std::chrono::abs(there - here) >= std::chrono::minutes(1)) {
      *session->expiry += here - there;
    }
  }
  if (*session->expiry <= here) {
    return error({.code = errc::bad_answer,
                  .message = "cannot assume the role: the session that STS gave has already ended",
                  .http_status = answer.status,
                  .advice = "check this machine's clock"});
  }
  return session;
}

COPYTO_DECL result<credentials> role_session::assume(utc_time now, std::stop_token const& stop) {
  std::chrono::nanoseconds const begin = policies_->elapsed();
  tried cures;
  int attempts = 0;
  auto const stopped = [&] {
    return finish({.code = errc::stopped, .message = "stopped on request"}, attempts, false);
  };
  for (int failures = 0;;) {
    if (stop.stop_requested()) {
      return stopped();
    }
    std::chrono::microseconds const skew(skew_);
    auto who = policies_->base(policies_->now() + skew, stop);
    if (!who) {
      return who;
    }
    request r = sts::make_request(options_);
    utc_time const sent = policies_->now();
    utc_time const started = now + std::chrono::duration_cast<std::chrono::microseconds>(policies_->elapsed() - begin);
    sts::sign(r, *who, sts::region_of(options_), sent + skew);
    ++attempts;
    result<response> answer = policies_->perform(r, stop);
    for (header& h : r.headers) {
      if (h.sensitive) {
        secret::wipe(h.value.data(), h.value.size());
      }
    }

    failed_attempt failed{.number = ++failures};
    error_info info;
    if (!answer) {
      info = *answer.error();
      if (info.code == errc::stopped) {
        return stopped();
      }
      info.message = fmt::format("cannot assume the role: {}", info.message);
      if (info.disposition == disposition::permanent) {
        return finish(std::move(info), attempts, false);
      }
    } else if (answer->ok()) {
      auto session = accept(*answer, started, sent, policies_->now());
      if (!session) {
        return finish(*session.error(), attempts, false);
      }
      return session;
    } else {
      sts::failure f = sts::classify(*answer, !who->session_token.empty());
      for (std::string* text : {&f.service_code, &f.service_text, &f.request_id}) {
        redact(*text, who->secret_key.reveal());
        redact(*text, who->session_token.reveal());
      }
      info = sts::describe(f, !options_.external_id.empty());
      if (cure(f, *who, *answer, sent, cures, stop)) {
        --failures;
        continue;
      }
      if (cures.no_others) {
        info.suppressed.push_back(*std::exchange(cures.no_others, std::nullopt));
      }
      if (f.remedy != sts::remedy::repeat && f.remedy != sts::remedy::slow_down) {
        return finish(std::move(info), attempts, false);
      }
      failed.throttled = f.remedy == sts::remedy::slow_down;
      failed.retry_after = f.retry_after;
    }
    auto const pause = policies_->delay(failed, random_bits());
    if (!pause) {
      return finish(std::move(info), attempts, true);
    }
    if (!policies_->sleep(*pause, stop)) {
      return stopped();
    }
  }
}

} // namespace copyto::detail

#endif
