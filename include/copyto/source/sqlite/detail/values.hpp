// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_DETAIL_VALUES_HPP
#define COPYTO_SOURCE_SQLITE_DETAIL_VALUES_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/field.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// How SQLite's types and values become ours. Pure functions; the table is in source/sqlite.hpp.
namespace copyto::detail {

/// Type of a column from its declared type, or nothing where only the values can tell. A decimal of more than 38 digits
/// is errc::unsupported.
[[nodiscard]] result<std::optional<logical_type>> sqlite_declared_type(std::string_view declared);

/// Days since 1970 of "YYYY-MM-DD" (years 0000 to 9999). Errors are errc::value_out_of_range, as for all below.
[[nodiscard]] result<std::int32_t> sqlite_date(std::string_view text);
/// Microseconds since 1970 of "YYYY-MM-DD HH:MM[:SS[.f...]]", also with a T between. Zeros may follow the sixth digit of
/// the fraction. An offset or Z is refused, because the column could not tell it from a value without.
[[nodiscard]] result<std::int64_t> sqlite_timestamp(std::string_view text);

/// The unscaled number of a decimal. Never rounds. A double counts as the number of fewest digits that brings it
/// back; up to 2^53 that is the double itself where it is whole.
[[nodiscard]] result<int128> sqlite_decimal(std::int64_t value, logical_type const& type);
[[nodiscard]] result<int128> sqlite_decimal(double value, logical_type const& type);
/// A real as text: the fewest digits that are the same number, with a point or an exponent; "Inf", "-Inf".
[[nodiscard]] std::string_view sqlite_real_text(double value, std::span<char, 32> text) noexcept;

/// The double of this value, or nothing if none is exactly that.
[[nodiscard]] std::optional<double> sqlite_double(std::int64_t value) noexcept;

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/sqlite/impl/values.ipp>
#endif

#endif
