// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_CATALOG_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_CATALOG_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/field.hpp>
#include <copyto/source/postgres/detail/link.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace copyto::detail {

/// A member of a composite type, in the order of the catalog (pg_attribute).
struct pg_attribute {
  std::string name = {};
  std::uint32_t oid = 0;
  std::int32_t modifier = -1;
  int dimensions = 0;
};

/// What the catalog says about a type that is none of those with a form of ours (pg_type).
struct pg_type {
  char sort = 'b';            ///< typtype: b base, c composite, d domain, e enum, ...
  std::uint32_t element = 0;  ///< of an array
  std::uint32_t base = 0;     ///< of a domain
  std::int32_t modifier = -1; ///< of the base
  bool hstore = false;
  std::vector<pg_attribute> attributes = {};
};
using pg_catalog = std::map<std::uint32_t, pg_type>;

/// The types of a described query's columns, and all that they consist of; asks only for those that need it. Nothing where
/// the server has no such catalog, or refuses the question: its transaction must then begin anew.
[[nodiscard]] result<std::optional<pg_catalog>> pg_read_catalog(pg_link& link, ::pg_result const* description,
                                                                std::stop_token const& stop);
/// For each column that is an array: how many dimensions its declaration in a table has; 1 where there is none.
[[nodiscard]] result<std::vector<int>> pg_read_dimensions(pg_link& link, ::pg_result const* description,
                                                          pg_catalog const& catalog, std::stop_token const& stop);

/// The same as the one in types.hpp, with arrays, composite types and hstore where `nested` says so and all that they consist
/// of can be decoded; else an array of them is cast to one of texts, and anything else to text.
[[nodiscard]] pg_column pg_column_of(std::uint32_t oid, std::int32_t modifier, int dimensions,
                                     pg_catalog const& catalog, std::optional<postgres_decimal> const& numeric,
                                     bool nested);
/// The field of a column. It borrows from the column, and from `below`.
[[nodiscard]] field pg_field(pg_column const& column, std::deque<std::vector<field>>& below);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/catalog.ipp>
#endif

#endif
