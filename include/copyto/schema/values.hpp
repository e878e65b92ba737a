// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_VALUES_HPP
#define COPYTO_SCHEMA_VALUES_HPP

#include <copyto/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace copyto {

/// Types for struct members whose kind the standard library has no type for. (`interval` is in
/// schema/field.hpp, `decimal` in schema/decimal.hpp.)

/// IEEE 754 binary16, as its bits.
struct float16 {
  std::uint16_t bits = 0;
};

/// A JSON document, as UTF-8 text. It is not checked.
struct json {
  std::string text = {};
};

/// A wall-clock time, from midnight to just before the next. `Duration` counts milli-, micro- or
/// nanoseconds. It is always in range.
template <class Duration>
class time_of_day {
public:
  constexpr time_of_day() = default;
  [[nodiscard]] static result<time_of_day> from(Duration since_midnight) {
    if (since_midnight < Duration::zero() || since_midnight >= std::chrono::days(1)) {
      return error(errc::value_out_of_range, "a time of day is outside 00:00:00 to 23:59:59.999...");
    }
    return time_of_day(since_midnight);
  }
  [[nodiscard]] constexpr Duration since_midnight() const noexcept { return value_; }

private:
  constexpr explicit time_of_day(Duration value) : value_(value) {}
  Duration value_ = Duration::zero();
};

} // namespace copyto

#endif
