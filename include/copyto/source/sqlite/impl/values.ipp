// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_IMPL_VALUES_IPP
#define COPYTO_SOURCE_SQLITE_IMPL_VALUES_IPP

#include <copyto/source/sqlite/detail/values.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

namespace copyto::detail {

/// Upper case, blanks trimmed; SQLite compares declared types so.
inline std::string sqlite_upper(std::string_view text) {
  std::string upper;
  for (char const c : text) {
    upper.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  auto const first = upper.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? std::string()
                                    : upper.substr(first, upper.find_last_not_of(" \t\r\n") + 1 - first);
}

/// The numbers in "(p)" or "(p,s)"; false if the text is anything else.
inline bool sqlite_arguments(std::string_view text, int& precision, int& scale) {
  auto const number = [&](int& to) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), to);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return code == std::errc();
  };
  auto const next = [&](char c) {
    bool const is = text.starts_with(c);
    text.remove_prefix(is ? 1 : 0);
    return is;
  };
  scale = 0;
  return next('(') && number(precision) && (!next(',') || number(scale)) && next(')') && text.empty();
}

COPYTO_DECL result<std::optional<logical_type>> sqlite_declared_type(std::string_view declared) {
  std::string const upper = sqlite_upper(declared);
  std::string_view const all = upper;
  std::string_view const word =
      all.substr(0, all.find_last_not_of(" \t\r\n", all.find('(') - 1) + 1); // before arguments
  using optional_type = std::optional<logical_type>;
  if (word == "DATE") {
    return optional_type({.id = kind::date});
  }
  if (word == "DATETIME" || word == "TIMESTAMP") {
    return optional_type({.id = kind::timestamp, .unit = time_unit::micro});
  }
  if (word == "JSON") {
    return optional_type({.id = kind::json});
  }
  if (word == "BOOLEAN" || word == "BOOL") {
    return optional_type({.id = kind::boolean});
  }
  if (int p = 0, s = 0; (word == "DECIMAL" || word == "NUMERIC") &&
                        sqlite_arguments(all.substr(std::min(all.find('('), all.size())), p, s)) {
    if (p < 1 || p > 38 || s < 0 || s > p) {
      return error({.code = errc::unsupported,
                    .message = fmt::format(
                        "the declared type {} is not a decimal of 1 to 38 digits with a scale within them", upper),
                    .advice = "select CAST(column AS TEXT) instead"});
    }
    return optional_type(
        {.id = kind::decimal, .precision = static_cast<std::uint8_t>(p), .scale = static_cast<std::uint8_t>(s)});
  }
  // sqlite.org/datatype3.html, 3.1, in its order. An undeclared column has BLOB affinity there, and says nothing of its
  // values; neither does NUMERIC affinity.
  auto const has = [&](std::string_view part) { return all.find(part) != all.npos; };
  if (has("INT")) {
    return optional_type({.id = kind::int64});
  }
  if (has("CHAR") || has("CLOB") || has("TEXT")) {
    return optional_type({.id = kind::string});
  }
  if (has("BLOB")) {
    return optional_type({.id = kind::binary});
  }
  if (has("REAL") || has("FLOA") || has("DOUB")) {
    return optional_type({.id = kind::float64});
  }
  return optional_type();
}

inline error sqlite_bad_text(std::string_view text, std::string_view why) {
  return error({.code = errc::value_out_of_range, .message = fmt::format("\"{}\" {}", text.substr(0, 80), why)});
}

