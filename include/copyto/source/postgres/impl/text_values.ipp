// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_TEXT_VALUES_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_TEXT_VALUES_IPP

#include <copyto/source/postgres/detail/text_values.hpp>

#include <copyto/schema/detail/float_text.hpp>
#include <copyto/source/postgres/impl/values.ipp>

#include <algorithm>
#include <charconv>

namespace copyto::detail {

/// Takes `digits` digits (0: one or more, up to 12) off the front; -1 if they are not there.
inline std::int64_t pg_take_number(std::string_view& text, std::size_t digits) noexcept {
  std::size_t const found = std::min(text.find_first_not_of("0123456789"), text.size());
  std::size_t const count = digits == 0 ? found : digits;
  if (count == 0 || count > found || count > 12) {
    return -1;
  }
  std::int64_t number = 0;
  for (char const c : text.substr(0, count)) {
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}

inline bool pg_take(std::string_view& text, std::string_view what) noexcept {
  bool const is = text.starts_with(what);
  text.remove_prefix(is ? what.size() : 0);
  return is;
}

/// "YYYY-MM-DD" off the front, the year of an era. False if it is not there.
inline bool pg_take_date(std::string_view& text, std::int64_t& year, int& month, int& day) noexcept {
  std::string_view const whole = text;
  year = pg_take_number(text, 0);
  if (year < 1 || whole.size() - text.size() < 4 || !pg_take(text, "-")) {
    return false;
  }
  month = static_cast<int>(pg_take_number(text, 2));
  bool const dash = pg_take(text, "-");
  day = dash ? static_cast<int>(pg_take_number(text, 2)) : -1;
  return month >= 1 && month <= 12 && day >= 1;
}

/// Days since 1970, of a day that the calendar has. Not std::chrono: its years end at 32767.
inline pg_misfit pg_days(std::int64_t year, int month, int day, bool before_christ, std::int64_t& days) noexcept {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  year = before_christ ? 1 - year : year;
  bool const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > lengths[month - 1] + (leap && month == 2 ? 1 : 0) || year > 6'000'000 || year < -5000) {
    return pg_misfit::malformed; // PostgreSQL's own years are -4713 to 5874897
  }
  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil: years begin on 1 March.
  year -= month <= 2 ? 1 : 0;
  std::int64_t const era = (year >= 0 ? year : year - 399) / 400;
  std::int64_t const year_of_era = year - era * 400;
  std::int64_t const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  days = era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
  return pg_misfit::none;
}

/// "HH:MM:SS[.ffffff]" off the front, with `hour_digits` digits of hours (0: any number of them).
inline bool pg_take_clock(std::string_view& text, std::size_t hour_digits, int128& micros) noexcept {
  std::int64_t const hours = pg_take_number(text, hour_digits);
  bool const first = pg_take(text, ":");
  std::int64_t const minutes = first ? pg_take_number(text, 2) : -1;
  bool const second = pg_take(text, ":");
  std::int64_t const seconds = second ? pg_take_number(text, 2) : -1;
  if (hours < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) {
    return false;
  }
  std::int64_t fraction = 0;
  if (pg_take(text, ".")) {
    std::size_t const before = text.size();
    fraction = pg_take_number(text, 0);
    std::size_t const digits = before - text.size();
    if (fraction < 0 || digits > 6) {
      return false;
    }
    fraction *= static_cast<std::int64_t>(pg_powers[6 - digits]);
  }
  micros = ((static_cast<int128>(hours) * 60 + minutes) * 60 + seconds) * 1'000'000 + fraction;
  return true;
}

inline bool pg_is_infinity(std::string_view text) noexcept { return text == "infinity" || text == "-infinity"; }

COPYTO_DECL pg_misfit pg_date(std::string_view text, std::int32_t& days) noexcept {
  std::int64_t year = 0;
  std::int64_t count = 0;
  int month = 0;
  int day = 0;
  if (pg_is_infinity(text)) {
    return pg_misfit::infinity;
  }
  if (!pg_take_date(text, year, month, day)) {
    return pg_misfit::malformed;
  }
  bool const before_christ = pg_take(text, " BC");
  pg_misfit const why = text.empty() ? pg_days(year, month, day, before_christ, count) : pg_misfit::malformed;
  days = static_cast<std::int32_t>(count); // 6 million years are 2.2 billion days, of which PostgreSQL has 2.1
  return why == pg_misfit::none && count != days ? pg_misfit::malformed : why;
}

COPYTO_DECL pg_misfit pg_time(std::string_view text, std::int64_t& micros) noexcept {
  int128 clock = 0;
  if (!pg_take_clock(text, 2, clock) || !text.empty() || clock > pg_day_micros) {
    return pg_misfit::malformed;
  }
  micros = static_cast<std::int64_t>(clock);
  return micros == pg_day_micros ? pg_misfit::end_of_day : pg_misfit::none;
}

COPYTO_DECL pg_misfit pg_timestamp(std::string_view text, bool utc, std::int64_t& micros) noexcept {
  std::int64_t year = 0;
  std::int64_t days = 0;
  int month = 0;
  int day = 0;
  int128 clock = 0;
  if (pg_is_infinity(text)) {
    return pg_misfit::infinity;
  }
  if (!pg_take_date(text, year, month, day) || !pg_take(text, " ") || !pg_take_clock(text, 2, clock) ||
      clock >= pg_day_micros || (utc && !pg_take(text, "+00"))) {
    return pg_misfit::malformed;
  }
  bool const before_christ = pg_take(text, " BC");
  pg_misfit const why = text.empty() ? pg_days(year, month, day, before_christ, days) : pg_misfit::malformed;
  int128 const total = static_cast<int128>(days) * pg_day_micros + clock;
  if (why != pg_misfit::none) {
    return why;
  }
  micros = static_cast<std::int64_t>(total);
  return total == micros ? pg_misfit::none : pg_misfit::out_of_range;
}

COPYTO_DECL pg_misfit pg_interval(std::string_view text, interval& value) noexcept {
  if (pg_is_infinity(text)) {
    return pg_misfit::infinity;
  }
  std::int64_t months = 0;
  std::int64_t days = 0;
  int128 micros = 0;
  bool any = false;
  while (!text.empty()) {
    if (any && !pg_take(text, " ")) {
      return pg_misfit::malformed;
    }
    any = true;
    bool const negative = pg_take(text, "-");
    if (!negative) {
      pg_take(text, "+");
    }
    std::size_t const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits < text.size() && text[digits] == ':') {
      int128 clock = 0;
      if (!pg_take_clock(text, 0, clock) || !text.empty()) {
        return pg_misfit::malformed;
      }
      micros = negative ? -clock : clock;
      break;
    }
    std::int64_t const magnitude = pg_take_number(text, 0);
    if (magnitude < 0) {
      return pg_misfit::malformed;
    }
    std::int64_t const number = negative ? -magnitude : magnitude;
    if (pg_take(text, " years") || pg_take(text, " year")) {
      months += number * 12;
    } else if (pg_take(text, " mons") || pg_take(text, " mon")) {
      months += number;
    } else if (pg_take(text, " days") || pg_take(text, " day")) {
      days += number;
    } else {
      return pg_misfit::malformed;
    }
  }
  value = {.months = static_cast<std::int32_t>(months), .days = static_cast<std::int32_t>(days)};
  if (!any || value.months != months || value.days != days) {
    return pg_misfit::malformed;
  }
  int128 const nanoseconds = micros * 1000;
  value.nanoseconds = static_cast<std::int64_t>(nanoseconds);
  return value.nanoseconds == nanoseconds ? pg_misfit::none : pg_misfit::out_of_range;
}

