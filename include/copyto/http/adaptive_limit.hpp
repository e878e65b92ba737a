// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_ADAPTIVE_LIMIT_HPP
#define COPYTO_HTTP_ADAPTIVE_LIMIT_HPP

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <stop_token>

namespace copyto {

/// How many requests may run at once against a server that throttles: there is no limit until it asks for fewer
/// requests; then half as many as ran, and one more after each full round of successes, until nobody had to wait any
/// longer (additive increase, multiplicative decrease, as in TCP: RFC 5681, 3.1). What fails in the shadow of one
/// cut does not cut again. Thread-safe.
class adaptive_limit {
public:
  /// A place among the requests that run.
  struct place {
    std::uint64_t cut = 0; ///< number of cuts when it was given
  };
  enum class outcome : std::uint8_t { success, throttled, other };

  /// Waits for a place; false where a stop came first.
  [[nodiscard]] bool enter(place& out, std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, running_ + waiting_ + 1);
    ++waiting_;
    bool const in = changed_.wait(lock, stop, [this] { return running_ < limit_; });
    --waiting_;
    if (!in) {
      return false;
    }
    ++running_;
    out.cut = cuts_;
    return true;
  }
  /// A place that was given; given back when this ends.
  class held {
  public:
    held(adaptive_limit& limit, place const& taken) noexcept : limit_(limit), taken_(taken) {}
    ~held() { limit_.leave(taken_, how); }
    held(held const&) = delete;
    held& operator=(held const&) = delete;

    outcome how = outcome::other; ///< also where an exception ends the request

  private:
    adaptive_limit& limit_;
    place const& taken_;
  };
  void leave(place const& taken, outcome how) {
    {
      std::lock_guard const lock(mutex_);
      if (how == outcome::throttled && taken.cut == cuts_) {
        limit_ = std::max<std::uint64_t>(std::min(limit_, running_) / 2, 1);
        successes_ = 0;
        ++cuts_;
      } else if (how == outcome::success && limit_ != unlimited && ++successes_ >= limit_) {
        successes_ = 0;
        limit_ = limit_ + 1 >= most_ ? unlimited : limit_ + 1;
      }
      --running_;
    }
    changed_.notify_all();
  }
  /// Requests that may run at once.
  [[nodiscard]] std::uint64_t limit() const {
    std::lock_guard const lock(mutex_);
    return limit_;
  }

  static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t limit_ = unlimited;
  std::uint64_t running_ = 0;
  std::uint64_t waiting_ = 0;
  std::uint64_t most_ = 0; ///< that ever wanted to run at once
  std::uint64_t successes_ = 0;
  std::uint64_t cuts_ = 0;
};

} // namespace copyto

#endif
