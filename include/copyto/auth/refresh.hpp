// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_REFRESH_HPP
#define COPYTO_AUTH_REFRESH_HPP

#include <copyto/auth/concept.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

namespace copyto {

/// When a set of credentials is to be renewed, and how often this is tried.
struct refresh_schedule {
  utc_time advisory = {};               ///< from here one thread renews; the others go on with the old set
  utc_time mandatory = {};              ///< from here all wait for the renewal
  std::chrono::microseconds pause = {}; ///< from a renewal that failed to the next
};

/// Windows as in the AWS SDKs (botocore's RefreshableCredentials), made smaller for short sessions: 15
/// minutes before the end, but at most a quarter of the life; 10 minutes, but at most an eighth. The pause
/// is a quarter of the mandatory window, at most 30 s.
[[nodiscard]] refresh_schedule schedule_refresh(utc_time obtained, utc_time expiry) noexcept;

/// Holds one set of temporary credentials for many threads and renews it in time, by one request at a
/// time: for providers that ask a server.
///
/// - A set that is not due is handed out at once.
/// - While the advisory window lasts, one thread renews. If that fails, the old set stays good.
/// - In the mandatory window all threads wait for the one request. If it fails, they go on with the old
///   set until it has expired, and with the request's error from then on.
/// - After a failure nobody asks again before the pause is over (a second where there is no set): callers
///   get the old set or the same error.
/// - A thread that waits leaves at once when its own stop token asks for it, with errc::stopped. If the
///   thread that makes the request is stopped, one of those that wait takes its place.
///
/// Thread-safe.
class credential_cache {
public:
  /// What a request for a new set came to, and when, on the clock of `now` below. A set without expiry is
  /// kept until it is given to `expire`.
  struct fetched {
    result<credentials> set;
    utc_time at = {};
  };
  using fetch_function = std::function<fetched(utc_time now, std::stop_token const& stop)>;

  credential_cache() = default;
  credential_cache(credential_cache const&) = delete;
  credential_cache& operator=(credential_cache const&) = delete;
  ~credential_cache() = default;

  /// A set that is good at `now`. `fetch` is called without a lock held, by one thread at a time; what it
  /// throws passes through.
  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop, fetch_function const& fetch);

  /// Drops the set that is held if it is this one. Does not wait.
  void expire(credentials const& rejected);

private:
  [[nodiscard]] result<credentials> keep(fetched outcome, std::stop_token const& stop);
  [[nodiscard]] bool paused(utc_time now) const noexcept;
  [[nodiscard]] bool held_at(utc_time now) const noexcept;

  std::mutex mutex_;
  std::condition_variable_any done_; ///< a request has ended
  bool fetching_ = false;
  std::optional<credentials> set_;
  refresh_schedule due_;
  std::optional<error> failure_; ///< of the last request
  utc_time ended_;               ///< when that was
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/refresh.ipp>
#endif

#endif
