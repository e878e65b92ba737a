// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_JSON_RECORDS_HPP
#define COPYTO_TOPIC_JSON_RECORDS_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/detail/json_value.hpp>
#include <copyto/topic/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// How numbers stand in JSON that some readers cannot hold exactly.
enum class json_numbers : std::uint8_t {
  number, ///< 12.50; many readers make a double of it, which has 15 digits
  text,   ///< "12.50"
};

/// How bytes stand in JSON.
enum class json_bytes : std::uint8_t {
  base64, ///< "AQI=": with padding (RFC 4648, section 4)
  hex,    ///< "\\x0102": as PostgreSQL prints them
};

/// How dates and times stand in JSON.
enum class json_times : std::uint8_t {
  text,  ///< as ISO 8601 has them
  epoch, ///< integers: days, or the unit of their type, since 1970-01-01T00:00:00 or midnight
};

/// What becomes of a column or member that is NULL.
enum class json_nulls : std::uint8_t {
  write, ///< `"name":null`
  omit,  ///< it is left out; elements of lists and values of maps are null all the same
};

/// How records of JSON look.
struct json_records_options {
  json_numbers decimals = json_numbers::number;
  json_numbers wide_integers = json_numbers::number; ///< int64 and uint64, and times of 64 bits as `epoch`
  json_bytes binary = json_bytes::base64;
  json_times times = json_times::text;
  json_nulls nulls = json_nulls::write;
};

/// A JSON object for each row (RFC 8259, UTF-8), its members in the order of the columns, without spaces or a line end:
///
///     json_records{}                                    // {"id":7,"price":12.50,"at":"2024-02-29T12:34:56.78+00:00"}
///     json_records{{.decimals = json_numbers::text}}    // {"id":7,"price":"12.50",...
///
/// | type | form |
/// |---|---|
/// | bool | `true`, `false` |
/// | int8 to int32, uint8 to uint32 | number |
/// | int64, uint64 | number; `wide_integers`: string |
/// | float16, float, double | number with the fewest digits that bring the value back (float16: as a float); "NaN", "Infinity", "-Infinity" |
/// | decimal | number with all digits of its scale; `decimals`: string |
/// | string, enum | string |
/// | json | as it is; that it is JSON of one value is not checked |
/// | binary, fixed binary | string of base64; `binary`: of `\x` and lower-case hexadecimal digits |
/// | uuid | "0123abcd-4567-89ab-cdef-0123456789ab" |
/// | date | "2024-02-29", " BC" behind it before the year 1; `times`: days since 1970-01-01 |
/// | time | "12:34:56.78", with "+00" in UTC; `times`: milli-, micro- or nanoseconds since midnight, as its unit |
/// | timestamp | "2024-02-29T12:34:56.78", with "+00:00" in UTC; `times`: milli-, micro- or nanoseconds since 1970, as its unit |
/// | interval | "1 year 2 mons 3 days 04:05:06.7", as PostgreSQL prints it |
/// | list | array |
/// | struct | object |
/// | map | object, its names the texts of the keys; readers keep one value of a key that comes twice |
/// | NULL | null; `nulls`: left out |
///
/// Text that is not UTF-8 and times outside [00:00:00, 24:00:00] are errc::value_out_of_range, names that are not UTF-8
/// errc::invalid_argument. Models `RecordFormat`, for every type. One thread at a time.
class json_records {
public:
  json_records() = default;
  explicit json_records(json_records_options options) : options_(options) {}

  [[nodiscard]] static constexpr bool supports(field const& /*f*/) noexcept { return true; }
  [[nodiscard]] std::string_view name() const noexcept { return "json"; }
  [[nodiscard]] std::string_view content_type() const noexcept { return "application/json"; }
  [[nodiscard]] json_records_options const& options() const noexcept { return options_; }
  /// 0: an object and no more.
  [[nodiscard]] std::size_t frame_bytes() const noexcept { return 0; }

  result<void> begin(schema_view fields, std::span<std::size_t const> columns);
  result<void> append(batch const& rows, std::size_t row, byte_buffer& out);

private:
  struct column {
    std::size_t number = 0;
    std::string name = {}; ///< `"name":`, escaped
  };

  json_records_options options_;
  detail::json_form form_;
  std::vector<column> columns_;
};
static_assert(RecordFormat<json_records>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/json_records.ipp>
#endif

#endif
