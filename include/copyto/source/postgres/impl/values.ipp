// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_VALUES_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_VALUES_IPP

#include <copyto/source/postgres/detail/values.hpp>

#include <copyto/source/postgres/detail/wire.hpp>

#include <fmt/format.h>

#include <array>
#include <bit>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace copyto::detail {

// ---- binary ---------------------------------------------------------------------------------------

inline constexpr auto pg_powers = [] {
  std::array<int128, 39> powers{};
  for (int i = 0; i != 39; ++i) {
    powers[static_cast<std::size_t>(i)] = power_of_ten(i);
  }
  return powers;
}();

inline constexpr std::uint16_t pg_numeric_negative = 0x4000;
inline constexpr std::uint16_t pg_numeric_nan = 0xC000;
inline constexpr std::uint16_t pg_numeric_infinity = 0xD000;
inline constexpr std::uint16_t pg_numeric_minus_infinity = 0xF000;

/// `to` = `to` * 10^`digits` + `more`, or false if that needs more than 38 digits.
inline bool pg_shift(int128& to, int digits, std::int32_t more) noexcept {
  if (digits > 38) {
    return to == 0 && more == 0;
  }
  if (to >= pg_powers[static_cast<std::size_t>(38 - digits)]) {
    return false;
  }
  to = to * pg_powers[static_cast<std::size_t>(digits)] + more;
  return true;
}

COPYTO_DECL pg_misfit pg_numeric(std::string_view value, logical_type const& type, int128& unscaled) noexcept {
  if (value.size() < 8) {
    return pg_misfit::malformed;
  }
  auto const groups = pg_load<std::int16_t>(value.data());
  auto const weight = pg_load<std::int16_t>(value.data() + 2);
  auto const sign = pg_load<std::uint16_t>(value.data() + 4);
  if (groups < 0 || value.size() != 8 + 2 * static_cast<std::size_t>(groups)) {
    return pg_misfit::malformed;
  }
  if (sign != 0 && sign != pg_numeric_negative) {
    return sign == pg_numeric_nan                                             ? pg_misfit::nan
           : sign == pg_numeric_infinity || sign == pg_numeric_minus_infinity ? pg_misfit::infinity
                                                                              : pg_misfit::malformed;
  }
  int128 total = 0;
  int exponent = 4 * (weight + 1) + type.scale; // of ten, for the unit of the group at hand
  for (std::int16_t i = 0; i != groups; ++i) {
    std::int32_t group = pg_load<std::int16_t>(value.data() + 8 + std::ptrdiff_t{2} * i);
    if (group < 0 || group > 9999) {
      return pg_misfit::malformed;
    }
    exponent -= 4;
    int digits = 4;
    if (exponent < 0) { // the scale ends in this group, or did before it
      digits = exponent > -4 ? 4 + exponent : 0;
      auto const below = static_cast<std::int32_t>(pg_powers[static_cast<std::size_t>(4 - digits)]);
      if (group % below != 0) {
        return pg_misfit::fraction;
      }
      group /= below;
    }
    if (!pg_shift(total, digits, group)) {
      return pg_misfit::too_many_digits;
    }
  }
  if ((exponent > 0 && groups != 0 && !pg_shift(total, exponent, 0)) || total >= pg_powers[type.precision]) {
    return pg_misfit::too_many_digits;
  }
  unscaled = sign == pg_numeric_negative ? -total : total;
  return pg_misfit::none;
}

COPYTO_DECL std::string pg_numeric_text(std::string_view value) {
  auto const groups = value.size() < 8 ? std::int16_t{0} : pg_load<std::int16_t>(value.data());
  if (value.size() < 8 || groups < 0 || value.size() != 8 + 2 * static_cast<std::size_t>(groups)) {
    return {};
  }
  auto const weight = pg_load<std::int16_t>(value.data() + 2);
  auto const sign = pg_load<std::uint16_t>(value.data() + 4);
  int const scale = pg_load<std::uint16_t>(value.data() + 6);
  auto const group = [&](int i) {
    return i < 0 || i >= groups ? 0 : pg_load<std::int16_t>(value.data() + 8 + std::ptrdiff_t{2} * i);
  };
  std::string text = sign == pg_numeric_negative ? "-" : "";
  text += fmt::format("{}", group(weight < 0 ? -1 : 0));
  for (int i = 1; i <= weight && text.size() < 80; ++i) {
    text += fmt::format("{:04}", group(i));
  }
  if (scale > 0) {
    std::string fraction;
    for (int i = weight + 1; static_cast<int>(fraction.size()) < scale && fraction.size() < 80; ++i) {
      fraction += fmt::format("{:04}", group(i));
    }
    text += '.' + fraction.substr(0, static_cast<std::size_t>(scale));
  }
  return text;
}

