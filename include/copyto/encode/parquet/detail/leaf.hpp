// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_LEAF_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_LEAF_HPP

#include <copyto/encode/parquet/detail/format.hpp>
#include <copyto/encode/parquet/reader.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/detail/bytes_bound.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// How the slots of a batch become PLAIN values.
enum class conversion : std::uint8_t {
  bits,      ///< booleans
  copy,      ///< the same bytes
  from_int8, ///< to INT32, and so on
  from_int16,
  from_uint8,
  from_uint16,
  from_uint32, ///< to INT64
  from_uint64, ///< to 9 bytes, big-endian
  from_half,   ///< to FLOAT
  from_millis, ///< int32_t to INT64, times 1000
  from_int128, ///< to the fewest bytes, big-endian
  bytes,       ///< byte strings
  uuid_text,
  interval_text,
  time_text,
  interval_fixed, ///< 3 uint32_t: months, days, milliseconds
};

/// The order of a type, in which statistics are kept (parquet.thrift, ColumnOrder).
enum class ordering : std::uint8_t {
  none,
  boolean,
  signed_integer,
  unsigned_integer,
  floating,
  half,
  big_endian, ///< signed, in `width` bytes
  fixed,      ///< unsigned bytes, all of one length: never cut
  bytes,      ///< unsigned bytes, cut anywhere
  text,       ///< unsigned bytes, cut between characters
};

/// How the values of one logical type are written.
struct form {
  physical type = physical::boolean;
  std::uint32_t width = 0; ///< bytes of a PLAIN value; 0: bits, or of any length
  conversion how = conversion::copy;
  ordering order = ordering::none;
  annotation note = annotation::none;
  converted old_note = converted::none;
  std::uint8_t precision = 0; ///< of DECIMAL, which need not be the field's
  std::uint8_t scale = 0;
  std::uint8_t bits = 0; ///< INTEGER
  bool sign = true;      ///< INTEGER
  bool utc = false;      ///< TIME, TIMESTAMP
  time_unit unit = time_unit::micro;
  bool nan_hides_bounds = false; ///< a NaN takes the bounds of the other values with it
  bool ranged = false;           ///< values must lie between `low` and `high`
  int128 low = 0;
  int128 high = 0;
};

/// The fewest bytes of two's complement that hold every decimal of `precision` digits. Redshift
/// refuses any other length.
[[nodiscard]] constexpr std::uint32_t decimal_width(int precision) noexcept {
  int128 const most = power_of_ten(precision) - 1;
  std::uint32_t width = 1;
  while (width != 16 && (most >> (8 * width - 1)) != 0) {
    ++width;
  }
  return width;
}

[[nodiscard]] constexpr form integer_form(physical type, conversion how, std::uint8_t bits, bool sign, converted old) {
  return {.type = type,
          .width = type == physical::int32 ? 4U : 8U,
          .how = how,
          .order = sign ? ordering::signed_integer : ordering::unsigned_integer,
          .note = old == converted::none ? annotation::none : annotation::integer,
          .old_note = old,
          .bits = bits,
          .sign = sign};
}

[[nodiscard]] constexpr form text_form(conversion how, annotation note, converted old) {
  return {.type = physical::byte_array, .how = how, .order = ordering::text, .note = note, .old_note = old};
}

[[nodiscard]] constexpr form fixed_form(std::uint32_t width, annotation note) {
  // Statistics of a fixed-length type must have its length, so that long ones are left out rather than cut.
  return {.type = physical::fixed_len_byte_array,
          .width = width,
          .how = conversion::copy,
          .order = width <= max_bound_bytes ? ordering::fixed : ordering::none,
          .note = note};
}

[[nodiscard]] constexpr form decimal_form(int precision, int scale, conversion how, std::uint32_t width) {
  physical const type = width == 4 ? physical::int32 : width == 8 ? physical::int64 : physical::fixed_len_byte_array;
  return {.type = type,
          .width = width,
          .how = how,
          .order = type == physical::fixed_len_byte_array ? ordering::big_endian : ordering::signed_integer,
          .note = annotation::decimal,
          .old_note = converted::decimal,
          .precision = static_cast<std::uint8_t>(precision),
          .scale = static_cast<std::uint8_t>(scale),
          .ranged = how != conversion::from_uint64,
          .low = 1 - power_of_ten(precision),
          .high = power_of_ten(precision) - 1};
}

[[nodiscard]] constexpr form float_form(reader::profile const& readers, physical type, conversion how) {
  return {.type = type,
          .width = type == physical::float32 ? 4U : 8U,
          .how = how,
          .order = ordering::floating,
          .nan_hides_bounds = !readers.bounds_beside_nan};
}