template <class T>
pg_misfit pg_append_number(column_buffer& to, std::string_view text) {
  T number{};
  if constexpr (std::is_floating_point_v<T>) {
    if (!pg::read_float(text, number)) {
      return pg_misfit::malformed;
    }
  } else {
    auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size()) {
      return pg_misfit::malformed;
    }
  }
  to.append_fixed(number);
  return pg_misfit::none;
}

inline pg_misfit pg_append_numeric_text(column_buffer& to, logical_type const& type, std::string_view text) {
  if (text == "NaN") {
    return pg_misfit::nan;
  }
  if (text == "Infinity" || text == "-Infinity") {
    return pg_misfit::infinity;
  }
  result<int128> const unscaled = parse_decimal(text, type.precision, type.scale);
  if (unscaled) {
    pg_append_decimal(to, type, *unscaled);
    return pg_misfit::none;
  }
  std::size_t const point = text.find('.');
  if (text.find_first_not_of("0123456789.-") != text.npos || text.find_first_of("0123456789") == text.npos) {
    return pg_misfit::malformed;
  }
  bool const finer = point != text.npos && text.size() > point + 1 + type.scale &&
                     text.find_first_not_of('0', point + 1 + type.scale) != text.npos;
  return finer ? pg_misfit::fraction : pg_misfit::too_many_digits;
}

