// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_VALUES_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_VALUES_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/error.hpp>
#include <copyto/schema/column_buffer.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// How PostgreSQL's values in binary become ours (text: text_values.hpp). No allocation for a value that fits.
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
  dimensions,      ///< an array has others than its column
  lower_bound,     ///< an array does not begin at 1
  other_members,   ///< a composite has others than it had
};

/// The unscaled number of a numeric in binary (numeric.c, numeric_send). Never rounds.
[[nodiscard]] pg_misfit pg_numeric(std::string_view value, logical_type const& type, int128& unscaled) noexcept;
/// The same value as text, for messages.
[[nodiscard]] std::string pg_numeric_text(std::string_view value);

/// The part of a nested value that does not fit.
struct pg_blame {
  pg_column const* column = nullptr;
  std::string_view value = {};
  std::string path = {}; ///< below the column: "[].price"
};

/// Appends one value that is not NULL, from PostgreSQL's binary form. After a misfit `to` is of no more use, and `blame` says
/// which part it was of.
[[nodiscard]] pg_misfit pg_append_binary(column_buffer& to, pg_column const& column, std::string_view value,
                                         pg_blame& blame);

/// What a misfit means to the user. `row` counts from 1.
[[nodiscard]] error pg_misfit_error(pg_misfit why, pg_column const& column, std::string_view value, bool binary,
                                    std::uint64_t row);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/values.ipp>
#endif

#endif
