// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_VALUES_HPP
#define COPYTO_SOURCE_POSTGRES_VALUES_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/error.hpp>
#include <copyto/schema/column_buffer.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// How PostgreSQL's values, in binary and as text, become ours. No allocation for a value that fits.
namespace copyto::detail {

/// Why a value does not fit its column.
enum class pg_misfit : std::uint8_t {
  none,
  malformed,       ///< not what the type's send or output function writes
  nan,             ///< numeric
  infinity,        ///< numeric, date, timestamp
  too_many_digits, ///< numeric: before the point
  fraction,        ///< numeric: behind the point
  end_of_day,      ///< time 24:00:00
  out_of_range,    ///< timestamp, interval: our 64 bits
};

/// The unscaled number of a numeric in binary (numeric.c, numeric_send). Never rounds.
[[nodiscard]] pg_misfit pg_numeric(std::string_view value, logical_type const& type, int128& unscaled) noexcept;
/// The same value as text, for messages.
[[nodiscard]] std::string pg_numeric_text(std::string_view value);

/// Parsers of PostgreSQL's text output with DateStyle ISO, IntervalStyle postgres and TimeZone UTC.
/// "2024-02-29", also with more than four digits of a year and " BC" behind: days since 1970.
[[nodiscard]] pg_misfit pg_date(std::string_view text, std::int32_t& days) noexcept;
/// "12:34:56.789": microseconds since midnight.
[[nodiscard]] pg_misfit pg_time(std::string_view text, std::int64_t& micros) noexcept;
/// "2024-02-29 12:34:56.789", with "+00" if `utc`: microseconds since 1970.
[[nodiscard]] pg_misfit pg_timestamp(std::string_view text, bool utc, std::int64_t& micros) noexcept;
/// "1 year 2 mons -3 days +04:05:06.789".
[[nodiscard]] pg_misfit pg_interval(std::string_view text, interval& value) noexcept;

/// Appends one value that is not NULL. `scratch` is kept from one call to the next.
[[nodiscard]] pg_misfit pg_append_binary(column_buffer& to, pg_column const& column, std::string_view value);
[[nodiscard]] pg_misfit pg_append_text(column_buffer& to, pg_column const& column, std::string_view value,
                                       std::string& scratch);

/// What a misfit means to the user. `row` counts from 1.
[[nodiscard]] error pg_misfit_error(pg_misfit why, pg_column const& column, std::string_view value, bool binary,
                                    std::uint64_t row);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/source/postgres/text_values.ipp>
#include <copyto/impl/source/postgres/values.ipp>
#endif

#endif
