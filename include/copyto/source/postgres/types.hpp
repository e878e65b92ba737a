// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_TYPES_HPP
#define COPYTO_SOURCE_POSTGRES_TYPES_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/field.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace copyto {

/// The decimal type that a numeric column takes where its own declaration names none that fits.
struct postgres_decimal {
  int precision = 38; ///< digits in all, 1 to 38
  int scale = 10;     ///< digits behind the point, up to `precision`
};

namespace detail {

/// How a value comes from the server (the send and output functions of PostgreSQL's src/backend/utils/adt).
enum class pg_form : std::uint8_t {
  boolean,
  int2,
  int4,
  int8,
  oid,
  float4,
  float8,
  numeric,
  bytea,
  uuid,
  date,
  time,
  timestamp,
  interval,
  text,  ///< bytes as they are: text, varchar, char(n), name, json, enums
  jsonb, ///< text behind a version byte, in binary
  array,
  composite,
  hstore,
};

/// One column of the result.
struct pg_column {
  std::string name = {};
  logical_type type = {};
  pg_form form = pg_form::text;
  bool cast = false;                   ///< to text, by the server; of an array, to one of texts
  bool printed = false;                ///< by its output function, since the cast makes another text: inet, xml
  std::uint32_t oid = 25;              ///< of the type that comes, after the cast
  std::vector<pg_column> members = {}; ///< array: its element; composite: its members; hstore: key and value
  int dimensions = 0;                  ///< of an array
  std::uint32_t wire_oid = 0; ///< where it is not `oid`: of the domain that a member of a composite is declared with
};

/// The type of a column from pg_type.oid and the type modifier; `is_enum` says what the catalog knows about others
/// than the types with a fixed oid. Whatever is not decoded is cast to text. `numeric`: nothing stands for text.
[[nodiscard]] pg_column pg_column_of(std::uint32_t oid, std::int32_t modifier, bool is_enum,
                                     std::optional<postgres_decimal> const& numeric);

/// Whether only the catalog can tell what a type is: its oid was not fixed when PostgreSQL was built.
[[nodiscard]] constexpr bool pg_defined_by_users(std::uint32_t oid) noexcept { return oid >= 16384; }

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/types.ipp>
#endif

#endif
