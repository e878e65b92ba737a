// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_CATALOG_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_CATALOG_IPP

#include <copyto/source/postgres/detail/catalog.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace copyto::detail {

/// Composite types within each other that are looked up.
inline constexpr int pg_most_levels = 30;

/// A field of an answer as a number; 0 where it is none.
template <class T = std::uint32_t>
T pg_number_at(pg_answer const& answer, int row, int column) {
  std::string_view const text(PQgetvalue(answer.get(), row, column));
  T number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Whether a type needs the catalog.
COPYTO_COLD bool pg_is_unknown(std::uint32_t oid) {
  return oid != 0 && oid != 1700 && pg_column_of(oid, -1, false, postgres_decimal()).cast;
}

COPYTO_COLD result<std::optional<pg_catalog>> pg_read_catalog(pg_link& link, ::pg_result const* description,
                                                              std::stop_token const& stop) {
  pg_catalog known;
  std::set<std::uint32_t> wanted;
  auto const want = [&](std::uint32_t oid) {
    if (pg_is_unknown(oid) && !known.contains(oid)) {
      wanted.insert(oid);
    }
  };
  for (int c = 0; c != PQnfields(description); ++c) {
    want(PQftype(description, c));
  }
  for (int level = 0; level != pg_most_levels && !wanted.empty(); ++level) {
    std::string const oids = fmt::format("{}", fmt::join(std::exchange(wanted, {}), ","));
    // int2vector and oidvector are arrays that begin at 0, for the catalog's own use.
    result<pg_answer> const types = link.run(
        fmt::format(
            "SELECT oid, typtype, CASE WHEN typcategory = 'A' AND typlen = -1 AND typname NOT IN ('int2vector', "
            "'oidvector') THEN typelem ELSE 0 END, typbasetype, typtypmod, typtype = 'b' AND typname = 'hstore' AND "
            "typsend::text LIKE '%hstore_send' FROM pg_catalog.pg_type WHERE "
            "oid IN ({})",
            oids),
        stop);
    if (!types) {
      return types.error();
    }
    if (PQresultStatus(types->get()) != PGRES_TUPLES_OK) {
      return std::optional<pg_catalog>();
    }
    bool composites = false;
    for (int i = 0; i != PQntuples(types->get()); ++i) {
      pg_type const type{.sort = *PQgetvalue(types->get(), i, 1),
                         .element = pg_number_at(*types, i, 2),
                         .base = pg_number_at(*types, i, 3),
                         .modifier = pg_number_at<std::int32_t>(*types, i, 4),
                         .hstore = std::string_view(PQgetvalue(types->get(), i, 5)) == "t"};
      known[pg_number_at(*types, i, 0)] = type;
      composites = composites || type.sort == 'c';
    }
    if (composites) {
      result<pg_answer> const members = link.run(
          fmt::format(
              "SELECT t.oid, a.attname, a.atttypid, a.atttypmod, a.attndims FROM pg_catalog.pg_type AS t JOIN "
              "pg_catalog.pg_attribute AS a ON a.attrelid = t.typrelid WHERE t.typtype = 'c' AND t.oid IN ({}) AND "
              "a.attnum > 0 AND NOT a.attisdropped ORDER BY t.oid, a.attnum",
              oids),
          stop);
      if (!members) {
        return members.error();
      }
      if (PQresultStatus(members->get()) != PGRES_TUPLES_OK) {
        return std::optional<pg_catalog>();
      }
      for (int i = 0; i != PQntuples(members->get()); ++i) {
        known[pg_number_at(*members, i, 0)].attributes.push_back(
            {.name = PQgetvalue(members->get(), i, 1),
             .oid = pg_number_at(*members, i, 2),
             .modifier = pg_number_at<std::int32_t>(*members, i, 3),
             .dimensions = pg_number_at<int>(*members, i, 4)});
      }
    }
    for (auto const& [oid, type] : known) {
      want(type.element);
      want(type.base);
      for (pg_attribute const& member : type.attributes) {
        want(member.oid);
      }
    }
  }
  return std::optional(std::move(known));
}

COPYTO_COLD result<std::vector<int>> pg_read_dimensions(pg_link& link, ::pg_result const* description,
                                                        pg_catalog const& catalog, std::stop_token const& stop) {
  std::vector<int> dimensions(static_cast<std::size_t>(PQnfields(description)), 1);
  std::vector<std::string> places; // pairs of table and column
  for (int c = 0; c != PQnfields(description); ++c) {
    auto const type = catalog.find(PQftype(description, c));
    if (type != catalog.end() && type->second.element != 0 && PQftable(description, c) != 0) {
      places.push_back(fmt::format("({},{})", PQftable(description, c), PQftablecol(description, c)));
    }
  }
  if (places.empty()) {
    return dimensions;
  }
  result<pg_answer> const found = link.run(
      fmt::format("SELECT attrelid, attnum, attndims FROM pg_catalog.pg_attribute WHERE (attrelid, attnum) IN ({})",
                  fmt::join(places, ",")),
      stop);
  if (!found) {
    return found.error();
  }
  for (int i = 0; PQresultStatus(found->get()) == PGRES_TUPLES_OK && i != PQntuples(found->get()); ++i) {
    for (int c = 0; c != PQnfields(description); ++c) {
      if (PQftable(description, c) == pg_number_at(*found, i, 0) &&
          PQftablecol(description, c) == pg_number_at<int>(*found, i, 1)) {
        dimensions[static_cast<std::size_t>(c)] = std::max(pg_number_at<int>(*found, i, 2), 1);
      }
    }
  }
  return dimensions;
}

/// Whether a column, or a part of it, is cast.
COPYTO_COLD bool pg_has_cast(pg_column const& column) {
  return column.cast || std::ranges::any_of(column.members, pg_has_cast);
}

COPYTO_COLD pg_column pg_column_at(std::uint32_t oid, std::int32_t modifier, int dimensions, pg_catalog const& catalog,
                                   std::optional<postgres_decimal> const& numeric, bool nested, int level) {
  auto const found = catalog.find(oid);
  pg_column const plain = pg_column_of(oid, modifier, found != catalog.end() && found->second.sort == 'e', numeric);
  if (found == catalog.end() || level == pg_most_levels) {
    return plain;
  }
  pg_type const& type = found->second;
  auto const below = [&](std::uint32_t of, std::int32_t its_modifier, int its_dimensions) {
    return pg_column_at(of, its_modifier, its_dimensions, catalog, numeric, nested, level + 1);
  };
  if (type.sort == 'd') { // what the wire has is a value of its base
    pg_column base = below(type.base, type.modifier, dimensions);
    base.wire_oid = oid;
    return base;
  }
  if (!nested) {
    return plain;
  }
  pg_column made{.type = {.id = kind::list}, .oid = oid};
  if (type.element != 0) {
    made.form = pg_form::array;
    made.dimensions = std::max(dimensions, 1);
    made.members.push_back(below(type.element, modifier, 1));
    if (pg_has_cast(made.members[0])) {
      made.cast = true;
      made.oid = 1009; // text[]
      made.members = {pg_column_of(25, -1, false, numeric)};
    }
    return made;
  }
  if (type.sort == 'c' && !type.attributes.empty()) {
    made.type.id = kind::structure;
    made.form = pg_form::composite;
    for (pg_attribute const& member : type.attributes) {
      made.members.push_back(below(member.oid, member.modifier, member.dimensions));
      made.members.back().name = member.name;
    }
    return pg_has_cast(made) ? plain : made;
  }
  if (type.hstore) {
    made.type.id = kind::map;
    made.form = pg_form::hstore;
    made.members = {pg_column_of(25, -1, false, numeric), pg_column_of(25, -1, false, numeric)};
    return made;
  }
  return plain;
}

COPYTO_COLD pg_column pg_column_of(std::uint32_t oid, std::int32_t modifier, int dimensions, pg_catalog const& catalog,
                                   std::optional<postgres_decimal> const& numeric, bool nested) {
  return pg_column_at(oid, modifier, dimensions, catalog, numeric, nested, 0);
}

COPYTO_COLD field pg_field(pg_column const& column, std::deque<std::vector<field>>& below) {
  field made{.name = column.name, .type = column.type, .optional = true};
  if (column.members.empty()) {
    return made;
  }
  std::vector<field> children;
  for (pg_column const& member : column.members) {
    children.push_back(pg_field(member, below));
  }
  if (column.form == pg_form::hstore) {
    children[0].optional = false;
  }
  auto const keep = [&](std::vector<field> fields) {
    std::vector<field> const& kept = below.emplace_back(std::move(fields));
    made.nodes = kept.data();
    made.node_count = static_cast<std::uint32_t>(kept.size());
  };
  keep(std::move(children));
  for (int inner = 1; column.form == pg_form::array && inner != column.dimensions; ++inner) {
    // An array of several dimensions is rectangular: none of its rows is NULL.
    keep({{.name = "element", .type = {.id = kind::list}, .nodes = made.nodes, .node_count = made.node_count}});
  }
  return made;
}

} // namespace copyto::detail

#endif