/// `count` digits at the front of `text`, or -1.
inline int sqlite_digits(std::string_view text, std::size_t count) {
  int value = 0;
  for (std::size_t i = 0; i != count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

COPYTO_DECL result<std::int32_t> sqlite_date(std::string_view text) {
  int const year = sqlite_digits(text, 4);
  int const month = text.size() == 10 ? sqlite_digits(text.substr(5), 2) : -1;
  int const day = text.size() == 10 ? sqlite_digits(text.substr(8), 2) : -1;
  if (year < 0 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-') {
    return sqlite_bad_text(text, "is not a date of the form YYYY-MM-DD");
  }
  std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    return sqlite_bad_text(text, "is not a day of the calendar");
  }
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

COPYTO_DECL result<std::int64_t> sqlite_timestamp(std::string_view text) {
  auto const malformed = [&] {
    return sqlite_bad_text(text, "is not a timestamp of the form YYYY-MM-DD HH:MM[:SS[.ffffff]]");
  };
  if (text.size() < 16 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':') {
    return malformed();
  }
  result<std::int32_t> const date = sqlite_date(text.substr(0, 10));
  if (!date) {
    return sqlite_bad_text(text, "does not begin with a day of the form YYYY-MM-DD");
  }
  int const hour = sqlite_digits(text.substr(11), 2);
  int const minute = sqlite_digits(text.substr(14), 2);
  int second = 0;
  std::int64_t micros = 0;
  std::string_view rest = text.substr(16);
  if (rest.starts_with(':')) {
    second = sqlite_digits(rest.substr(1), 2);
    rest.remove_prefix(std::min<std::size_t>(3, rest.size()));
    if (rest.starts_with('.') && second >= 0) {
      rest.remove_prefix(1);
      std::size_t const digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
      std::string_view const fraction = rest.substr(0, digits);
      if (digits == 0) {
        return malformed();
      }
      if (fraction.find_first_not_of('0', 6) != fraction.npos) {
        return sqlite_bad_text(text, "has more than six digits of a second, and timestamps here are in microseconds");
      }
      for (std::size_t i = 0; i != 6; ++i) {
        micros = micros * 10 + (i < digits ? fraction[i] - '0' : 0);
      }
      rest.remove_prefix(digits);
    }
  }
  if (hour < 0 || minute < 0 || second < 0) {
    return malformed();
  }
  if (!rest.empty()) {
    bool const zone = rest.find_first_of("Z+-z") != rest.npos;
    return zone ? sqlite_bad_text(text, "has a zone, and the column holds wall-clock times without one") : malformed();
  }
  if (hour > 23 || minute > 59 || second > 59) {
    return sqlite_bad_text(text, "is not a time of the day");
  }
  return ((static_cast<std::int64_t>(*date) * 24 + hour) * 60 + minute) * 60'000'000 +
         second * std::int64_t{1'000'000} + micros;
}

COPYTO_DECL result<int128> sqlite_decimal(std::int64_t value, logical_type const& type) {
  char text[24];
  char const* const end = std::to_chars(text, text + sizeof(text), value).ptr;
  return parse_decimal({text, static_cast<std::size_t>(end - text)}, type.precision, type.scale);
}

COPYTO_DECL result<int128> sqlite_decimal(double value, logical_type const& type) {
  if (!std::isfinite(value) || std::fabs(value) >= 1e39) {
    return sqlite_bad_text(fmt::format("{}", value),
                           fmt::format("has more digits than decimal({},{})", type.precision, type.scale));
  }
  char text[400]; // a sign, up to 323 zeros behind the point, 17 digits
  constexpr double every_integer = 0x1p53;
  if (std::fabs(value) >=
      every_integer) { // of those above, the fewest digits, and zeros: 1e23 is no 99999999999999991611392
    char const* const end = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific).ptr;
    std::string_view const made(text, static_cast<std::size_t>(end - text));
    std::size_t const e = made.find('e');
    std::string digits(made.substr(0, e));
    std::erase(digits, '.');
    int exponent = 0;
    std::from_chars(text + e + 2, end, exponent); // behind the plus
    digits.resize(static_cast<std::size_t>(exponent) + (value < 0 ? 2 : 1), '0');
    return parse_decimal(digits, type.precision, type.scale);
  }
  char const* const end = std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed).ptr;
  return parse_decimal({text, static_cast<std::size_t>(end - text)}, type.precision, type.scale);
}

COPYTO_DECL std::string_view sqlite_real_text(double value, std::span<char, 32> text) noexcept {
  if (!std::isfinite(value)) {
    return value < 0 ? "-Inf" : "Inf"; // as SQLite says it; it has no NaN
  }
  char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  if (std::none_of(text.data(), end, [](char c) { return c == '.' || c == 'e'; })) {
    *end++ = '.';
    *end++ = '0';
  }
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

COPYTO_DECL std::optional<double> sqlite_double(std::int64_t value) noexcept {
  auto const d = static_cast<double>(value);
  bool const exact = d < 0x1p63 && static_cast<std::int64_t>(d) == value;
  return exact ? std::optional(d) : std::nullopt;
}

} // namespace copyto::detail

#endif
