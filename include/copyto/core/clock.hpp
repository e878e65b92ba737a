// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_CLOCK_HPP
#define COPYTO_CORE_CLOCK_HPP

#include <chrono>
#include <concepts>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace copyto {

/// A point in UTC, microseconds since 1970.
using utc_time = std::chrono::sys_time<std::chrono::microseconds>;

/// Date and time of day of a point in UTC, to the second.
struct utc_fields {
  int year;
  unsigned month, day;
  int hour, minute, second;
};
[[nodiscard]] inline utc_fields split_utc(utc_time time) {
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

/// Time as a parameter, so that no test sleeps.
///
/// `now()` is the wall clock (signatures, expiry, names); `elapsed()` never goes backwards (durations,
/// rates); `sleep(d, stop)` returns false when it was cut short by a stop. All are thread-safe.
template <class C>
concept Clock = requires(C& c, std::chrono::nanoseconds d, std::stop_token stop) {
  { c.now() } -> std::same_as<utc_time>;
  { c.elapsed() } -> std::same_as<std::chrono::nanoseconds>;
  { c.sleep(d, stop) } -> std::same_as<bool>;
};

/// The real clock.
struct system_clock {
  [[nodiscard]] utc_time now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now().time_since_epoch(); }
  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a Clock's member
  bool sleep(std::chrono::nanoseconds duration, std::stop_token stop) const {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }
};
static_assert(Clock<system_clock>);

} // namespace copyto

#endif
