// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_TYPES_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_TYPES_IPP

#include <copyto/source/postgres/types.hpp>

#include <algorithm>

namespace copyto::detail {

/// The decimal that holds every value of numeric(p,s), or nothing. The modifier is 4 more than p << 16 | s, s in 11
/// bits, signed since PostgreSQL 15 (numeric.c, make_numeric_typmod); -1 is a numeric without p and s.
inline std::optional<postgres_decimal> pg_declared_decimal(std::int32_t modifier) noexcept {
  if (modifier < 4) {
    return std::nullopt;
  }
  int const precision = ((modifier - 4) >> 16) & 0xFFFF;
  int const scale = (((modifier - 4) & 0x7FF) ^ 1024) - 1024;
  // Zeros before the point (negative scale) and behind it (scale beyond the precision) take digits here.
  postgres_decimal const whole{.precision = std::max(scale < 0 ? precision - scale : precision, scale),
                               .scale = std::max(scale, 0)};
  return whole.precision >= 1 && whole.precision <= 38 ? std::optional(whole) : std::nullopt;
}

COPYTO_DECL pg_column pg_column_of(std::uint32_t oid, std::int32_t modifier, bool is_enum,
                                   std::optional<postgres_decimal> const& numeric) {
  auto const decoded = [&](kind id, pg_form form) {
    return pg_column{.name = {}, .type = {.id = id}, .form = form, .cast = false, .oid = oid};
  };
  switch (oid) { // pg_type.dat
  case 16: return decoded(kind::boolean, pg_form::boolean);
  case 21: return decoded(kind::int16, pg_form::int2);
  case 23: return decoded(kind::int32, pg_form::int4);
  case 20: return decoded(kind::int64, pg_form::int8);
  case 26: return decoded(kind::uint32, pg_form::oid);
  case 700: return decoded(kind::float32, pg_form::float4);
  case 701: return decoded(kind::float64, pg_form::float8);
  case 17: return decoded(kind::binary, pg_form::bytea);
  case 2950: return decoded(kind::uuid, pg_form::uuid);
  case 1082: return decoded(kind::date, pg_form::date);
  case 1083: return decoded(kind::time, pg_form::time);
  case 1114: return decoded(kind::timestamp, pg_form::timestamp);
  case 1184: {
    pg_column column = decoded(kind::timestamp, pg_form::timestamp);
    column.type.utc = true;
    return column;
  }
  case 1186: return decoded(kind::interval, pg_form::interval);
  case 19:                                                // name
  case 25:                                                // text
  case 1042:                                              // char(n)
  case 1043: return decoded(kind::string, pg_form::text); // varchar(n)
  case 114: return decoded(kind::json, pg_form::text);
  case 3802: return decoded(kind::json, pg_form::jsonb);
  case 1700: {
    std::optional<postgres_decimal> const declared = pg_declared_decimal(modifier);
    if (std::optional<postgres_decimal> const used = declared ? declared : numeric) {
      pg_column column = decoded(kind::decimal, pg_form::numeric);
      column.type.precision = static_cast<std::uint8_t>(used->precision);
      column.type.scale = static_cast<std::uint8_t>(used->scale);
      return column;
    }
    break;
  }
  default:
    if (is_enum) {
      return decoded(kind::enumeration, pg_form::text);
    }
  }
  // The cast of inet adds /32, and that of xml keeps the declaration of an encoding that the text does not have any more.
  constexpr std::uint32_t xml = 142;
  constexpr std::uint32_t inet = 869;
  return {.name = {},
          .type = {.id = kind::string},
          .form = pg_form::text,
          .cast = true,
          .printed = oid == xml || oid == inet,
          .oid = 25};
}

} // namespace copyto::detail

#endif
