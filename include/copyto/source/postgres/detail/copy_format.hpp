// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_COPY_FORMAT_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_COPY_FORMAT_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/postgres/detail/values.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

/// The binary format of COPY (postgresql.org/docs/current/sql-copy.html, "Binary Format").
namespace copyto::detail {

/// What ends the rows: a field count of -1.
inline constexpr std::string_view pg_copy_trailer = "\xFF\xFF";

/// The size of the header at the front of `data`: signature, flags and an extension. Nothing if it is not there whole,
/// or has a critical flag, which a reader must refuse unless it knows it (bit 16 was that of rows with oids).
[[nodiscard]] std::optional<std::size_t> pg_copy_header(std::string_view data) noexcept;

/// What became of a row.
struct pg_row {
  enum class outcome : std::uint8_t { appended, trailer, malformed, misfit };
  outcome is = outcome::appended;
  std::size_t size = 0;        ///< bytes of the row, or of the trailer
  std::size_t copied = 0;      ///< bytes of its strings
  pg_misfit why = {};          ///< a misfit's
  std::size_t column = 0;      ///< a misfit's
  std::string_view value = {}; ///< a misfit's
  pg_blame blame = {};         ///< a misfit's, of a nested value
};

/// Appends the row at the front of `data`, which must be there whole. After a row that is malformed or does not fit the
/// batch is of no more use.
[[nodiscard]] pg_row pg_append_row(batch& to, std::span<pg_column const> columns, std::string_view data);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/copy_format.ipp>
#endif

#endif