inline void pg_append_decimal(column_buffer& to, logical_type const& type, int128 unscaled) {
  if (type.precision <= 9) {
    to.append_fixed(static_cast<std::int32_t>(unscaled));
  } else if (type.precision <= 18) {
    to.append_fixed(static_cast<std::int64_t>(unscaled));
  } else {
    to.append_fixed(unscaled);
  }
}

// PostgreSQL counts from 2000-01-01 (timestamp.h, POSTGRES_EPOCH_JDATE).
inline constexpr std::int32_t pg_epoch_days = 10957;
inline constexpr std::int64_t pg_day_micros = 86'400'000'000;
inline constexpr std::int64_t pg_epoch_micros = pg_epoch_days * pg_day_micros;

inline pg_misfit pg_append_interval(column_buffer& to, std::int64_t micros, std::int32_t days, std::int32_t months) {
  interval value{.months = months, .days = days};
  if (__builtin_mul_overflow(micros, std::int64_t{1000}, &value.nanoseconds)) {
    return pg_misfit::out_of_range;
  }
  to.append_fixed(value);
  return pg_misfit::none;
}

inline pg_misfit pg_append_time(column_buffer& to, std::int64_t micros) {
  if (micros < 0 || micros >= pg_day_micros) {
    return micros == pg_day_micros ? pg_misfit::end_of_day : pg_misfit::malformed;
  }
  to.append_fixed(micros);
  return pg_misfit::none;
}

/// `step`: what leads from the whole to this part, in messages.
inline pg_misfit pg_append_part(column_buffer& to, pg_column const& member, std::optional<std::string_view> part,
                                pg_blame& blame, auto step) {
  if (!part) {
    to.append_null();
    return pg_misfit::none;
  }
  pg_misfit const why = pg_append_binary(to, member, *part, blame);
  if (why != pg_misfit::none) {
    if (blame.column == nullptr) {
      blame.column = &member;
      blame.value = *part;
    }
    blame.path.insert(0, step());
  }
  return why;
}

/// The elements of the dimensions from `dimension` on (array_send of PostgreSQL's arrayfuncs.c: row by row).
inline pg_misfit pg_append_elements(column_buffer& to, pg_column const& column, std::string_view& rest,
                                    std::span<std::int32_t const> sizes, pg_blame& blame) {
  for (std::int32_t i = 0; i != sizes[0]; ++i) {
    pg_misfit why = pg_misfit::none;
    if (sizes.size() == 1) {
      std::optional<std::string_view> element;
      if (!pg_take_part(rest, element)) {
        return pg_misfit::malformed;
      }
      why = pg_append_part(to.child(0), column.members[0], element, blame, [] { return "[]"; });
    } else {
      why = pg_append_elements(to.child(0), column, rest, sizes.subspan(1), blame);
    }
    if (why != pg_misfit::none) {
      return why;
    }
  }
  to.append_list();
  return pg_misfit::none;
}

inline pg_misfit pg_append_array(column_buffer& to, pg_column const& column, std::string_view value, pg_blame& blame) {
  constexpr std::size_t most = 6; // MAXDIM
  std::int32_t dimensions = 0;
  std::int32_t flags = 0;
  std::uint32_t element = 0;
  std::array<std::int32_t, most> sizes{};
  bool good = pg_take_load(value, dimensions) && pg_take_load(value, flags) && pg_take_load(value, element);
  pg_column const& member = column.members[0];
  if (!good || dimensions < 0 || dimensions > static_cast<std::int32_t>(most) ||
      element != (member.wire_oid != 0 ? member.wire_oid : member.oid)) {
    return pg_misfit::malformed;
  }
  bool from_one = true;
  for (std::int32_t d = 0; d != dimensions; ++d) {
    std::int32_t first = 0;
    std::int32_t& size = sizes[static_cast<std::size_t>(d)];
    good = pg_take_load(value, size) && pg_take_load(value, first) && size > 0;
    from_one = from_one && first == 1;
    if (!good) {
      return pg_misfit::malformed;
    }
  }
  if (dimensions == 0) { // of as many dimensions as one likes
    to.append_list();
    return value.empty() ? pg_misfit::none : pg_misfit::malformed;
  }
  if (dimensions != column.dimensions) {
    return pg_misfit::dimensions;
  }
  if (!from_one) {
    return pg_misfit::lower_bound;
  }
  pg_misfit const why = pg_append_elements(
      to, column, value, std::span<std::int32_t const>(sizes).first(static_cast<std::size_t>(dimensions)), blame);
  return why == pg_misfit::none && !value.empty() ? pg_misfit::malformed : why;
}

