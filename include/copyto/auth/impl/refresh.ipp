// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_REFRESH_IPP
#define COPYTO_AUTH_IMPL_REFRESH_IPP

#include <copyto/auth/refresh.hpp>

#include <algorithm>
#include <utility>

namespace copyto {

COPYTO_COLD refresh_schedule schedule_refresh(utc_time obtained, utc_time expiry) noexcept {
  using std::chrono::microseconds;
  microseconds const life = std::max(expiry - obtained, microseconds(0));
  microseconds const mandatory = std::min<microseconds>(std::chrono::minutes(10), life / 8);
  return {.advisory = expiry - std::min<microseconds>(std::chrono::minutes(15), life / 4),
          .mandatory = expiry - mandatory,
          .pause = std::min<microseconds>(std::chrono::seconds(30), mandatory / 4)};
}

COPYTO_COLD bool credential_cache::held_at(utc_time now) const noexcept {
  return set_ && (!set_->expiry || now < *set_->expiry);
}

COPYTO_COLD bool credential_cache::paused(utc_time now) const noexcept {
  std::chrono::microseconds const pause = set_ ? due_.pause : std::chrono::seconds(1);
  // A clock that was set back must not make the pause longer.
  return failure_ && std::chrono::abs(now - ended_) < pause;
}

COPYTO_COLD result<credentials> credential_cache::get(utc_time now, std::stop_token const& stop,
                                                      fetch_function const& fetch) {
  std::unique_lock lock(mutex_);
  for (;;) {
    bool const good = held_at(now);
    if (good && (!set_->expiry || now < due_.advisory)) {
      return *set_;
    }
    if (fetching_) {
      if (good && now < due_.mandatory) {
        return *set_;
      }
      if (!done_.wait(lock, stop, [&] { return !fetching_; })) {
        return error({.code = errc::stopped, .message = "stopped on request while waiting for credentials"});
      }
      now = std::max(now, ended_); // time went by
      continue;
    }
    if (!paused(now)) {
      break;
    }
    if (good) {
      return *set_;
    }
    return *failure_;
  }
  fetching_ = true;
  lock.unlock();
  struct release {
    credential_cache& cache;
    bool armed = true;
    ~release() {
      if (armed) {
        std::lock_guard const again(cache.mutex_);
        cache.fetching_ = false;
        cache.done_.notify_all();
      }
    }
  } guard{*this};
  fetched outcome = fetch(now, stop);
  lock.lock();
  guard.armed = false;
  fetching_ = false;
  done_.notify_all();
  return keep(std::move(outcome), stop);
}

COPYTO_COLD result<credentials> credential_cache::keep(fetched outcome, std::stop_token const& stop) {
  if (outcome.set && outcome.set->expiry && *outcome.set->expiry <= outcome.at) { // nobody gets it
    outcome.set = error({.code = errc::bad_credentials,
                         .message = "the new credentials have ended already",
                         .advice = "check this machine's clock"});
  }
  if (outcome.set) {
    set_ = std::move(*outcome.set);
    due_ = set_->expiry ? schedule_refresh(outcome.at, *set_->expiry) : refresh_schedule();
    failure_.reset();
    ended_ = outcome.at;
    return *set_;
  }
  if (stop.stop_requested()) {
    return outcome.set.error(); // this thread's affair: the next one asks for itself
  }
  failure_ = outcome.set.error();
  ended_ = outcome.at;
  if (held_at(outcome.at)) {
    return *set_;
  }
  return outcome.set.error();
}

COPYTO_COLD void credential_cache::expire(credentials const& rejected) {
  std::lock_guard const lock(mutex_);
  if (set_ && set_->same_as(rejected)) {
    set_.reset();
    failure_.reset(); // the next `get` asks at once
  }
}

} // namespace copyto

#endif
