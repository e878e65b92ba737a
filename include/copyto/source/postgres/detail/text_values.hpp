// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_TEXT_VALUES_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_TEXT_VALUES_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/column_buffer.hpp>
#include <copyto/source/postgres/detail/values.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// How PostgreSQL's values as text become ours. No allocation for a value that fits.
namespace copyto::detail {

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
[[nodiscard]] pg_misfit pg_append_text(column_buffer& to, pg_column const& column, std::string_view value,
                                       std::string& scratch);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/text_values.ipp>
#endif

#endif
