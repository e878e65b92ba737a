// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_DATE_IPP
#define COPYTO_HTTP_IMPL_DATE_IPP

#include <copyto/http/date.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace copyto {

namespace detail {

/// Reads a pattern: a digit is asked for by the letter of its field (YMDhms), any other character stands
/// for itself.
struct date_fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;

  [[nodiscard]] bool read(std::string_view text, std::string_view pattern) {
    if (text.size() != pattern.size()) {
      return false;
    }
    for (std::size_t i = 0; i != text.size(); ++i) {
      int* const field = at(pattern[i]);
      if (field == nullptr ? text[i] != pattern[i] : text[i] < '0' || text[i] > '9') {
        return false;
      }
      if (field != nullptr) {
        *field = *field * 10 + (text[i] - '0');
      }
    }
    return true;
  }
  [[nodiscard]] std::optional<utc_time> time() const {
    std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) {
      return std::nullopt;
    }
    return utc_time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
  }

private:
  [[nodiscard]] int* at(char letter) {
    switch (letter) {
    case 'Y': return &year;
    case 'M': return &month;
    case 'D': return &day;
    case 'h': return &hour;
    case 'm': return &minute;
    case 's': return &second;
    default: return nullptr;
    }
  }
};

} // namespace detail

COPYTO_DECL std::optional<utc_time> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  auto const month = std::find(months.begin(), months.end(), text.substr(8, 3));
  detail::date_fields fields;
  if (month == months.end() || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
      !fields.read(text.substr(5, 2), "DD") || !fields.read(text.substr(12, 13), "YYYY hh:mm:ss")) {
    return std::nullopt;
  }
  fields.month = static_cast<int>(month - months.begin()) + 1;
  return fields.time();
}

COPYTO_DECL std::optional<utc_time> parse_iso_time(std::string_view text) {
  detail::date_fields fields;
  if (text.size() < 20 || text.back() != 'Z' || !fields.read(text.substr(0, 19), "YYYY-MM-DDThh:mm:ss")) {
    return std::nullopt;
  }
  std::string_view fraction = text.substr(19, text.size() - 20);
  std::chrono::microseconds below{0};
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() == 1) {
      return std::nullopt;
    }
    fraction.remove_prefix(1);
    int unit = 100'000;
    for (char c : fraction) {
      if (c < '0' || c > '9') {
        return std::nullopt;
      }
      below += std::chrono::microseconds(unit * (c - '0'));
      unit /= 10;
    }
  }
  auto const whole = fields.time();
  return whole ? std::optional<utc_time>(*whole + below) : std::nullopt;
}

COPYTO_DECL std::string format_amz_date(utc_time time) {
  utc_fields const t = split_utc(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

} // namespace copyto

#endif