inline int pg_hex(char c) noexcept { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/// Two hexadecimal digits a byte into `out`, which has room for them. False if there are others.
inline bool pg_unhex(std::string_view digits, char* out) noexcept {
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    int const high = pg_hex(digits[i]);
    int const low = pg_hex(digits[i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    *out++ = static_cast<char>(high * 16 + low);
  }
  return digits.size() % 2 == 0;
}

inline pg_misfit pg_append_uuid_text(column_buffer& to, std::string_view text) {
  std::array<char, 16> bytes{};
  char* out = bytes.data();
  std::size_t at = 0;
  for (std::size_t const digits : {8U, 4U, 4U, 4U, 12U}) {
    bool const dash = at == 0 || text.substr(std::min(at++, text.size())).starts_with('-');
    if (text.size() < at + digits || !dash || !pg_unhex(text.substr(at, digits), out)) {
      return pg_misfit::malformed;
    }
    at += digits;
    out += digits / 2;
  }
  if (at != text.size()) {
    return pg_misfit::malformed;
  }
  to.append_fixed(bytes);
  return pg_misfit::none;
}

COPYTO_DECL pg_misfit pg_append_text(column_buffer& to, pg_column const& column, std::string_view value,
                                     std::string& scratch) {
  pg_misfit why = pg_misfit::none;
  switch (column.form) {
  case pg_form::boolean:
    if (value != "t" && value != "f") {
      return pg_misfit::malformed;
    }
    to.append_bool(value == "t");
    return why;
  case pg_form::int2: return pg_append_number<std::int16_t>(to, value);
  case pg_form::int4: return pg_append_number<std::int32_t>(to, value);
  case pg_form::int8: return pg_append_number<std::int64_t>(to, value);
  case pg_form::oid: return pg_append_number<std::uint32_t>(to, value);
  case pg_form::float4: return pg_append_number<float>(to, value);
  case pg_form::float8: return pg_append_number<double>(to, value);
  case pg_form::numeric: return pg_append_numeric_text(to, column.type, value);
  case pg_form::uuid: return pg_append_uuid_text(to, value);
  case pg_form::bytea: {
    if (!pg_take(value, "\\x")) {
      return pg_misfit::malformed;
    }
    scratch.resize(value.size() / 2);
    if (!pg_unhex(value, scratch.data())) {
      return pg_misfit::malformed;
    }
    to.append_copy(scratch);
    return why;
  }
  case pg_form::date: {
    std::int32_t days = 0;
    why = pg_date(value, days);
    if (why == pg_misfit::none) {
      to.append_fixed(days);
    }
    return why;
  }
  case pg_form::time:
  case pg_form::timestamp: {
    std::int64_t micros = 0;
    why = column.form == pg_form::time ? pg_time(value, micros) : pg_timestamp(value, column.type.utc, micros);
    if (why == pg_misfit::none) {
      to.append_fixed(micros);
    }
    return why;
  }
  case pg_form::interval: {
    interval parsed;
    why = pg_interval(value, parsed);
    if (why == pg_misfit::none) {
      to.append_fixed(parsed);
    }
    return why;
  }
  case pg_form::array: // only binary is asked for them
  case pg_form::composite:
  case pg_form::hstore: return pg_misfit::malformed;
  case pg_form::jsonb:
  case pg_form::text: break;
  }
  to.append_copy(value);
  return why;
}

} // namespace copyto::detail

#endif