/// record_send of rowtypes.c.
inline pg_misfit pg_append_composite(column_buffer& to, pg_column const& column, std::string_view value,
                                     pg_blame& blame) {
  std::int32_t count = 0;
  if (!pg_take_load(value, count) || static_cast<std::size_t>(count) != column.members.size()) {
    return value.empty() ? pg_misfit::malformed : pg_misfit::other_members;
  }
  for (std::size_t i = 0; i != column.members.size(); ++i) {
    pg_column const& member = column.members[i];
    std::uint32_t oid = 0;
    std::optional<std::string_view> part;
    if (!pg_take_load(value, oid) || oid != (member.wire_oid != 0 ? member.wire_oid : member.oid)) {
      return pg_misfit::other_members;
    }
    if (!pg_take_part(value, part)) {
      return pg_misfit::malformed;
    }
    pg_misfit const why =
        pg_append_part(to.child(i), member, part, blame, [&] { return fmt::format(".{}", member.name); });
    if (why != pg_misfit::none) {
      return why;
    }
  }
  to.append_struct();
  return value.empty() ? pg_misfit::none : pg_misfit::malformed;
}

/// hstore_send of contrib/hstore.
inline pg_misfit pg_append_hstore(column_buffer& to, pg_column const& column, std::string_view value, pg_blame& blame) {
  std::int32_t pairs = 0;
  if (!pg_take_load(value, pairs) || pairs < 0) {
    return pg_misfit::malformed;
  }
  for (; pairs != 0; --pairs) {
    for (std::size_t i = 0; i != 2; ++i) {
      std::optional<std::string_view> part;
      if (!pg_take_part(value, part) || (i == 0 && !part)) {
        return pg_misfit::malformed;
      }
      (void)pg_append_part(to.child(i), column.members[i], part, blame, [] { return ""; }); // texts all fit
    }
  }
  to.append_list();
  return value.empty() ? pg_misfit::none : pg_misfit::malformed;
}

COPYTO_DECL pg_misfit pg_append_binary(column_buffer& to, pg_column const& column, std::string_view value,
                                       pg_blame& blame) {
  char const* const data = value.data();
  switch (column.form) {
  case pg_form::boolean:
    if (value.size() != 1 || static_cast<unsigned char>(*data) > 1) {
      return pg_misfit::malformed;
    }
    to.append_bool(*data != 0);
    return pg_misfit::none;
  case pg_form::int2:
    if (value.size() != 2) {
      return pg_misfit::malformed;
    }
    to.append_fixed(pg_load<std::int16_t>(data));
    return pg_misfit::none;
  case pg_form::int4:
  case pg_form::oid:
  case pg_form::float4: // bits
    if (value.size() != 4) {
      return pg_misfit::malformed;
    }
    to.append_fixed(pg_load<std::int32_t>(data));
    return pg_misfit::none;
  case pg_form::int8:
  case pg_form::float8:
    if (value.size() != 8) {
      return pg_misfit::malformed;
    }
    to.append_fixed(pg_load<std::int64_t>(data));
    return pg_misfit::none;
  case pg_form::numeric: {
    int128 unscaled = 0;
    pg_misfit const why = pg_numeric(value, column.type, unscaled);
    if (why == pg_misfit::none) {
      pg_append_decimal(to, column.type, unscaled);
    }
    return why;
  }
  case pg_form::uuid:
    if (value.size() != 16) {
      return pg_misfit::malformed;
    }
    to.append_raw(as_bytes(value).data());
    return pg_misfit::none;
  case pg_form::date: {
    if (value.size() != 4) {
      return pg_misfit::malformed;
    }
    auto const days = pg_load<std::int32_t>(data);
    using limits = std::numeric_limits<std::int32_t>;
    if (days == limits::max() || days == limits::min()) {
      return pg_misfit::infinity;
    }
    if (days > limits::max() - pg_epoch_days) {
      return pg_misfit::malformed;
    }
    to.append_fixed(days + pg_epoch_days);
    return pg_misfit::none;
  }
  case pg_form::time: return value.size() != 8 ? pg_misfit::malformed : pg_append_time(to, pg_load<std::int64_t>(data));
  case pg_form::timestamp: {
    if (value.size() != 8) {
      return pg_misfit::malformed;
    }
    auto const micros = pg_load<std::int64_t>(data);
    using limits = std::numeric_limits<std::int64_t>;
    if (micros == limits::max() || micros == limits::min()) {
      return pg_misfit::infinity;
    }
    if (micros > limits::max() - pg_epoch_micros) {
      return pg_misfit::out_of_range;
    }
    to.append_fixed(micros + pg_epoch_micros);
    return pg_misfit::none;
  }
  case pg_form::interval: {
    if (value.size() != 16) {
      return pg_misfit::malformed;
    }
    auto const micros = pg_load<std::int64_t>(data);
    auto const days = pg_load<std::int32_t>(data + 8);
    auto const months = pg_load<std::int32_t>(data + 12);
    using wide = std::numeric_limits<std::int64_t>;
    using narrow = std::numeric_limits<std::int32_t>;
    if ((micros == wide::max() && days == narrow::max() && months == narrow::max()) ||
        (micros == wide::min() && days == narrow::min() && months == narrow::min())) {
      return pg_misfit::infinity; // since PostgreSQL 17
    }
    return pg_append_interval(to, micros, days, months);
  }
  case pg_form::jsonb:
    if (!value.starts_with('\x01')) {
      return pg_misfit::malformed;
    }
    to.append_copy(value.substr(1));
    return pg_misfit::none;
  case pg_form::array: return pg_append_array(to, column, value, blame);
  case pg_form::composite: return pg_append_composite(to, column, value, blame);
  case pg_form::hstore: return pg_append_hstore(to, column, value, blame);
  case pg_form::bytea:
  case pg_form::text: break;
  }
  to.append_copy(value);
  return pg_misfit::none;
}

