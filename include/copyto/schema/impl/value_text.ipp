// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_VALUE_TEXT_IPP
#define COPYTO_SCHEMA_IMPL_VALUE_TEXT_IPP

#include <copyto/schema/detail/value_text.hpp>

#include <copyto/schema/detail/digits.hpp>
#include <copyto/schema/detail/float_text.hpp>

#include <cstring>
#include <limits>
#include <type_traits>

namespace copyto::detail::pg {

// ---- decimal --------------------------------------------------------------------------------------

COPYTO_DECL char* put_decimal(char* out, int128 unscaled, unsigned scale) noexcept {
  auto rest = static_cast<uint128>(unscaled);
  if (unscaled < 0) {
    *out++ = '-';
    rest = -rest;
  }
  char digits[40];
  char* p = digits + 40;
  for (; rest > std::numeric_limits<std::uint64_t>::max(); rest /= 100) {
    p -= 2;
    put_pair(p, static_cast<std::uint64_t>(rest % 100));
  }
  auto low = static_cast<std::uint64_t>(rest);
  for (; low >= 100; low /= 100) {
    p -= 2;
    put_pair(p, low % 100);
  }
  if (low >= 10) {
    p -= 2;
    put_pair(p, low);
  } else {
    *--p = static_cast<char>('0' + low);
  }
  auto const count = static_cast<std::size_t>(digits + 40 - p);
  if (count <= scale) {
    *out++ = '0';
  } else {
    out = put(out, {p, count - scale});
    p += count - scale;
  }
  if (scale != 0) {
    *out++ = '.';
    std::size_t const zeros = count < scale ? scale - count : 0;
    std::memset(out, '0', zeros);
    out = put(out + zeros, {p, scale - zeros});
  }
  return out;
}

// ---- dates and times ------------------------------------------------------------------------------

/// Year, month and day without the year's sign; `before_christ` then says that " BC" ends the text. Not
/// std::chrono: its years end at 32767, and 64 bits of milliseconds reach far beyond.
inline char* put_calendar(char* out, std::int64_t days, bool& before_christ) noexcept {
  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: years begin on 1 March.
  std::int64_t const shifted = days + 719'468;
  std::int64_t const era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  auto const day_of_era = static_cast<std::uint32_t>(shifted - era * 146'097);
  std::uint32_t const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  std::uint32_t const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  std::uint32_t const month_index = (5 * day_of_year + 2) / 153;
  std::uint32_t const day = day_of_year - (153 * month_index + 2) / 5 + 1;
  std::uint32_t const month = month_index < 10 ? month_index + 3 : month_index - 9;
  std::int64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  before_christ = year <= 0;
  year = before_christ ? 1 - year : year; // there is no year 0
  if (year < 10'000) {
    out = put_pair(out, static_cast<std::uint64_t>(year / 100));
    out = put_pair(out, static_cast<std::uint64_t>(year % 100));
  } else {
    out = put_int(out, year);
  }
  *out++ = '-';
  out = put_pair(out, month);
  *out++ = '-';
  return put_pair(out, day);
}

/// ".078" without the zeros at its end; nothing for 0. `fraction` has `digits` digits.
template <int digits>
char* put_fraction(char* out, std::uint32_t fraction) noexcept {
  if (fraction == 0) {
    return out;
  }
  *out = '.';
  int last = digits;
  for (; last > 1; last -= 2) {
    put_pair(out + last - 1, fraction % 100);
    fraction /= 100;
  }
  if (last == 1) {
    out[1] = static_cast<char>('0' + fraction);
  }
  for (last = digits; out[last] == '0';) {
    --last;
  }
  return out + last + 1;
}

/// `value` is not negative, and in units of which a second has `unit`: a constant, by which division is cheap.
template <std::int64_t unit>
char* put_clock(char* out, std::int64_t value) noexcept {
  auto const wide = static_cast<std::uint64_t>(value);
  auto const all = wide / static_cast<std::uint64_t>(unit);
  auto const fraction = static_cast<std::uint32_t>(wide % static_cast<std::uint64_t>(unit));
  if (all >= 360'000) { // of an interval
    out = put_int(out, all / 3600);
  } else {
    out = put_pair(out, static_cast<std::uint32_t>(all) / 3600);
  }
  auto const seconds = static_cast<std::uint32_t>(all % 3600);
  *out++ = ':';
  out = put_pair(out, seconds / 60);
  *out++ = ':';
  out = put_pair(out, seconds % 60);
  return put_fraction < unit == 1'000 ? 3 : unit == 1'000'000 ? 6 : 9 > (out, fraction);
}

/// Calls `put(unit)`, where a second has `unit` of them, as a constant.
template <class Put>
auto with_unit(time_unit unit, Put put) noexcept {
  switch (unit) {
  case time_unit::milli: return put(std::integral_constant<std::int64_t, 1'000>());
  case time_unit::micro: return put(std::integral_constant<std::int64_t, 1'000'000>());
  case time_unit::nano: break;
  }
  return put(std::integral_constant<std::int64_t, 1'000'000'000>());
}

COPYTO_DECL char* put_date(char* out, std::int32_t days) noexcept {
  bool before_christ = false;
  out = put_calendar(out, days, before_christ);
  return before_christ ? put(out, " BC") : out;
}

COPYTO_DECL char* put_time(char* out, std::int64_t value, time_unit unit, bool utc) noexcept {
  return with_unit(unit, [&](auto per_second) -> char* {
    if (value < 0 || value > 86'400 * per_second()) {
      return nullptr;
    }
    char* const end = put_clock<per_second()>(out, value);
    return utc ? put(end, "+00") : end;
  });
}

COPYTO_DECL char* put_timestamp(char* out, std::int64_t value, time_unit unit, bool utc) noexcept {
  bool before_christ = false;
  out = with_unit(unit, [&](auto per_second) {
    constexpr std::int64_t per_day = 86'400 * per_second();
    std::int64_t days = value / per_day;
    std::int64_t clock = value % per_day;
    if (clock < 0) {
      clock += per_day;
      --days;
    }
    char* const date = put_calendar(out, days, before_christ);
    *date = ' ';
    return put_clock<per_second()>(date + 1, clock);
  });
  out = utc ? put(out, "+00") : out;
  return before_christ ? put(out, " BC") : out;
}

/// EncodeInterval, case INTSTYLE_POSTGRES, of PostgreSQL's src/backend/utils/adt/datetime.c: a field that follows a
/// negative one shows its plus sign.
COPYTO_DECL char* put_interval(char* out, interval const& value) noexcept {
  bool first = true;
  bool after_negative = false;
  auto const put_part = [&](std::int32_t number, std::string_view unit) {
    if (number == 0) {
      return;
    }
    out = first ? out : put(out, " ");
    out = after_negative && number > 0 ? put(out, "+") : out;
    out = put_int(out, number);
    *out++ = ' ';
    out = put(out, unit);
    out = number != 1 ? put(out, "s") : out;
    after_negative = number < 0;
    first = false;
  };
  put_part(value.months / 12, "year");
  put_part(value.months % 12, "mon");
  put_part(value.days, "day");
  if (!first && value.nanoseconds == 0) {
    return out;
  }
  out = first ? out : put(out, " ");
  bool const negative = value.nanoseconds < 0;
  out = negative ? put(out, "-") : after_negative ? put(out, "+") : out;
  // The smallest number has no counterpart, so its seconds and fraction are negated one by one.
  constexpr std::int64_t second = 1'000'000'000;
  std::int64_t const seconds = value.nanoseconds / second;
  std::int64_t const fraction = value.nanoseconds % second;
  out = put_clock<1>(out, negative ? -seconds : seconds);
  return put_fraction<9>(out, static_cast<std::uint32_t>(negative ? -fraction : fraction));
}

// ---- bytes ----------------------------------------------------------------------------------------

COPYTO_DECL char* put_hex(char* out, std::string_view bytes) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  for (char const c : bytes) {
    auto const byte = static_cast<unsigned char>(c);
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
  }
  return out;
}

COPYTO_DECL char* put_uuid(char* out, char const* bytes) noexcept {
  out = put_hex(out, {bytes, 4});
  for (int i = 4; i != 10; i += 2) {
    *out++ = '-';
    out = put_hex(out, {bytes + i, 2});
  }
  *out++ = '-';
  return put_hex(out, {bytes + 10, 6});
}

/// The scaled integer of a decimal. Memory that was borrowed may be aligned to 8 bytes only.
inline int128 load_decimal(column_view const& column, std::size_t i) noexcept {
  if (column.type->type.precision <= 9) {
    return column.data<std::int32_t>()[i];
  }
  if (column.type->type.precision <= 18) {
    return column.data<std::int64_t>()[i];
  }
  int128 value = 0;
  std::memcpy(&value, column.bytes(i).data(), sizeof(value));
  return value;
}

COPYTO_DECL char* put_value(char* out, column_view const& column, std::size_t i) noexcept {
  logical_type const& type = column.type->type;
  switch (type.id) {
  case kind::boolean: *out = column.bit(i) ? 't' : 'f'; return out + 1;
  case kind::int8: return put_int(out, static_cast<int>(column.data<std::int8_t>()[i]));
  case kind::int16: return put_int(out, column.data<std::int16_t>()[i]);
  case kind::int32: return put_int(out, column.data<std::int32_t>()[i]);
  case kind::int64: return put_int(out, column.data<std::int64_t>()[i]);
  case kind::uint8: return put_int(out, static_cast<unsigned>(column.data<std::uint8_t>()[i]));
  case kind::uint16: return put_int(out, column.data<std::uint16_t>()[i]);
  case kind::uint32: return put_int(out, column.data<std::uint32_t>()[i]);
  case kind::uint64: return put_int(out, column.data<std::uint64_t>()[i]);
  case kind::float16: return put_float(out, widen_half(column.data<std::uint16_t>()[i]));
  case kind::float32: return put_float(out, column.data<float>()[i]);
  case kind::float64: return put_float(out, column.data<double>()[i]);
  case kind::decimal: return put_decimal(out, load_decimal(column, i), type.scale);
  case kind::uuid: return put_uuid(out, column.bytes(i).data());
  case kind::date: return put_date(out, column.data<std::int32_t>()[i]);
  case kind::time:
    return put_time(out,
                    type.unit == time_unit::milli ? column.data<std::int32_t>()[i] : column.data<std::int64_t>()[i],
                    type.unit, type.utc);
  case kind::timestamp: return put_timestamp(out, column.data<std::int64_t>()[i], type.unit, type.utc);
  case kind::interval: return put_interval(out, column.data<interval>()[i]);
  case kind::string:
  case kind::binary:
  case kind::fixed_binary:
  case kind::json:
  case kind::enumeration:
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  return nullptr;
}

} // namespace copyto::detail::pg

#endif
