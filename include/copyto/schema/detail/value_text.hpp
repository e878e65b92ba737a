// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DETAIL_VALUE_TEXT_HPP
#define COPYTO_SCHEMA_DETAIL_VALUE_TEXT_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/schema/column_view.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copyto::detail::pg {

/// Values as PostgreSQL prints them (version 12 or newer, DateStyle ISO, IntervalStyle postgres, TimeZone
/// UTC, extra_float_digits 1). Each function writes at `out`, where `max_text` bytes must be free, and returns the
/// end of what it wrote. Nothing is allocated; all are thread-safe.
inline constexpr std::size_t max_text = 96;

/// "-12.30": exactly `scale` digits behind the point.
char* put_decimal(char* out, int128 unscaled, unsigned scale) noexcept;

/// "2024-02-29", "0044-03-15 BC"; years of more than four digits as they are. Proleptic Gregorian calendar.
char* put_date(char* out, std::int32_t days) noexcept;
/// "12:34:56.78", with "+00" where `utc`. The fraction ends with its last digit that is not zero. Returns nullptr for
/// a value that is not in [00:00:00, 24:00:00].
char* put_time(char* out, std::int64_t value, time_unit unit, bool utc) noexcept;
/// "2024-02-29 12:34:56.78", with "+00" where `utc`, and " BC" behind all before the year 1.
char* put_timestamp(char* out, std::int64_t value, time_unit unit, bool utc) noexcept;
/// "1 year 2 mons -3 days +04:05:06.7", "00:00:00".
char* put_interval(char* out, interval const& value) noexcept;
/// "0123abcd-..." in lower case, from 16 bytes.
char* put_uuid(char* out, char const* bytes) noexcept;
/// Two lower-case hexadecimal digits a byte; needs room for twice the bytes, not `max_text`.
char* put_hex(char* out, std::string_view bytes) noexcept;

/// Value `i` of a column that is neither nested nor of `is_bytes` or fixed binary, and is not NULL there.
/// Returns nullptr if the value is out of the range of its type.
char* put_value(char* out, column_view const& column, std::size_t i) noexcept;

/// The characters of which every text for this kind consists (more than that, never fewer); empty where it can be any.
[[nodiscard]] constexpr std::string_view alphabet(kind k) noexcept {
  switch (k) {
  case kind::boolean: return "tf";
  case kind::int8:
  case kind::int16:
  case kind::int32:
  case kind::int64:
  case kind::uint8:
  case kind::uint16:
  case kind::uint32:
  case kind::uint64: return "0123456789-";
  case kind::float16:
  case kind::float32:
  case kind::float64: return "0123456789-+.eInfityNa";
  case kind::decimal: return "0123456789-.";
  case kind::date: return "0123456789- BC";
  case kind::time: return "0123456789:.+";
  case kind::timestamp: return "0123456789-:.+ BC";
  case kind::interval: return "0123456789-+:. yearsmond";
  case kind::uuid: return "0123456789abcdef-";
  case kind::binary:
  case kind::fixed_binary: return "0123456789abcdef\\x";
  case kind::string:
  case kind::json:
  case kind::enumeration:
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  return {};
}

} // namespace copyto::detail::pg

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/value_text.ipp>
#endif

#endif