// ---- errors ---------------------------------------------------------------------------------------

COPYTO_DECL error pg_misfit_error(pg_misfit why, pg_column const& column, std::string_view value, bool binary,
                                  std::uint64_t row) {
  std::string_view const type = to_string(column.type.id);
  std::string const number = !binary                           ? std::string(value.substr(0, 80))
                             : column.form == pg_form::numeric ? pg_numeric_text(value)
                                                               : std::string();
  std::string const decimal = fmt::format("decimal({},{})", column.type.precision, column.type.scale);
  error_info info{.code = errc::value_out_of_range, .row = row, .column = column.name};
  switch (why) {
  case pg_misfit::none:
  case pg_misfit::malformed:
    info.code = errc::bad_answer;
    info.message = fmt::format("the server sent {} bytes that are no value of the type {}", value.size(), type);
    info.advice = "cast the column to text in the query";
    break;
  case pg_misfit::nan:
    info.message = fmt::format("a numeric is NaN, which {} cannot hold", decimal);
    info.advice =
        "replace it in the query, as in NULLIF(column, 'NaN'), or cast the column to text or double precision";
    break;
  case pg_misfit::infinity:
    info.message = fmt::format("a value of the type {} is infinite, which the column cannot hold",
                               column.form == pg_form::numeric ? "numeric" : type);
    info.advice = "replace it in the query, as in NULLIF(NULLIF(column, 'infinity'), '-infinity'), or cast the column "
                  "to text";
    break;
  case pg_misfit::too_many_digits:
  case pg_misfit::fraction:
    info.message = fmt::format("the numeric {} has more digits {} the point than {}", number.substr(0, 80),
                               why == pg_misfit::fraction ? "behind" : "before", decimal);
    info.advice = "cast the column in the query to a numeric(p,s) that fits, or to text, or set the option \"numeric\" "
                  "(copy_to: --numeric)";
    break;
  case pg_misfit::end_of_day:
    info.message = "a time is 24:00:00, and times of a day end before that";
    info.advice = "cast the column in the query to text or interval";
    break;
  case pg_misfit::out_of_range:
    info.message = column.form == pg_form::interval
                       ? "the hours of an interval, in nanoseconds, need more than 64 bits"
                       : "a timestamp, in microseconds since 1970, needs more than 64 bits";
    info.advice = "cast the column to text in the query";
    break;
  case pg_misfit::dimensions: {
    auto const dimensions = value.size() < 4 ? 0 : pg_load<std::int32_t>(value.data());
    info.message = fmt::format("an array has {} dimensions, and its column {}", dimensions, column.dimensions);
    info.advice = "cast the column to text in the query, or take all arrays as text (copy_to: --arrays text)";
    break;
  }
  case pg_misfit::lower_bound:
    info.message = "an array does not begin at 1, which a list cannot say";
    info.advice = "cast the column to text in the query, or take all arrays as text (copy_to: --arrays text)";
    break;
  case pg_misfit::other_members:
    info.code = errc::source_failed;
    info.message = "a composite value has other members than its type had when the export began";
    info.advice = "try again once nobody changes the type";
    break;
  }
  return error(std::move(info));
}

} // namespace copyto::detail

#endif
