// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_FAKE_CLOCK_HPP
#define COPYTO_TESTING_FAKE_CLOCK_HPP

#include <copyto/core/clock.hpp>

#include <memory>
#include <mutex>
#include <vector>

namespace copyto::testing {

/// A clock that stands still but for `advance` and `sleep`, which returns at once. A shared handle:
/// copies show the same time. Thread-safe.
class fake_clock {
public:
  explicit fake_clock(utc_time start = utc_time(std::chrono::hours(24) * 365 * 50)) : state_(new state{.now = start}) {}

  [[nodiscard]] utc_time now() const {
    std::lock_guard const lock(state_->mutex);
    return state_->now;
  }
  [[nodiscard]] std::chrono::nanoseconds elapsed() const {
    std::lock_guard const lock(state_->mutex);
    return state_->elapsed;
  }
  bool sleep(std::chrono::nanoseconds duration, std::stop_token stop) {
    if (stop.stop_requested()) {
      return false;
    }
    std::lock_guard const lock(state_->mutex);
    state_->sleeps.push_back(duration);
    state_->go(duration);
    return true;
  }

  void advance(std::chrono::nanoseconds duration) {
    std::lock_guard const lock(state_->mutex);
    state_->go(duration);
  }
  /// Sets the wall clock only, as a user or a time server does.
  void set(utc_time now) {
    std::lock_guard const lock(state_->mutex);
    state_->now = now;
  }
  /// How long each `sleep` was to take.
  [[nodiscard]] std::vector<std::chrono::nanoseconds> sleeps() const {
    std::lock_guard const lock(state_->mutex);
    return state_->sleeps;
  }

private:
  struct state {
    std::mutex mutex = {};
    utc_time now = {};
    std::chrono::nanoseconds elapsed{0};
    std::vector<std::chrono::nanoseconds> sleeps = {};

    void go(std::chrono::nanoseconds duration) {
      elapsed += duration;
      now += std::chrono::duration_cast<std::chrono::microseconds>(duration);
    }
  };
  std::shared_ptr<state> state_;
};
static_assert(Clock<fake_clock>);

} // namespace copyto::testing

#endif