[[nodiscard]] constexpr form time_form(reader::profile const& readers, logical_type const& t) {
  if (!readers.time) {
    form f = text_form(conversion::time_text, annotation::string, converted::utf8);
    f.unit = t.unit;
    f.high = 86'400 * static_cast<int128>(t.unit == time_unit::milli   ? 1000
                                          : t.unit == time_unit::micro ? 1'000'000
                                                                       : 1'000'000'000) -
             1;
    return f;
  }
  bool const widen = t.unit == time_unit::milli && !readers.time_millis;
  time_unit const unit = widen ? time_unit::micro : t.unit;
  bool const narrow = unit == time_unit::milli;
  int128 const second = narrow ? 1000 : unit == time_unit::micro ? 1'000'000 : 1'000'000'000;
  return {.type = narrow ? physical::int32 : physical::int64,
          .width = narrow ? 4U : 8U,
          .how = widen ? conversion::from_millis : conversion::copy,
          .order = ordering::signed_integer,
          .note = annotation::time,
          .old_note = narrow                     ? converted::time_millis
                      : unit == time_unit::micro ? converted::time_micros
                                                 : converted::none,
          .utc = t.utc && readers.utc_time,
          .unit = unit,
          .ranged = true,
          .low = 0,
          .high = 86'400 * second - 1};
}

[[nodiscard]] constexpr form timestamp_form(logical_type const& t) {
  return {.type = physical::int64,
          .width = 8,
          .how = conversion::copy,
          .order = ordering::signed_integer,
          .note = annotation::timestamp,
          .old_note = t.unit == time_unit::milli   ? converted::timestamp_millis
                      : t.unit == time_unit::micro ? converted::timestamp_micros
                                                   : converted::none,
          .utc = t.utc,
          .unit = t.unit};
}

/// The form of a type that the readers support (LogicalTypes.md: the annotation, and the older
/// converted type wherever there is one, also for local times).
[[nodiscard]] constexpr form form_of(reader::profile const& readers, logical_type const& t) {
  bool const exact = readers.unsigned_integers;
  switch (t.id) {
  case kind::boolean: return {.type = physical::boolean, .how = conversion::bits, .order = ordering::boolean};
  case kind::int8: return integer_form(physical::int32, conversion::from_int8, 8, true, converted::int_8);
  case kind::int16: return integer_form(physical::int32, conversion::from_int16, 16, true, converted::int_16);
  case kind::int32: return integer_form(physical::int32, conversion::copy, 32, true, converted::none);
  case kind::int64: return integer_form(physical::int64, conversion::copy, 64, true, converted::none);
  case kind::uint8:
    return exact ? integer_form(physical::int32, conversion::from_uint8, 8, false, converted::uint_8)
                 : integer_form(physical::int32, conversion::from_uint8, 16, true, converted::int_16);
  case kind::uint16:
    return exact ? integer_form(physical::int32, conversion::from_uint16, 16, false, converted::uint_16)
                 : integer_form(physical::int32, conversion::from_uint16, 32, true, converted::none);
  case kind::uint32:
    return exact ? integer_form(physical::int32, conversion::copy, 32, false, converted::uint_32)
                 : integer_form(physical::int64, conversion::from_uint32, 64, true, converted::none);
  case kind::uint64:
    return exact ? integer_form(physical::int64, conversion::copy, 64, false, converted::uint_64)
                 : decimal_form(20, 0, conversion::from_uint64, decimal_width(20));
  case kind::float16:
    return readers.float16 ? form{.type = physical::fixed_len_byte_array,
                                  .width = 2,
                                  .how = conversion::copy,
                                  .order = ordering::half,
                                  .note = annotation::float16,
                                  .nan_hides_bounds = !readers.bounds_beside_nan}
                           : float_form(readers, physical::float32, conversion::from_half);
  case kind::float32: return float_form(readers, physical::float32, conversion::copy);
  case kind::float64: return float_form(readers, physical::float64, conversion::copy);
  case kind::decimal:
    return t.precision <= 9 ? decimal_form(t.precision, t.scale, conversion::copy, 4)
           : t.precision <= 18
               ? decimal_form(t.precision, t.scale, conversion::copy, 8)
               : decimal_form(t.precision, t.scale, conversion::from_int128, decimal_width(t.precision));
  case kind::string: return text_form(conversion::bytes, annotation::string, converted::utf8);
  case kind::json:
    return readers.json ? text_form(conversion::bytes, annotation::json, converted::json)
                        : text_form(conversion::bytes, annotation::string, converted::utf8);
  case kind::enumeration:
    return readers.enumeration ? text_form(conversion::bytes, annotation::enumeration, converted::enumeration)
                               : text_form(conversion::bytes, annotation::string, converted::utf8);
  case kind::binary: return {.type = physical::byte_array, .how = conversion::bytes, .order = ordering::bytes};
  case kind::fixed_binary: return fixed_form(t.width, annotation::none);
  case kind::uuid:
    return readers.uuid ? fixed_form(16, annotation::uuid)
                        : text_form(conversion::uuid_text, annotation::string, converted::utf8);
  case kind::date:
    return {.type = physical::int32,
            .width = 4,
            .how = conversion::copy,
            .order = ordering::signed_integer,
            .note = annotation::date,
            .old_note = converted::date};
  case kind::time: return time_form(readers, t);
  case kind::timestamp: return timestamp_form(t);
  case kind::interval:
    return readers.interval ? form{.type = physical::fixed_len_byte_array,
                                   .width = 12,
                                   .how = conversion::interval_fixed,
                                   .old_note = converted::interval}
                            : text_form(conversion::interval_text, annotation::string, converted::utf8);
  case kind::list:
  case kind::structure:
  case kind::map: break;
  }
  return {};
}

/// One leaf of the schema: a column of the file.
struct leaf {
  field const* type = nullptr;
  form as = {};
  std::uint8_t max_definition = 0;         ///< optional and repeated nodes on its path
  std::uint8_t max_repetition = 0;         ///< repeated nodes on its path
  std::optional<encoding> by_hand = {};    ///< of all values
  std::size_t column = 0;                  ///< of the schema
  bool shredded = false;                   ///< a list, a map or an optional struct is above it: see `shredder`
  std::vector<std::uint32_t> members = {}; ///< of one that is not: from the column down through its structs
  std::vector<std::string_view> path = {}; ///< of a nested column: names of the groups in the file, and its own
  std::string name = {};                   ///< of a nested column, in messages: lines[].price

  /// Whether its bytes a row are not known from the schema.
  [[nodiscard]] bool any_size() const noexcept { return shredded || as.how == conversion::bytes; }
  /// For messages.
  [[nodiscard]] std::string_view label() const noexcept { return name.empty() ? type->name : std::string_view(name); }
};

} // namespace copyto::detail

#endif
