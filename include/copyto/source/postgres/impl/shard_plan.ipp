// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_SHARD_PLAN_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_SHARD_PLAN_IPP

#include <copyto/source/postgres/detail/shard_plan.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/source/postgres/detail/sql.hpp>
#include <copyto/source/postgres_shards.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace copyto::detail {

// ---- pure -----------------------------------------------------------------------------------------

COPYTO_DECL std::optional<std::string>
pg_put_range(std::string_view query, std::function<std::string(std::string_view alias)> const& condition) {
  std::string made;
  std::size_t copied = 0;
  bool found = false;
  for (std::size_t at = pg_skip_blanks(query, 0); at < query.size(); at = pg_skip_blanks(query, at)) {
    std::size_t const end = std::min(pg_token_end(query, at), query.size());
    if (query.substr(at, end - at) == "{" && query.substr(end).starts_with("range")) {
      std::size_t const close = query.find('}', end);
      std::string_view const inside = query.substr(end, close == query.npos ? 0 : close - end);
      if (inside == "range" || inside.starts_with("range:")) {
        made += query.substr(copied, at - copied);
        made += condition(inside == "range" ? std::string_view() : inside.substr(6));
        copied = close + 1;
        at = copied;
        found = true;
        continue;
      }
    }
    at = end;
  }
  made += query.substr(copied);
  return found ? std::optional(std::move(made)) : std::nullopt;
}

COPYTO_DECL std::vector<std::vector<pg_page_range>> pg_cut_pages(std::span<pg_heap const> heaps, std::uint32_t shards) {
  std::uint64_t all = 0;
  for (pg_heap const& heap : heaps) {
    all += heap.pages;
  }
  std::uint64_t const count = std::clamp<std::uint64_t>(all, 1, shards);
  auto const start_of = [&](std::uint64_t shard) { return all / count * shard + std::min(all % count, shard); };
  std::vector<std::vector<pg_page_range>> cut(count);
  std::uint64_t shard = 0;
  std::uint64_t before = 0; // pages of the tables before
  for (std::size_t h = 0; h != heaps.size(); ++h) {
    std::uint64_t const end = before + heaps[h].pages;
    std::uint64_t at = before;
    while (start_of(shard + 1) < end) {
      cut[shard].push_back({.heap = h, .first = at - before, .end = start_of(shard + 1) - before});
      at = start_of(++shard);
    }
    cut[shard].push_back({.heap = h, .first = at - before}); // the last page may not be the last for long
    before = end;
    if (start_of(shard + 1) == end && shard + 1 != count) {
      ++shard;
    }
  }
  return cut;
}

COPYTO_DECL std::string pg_page_condition(pg_page_range const& range, std::string_view prefix) {
  std::string text = fmt::format("{}ctid >= '({},0)'", prefix, range.first);
  if (range.end) {
    text += fmt::format(" AND {}ctid < '({},0)'", prefix, *range.end);
  }
  return text;
}

COPYTO_DECL std::vector<std::string> pg_key_conditions(std::string_view key, std::span<std::string const> bounds) {
  if (bounds.empty()) {
    return {"true"};
  }
  std::vector<std::string> made;
  made.push_back(fmt::format("({0} < {1} OR {0} IS NULL)", key, pg_quoted_text(bounds.front())));
  for (std::size_t i = 1; i != bounds.size(); ++i) {
    made.push_back(
        fmt::format("({0} >= {1} AND {0} < {2})", key, pg_quoted_text(bounds[i - 1]), pg_quoted_text(bounds[i])));
  }
  made.push_back(fmt::format("({} >= {})", key, pg_quoted_text(bounds.back())));
  return made;
}

COPYTO_DECL std::vector<std::string> pg_choose_bounds(std::span<std::string const> ascending, std::uint32_t shards) {
  std::vector<std::string> chosen;
  for (std::uint64_t i = 1; i < shards && !ascending.empty(); ++i) {
    std::string const& value = ascending[i * (ascending.size() - 1) / shards];
    if (chosen.empty() || chosen.back() != value) {
      chosen.push_back(value);
    }
  }
  return chosen;
}

COPYTO_DECL result<pg_shard_request> pg_read_shard_request(postgres_shard_options const& options) {
  auto const refuse = [](std::string message, std::string advice) {
    return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
  };
  pg_shard_request made;
  result<std::string> base = pg_chosen_query(options.rows.table, options.rows.query);
  if (!base) {
    return base.error();
  }
  if (!options.by.empty()) {
    result<std::string> key = pg_table_name(options.by);
    if (!key || key->find("\".\"") != key->npos) {
      return refuse(fmt::format("\"{}\" is not the name of one column to cut by", options.by.substr(0, 80)),
                    "name one column that can be ordered, best one with an index");
    }
    made.key = *std::move(key);
  }
  bool const table = !options.rows.table.empty();
  if (table && !options.of.empty()) {
    return refuse("the table that is cut is the one that is read", "leave the option \"of\" out, or give a query");
  }
  if (std::string const& name = table ? options.rows.table : options.of; !name.empty()) {
    result<std::string> relation = pg_table_name(name);
    if (!relation) {
      return relation.error();
    }
    made.relation = *std::move(relation);
  }
  std::optional<std::string> all =
      table ? std::nullopt : pg_put_range(*base, [](std::string_view) { return std::string("true"); });
  if (!table && made.key.empty() && (!all || made.relation.empty())) {
    return refuse("a query is cut by pages where it says `{range}` in place of a condition, and of which table",
                  "write `WHERE {range}`, and name the table; or name a column to cut by");
  }
  if (!table && !made.relation.empty() && !all) {
    return refuse("the query does not say where the table is cut", "write `{range}` in place of a condition");
  }
  made.ranged = all ? *base : std::string();
  made.base = all ? *std::move(all) : *std::move(base);
  return made;
}

// ---- with the server ------------------------------------------------------------------------------

/// What the catalog says of a relation, or one of its children.
struct pg_relation {
  std::string oid;
  std::string name; ///< quoted
  std::string kind; ///< pg_class.relkind
  std::string method;
  std::uint64_t pages = 0;
  std::uint64_t page_bytes = 8192;
  bool readable = true;
  bool secured = false; ///< row security counts for this user
};

inline result<std::vector<pg_relation>> pg_read_relations(pg_link& link, std::string const& name,
                                                          std::stop_token const& stop) {
  // The relation itself comes first.
  std::string const sql = fmt::format(
      "WITH RECURSIVE t(oid, depth) AS (SELECT {}::pg_catalog.regclass::pg_catalog.oid, 0 UNION ALL SELECT i.inhrelid, "
      "t.depth + 1 FROM pg_catalog.pg_inherits i JOIN t ON i.inhparent = t.oid), o AS (SELECT oid, min(depth) AS depth "
      "FROM t GROUP BY oid) SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || "
      "pg_catalog.quote_ident(c.relname), c.relkind, coalesce(a.amname, ''), CASE WHEN c.relkind IN ('r', 'm') THEN "
      "pg_catalog.pg_relation_size(c.oid, 'main') / pg_catalog.current_setting('block_size')::int8 ELSE 0 END, "
      "pg_catalog.current_setting('block_size'), pg_catalog.has_table_privilege(c.oid, 'SELECT'), "
      "pg_catalog.row_security_active(c.oid) FROM o JOIN pg_catalog.pg_class c ON c.oid = o.oid JOIN "
      "pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam ORDER BY "
      "o.depth, c.oid",
      pg_quoted_text(name));
  result<pg_rows> const rows = pg_query(link, sql, "PostgreSQL cannot say how the table is stored", stop);
  if (!rows) {
    return rows.error();
  }
  std::vector<pg_relation> made;
  for (std::vector<std::string> const& row : *rows) {
    auto const number = [](std::string const& text) {
      std::uint64_t value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    };
    made.push_back({.oid = row[0],
                    .name = row[1],
                    .kind = row[2],
                    .method = row[3],
                    .pages = number(row[4]),
                    .page_bytes = number(row[5]),
                    .readable = row[6] == "t",
                    .secured = row[7] == "t"});
  }
  return made;
}

inline std::string_view pg_kind_name(std::string_view kind) noexcept {
  return kind == "v" ? "a view" : kind == "f" ? "a foreign table" : kind == "S" ? "a sequence" : "no table";
}

/// The tables whose pages are the relation's rows.
inline result<std::vector<pg_heap>> pg_heaps_of(pg_link const& link, std::span<pg_relation const> relations) {
  auto const refuse = [&](std::string message, std::string advice = "cut by a column (copy_to: --shard-by)") {
    return link.refused(errc::unsupported, std::move(message), std::move(advice));
  };
  pg_relation const& root = relations.front();
  if (relations.size() > 1 && root.secured) {
    return refuse(
        fmt::format("row security of {} does not count where its children are read by themselves", root.name));
  }
  std::vector<pg_heap> heaps;
  for (pg_relation const& r : relations) {
    if (r.kind == "p") {
      continue;
    }
    if (r.kind != "r" && r.kind != "m") {
      return refuse(fmt::format("{} is {}, which has no pages to cut", r.name, pg_kind_name(r.kind)));
    }
    if (r.method != "heap") {
      return refuse(fmt::format("{} is stored by the access method {}, whose pages cannot be cut", r.name, r.method));
    }
    if (relations.size() > 1 && r.secured) { // its policies count only where it is named itself (manual, 5.10)
      return refuse(
          fmt::format("row security of {} would count where it is read by itself, and does not otherwise", r.name));
    }
    if (relations.size() > 1 && !r.readable) {
      return refuse(fmt::format("there is no right to read {} by itself", r.name),
                    "grant SELECT on it, or cut by a column (copy_to: --shard-by)");
    }
    heaps.push_back({.name = r.name, .pages = r.pages});
  }
  if (heaps.empty()) {
    return refuse(fmt::format("{} has no partitions", root.name), "export it as one shard");
  }
  return heaps;
}

/// Values of the key, ascending, from the statistics that ANALYZE made; none: there are none.
inline result<std::vector<std::string>> pg_key_statistics(pg_link& link, std::string const& relation,
                                                          std::string const& key, std::stop_token const& stop) {
  std::string const type =
      fmt::format("SELECT pg_catalog.format_type(a.atttypid, -1), c.relname, n.nspname, a.attname "
                  "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
                  "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attrelid = "
                  "{}::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped AND "
                  "a.attname = (pg_catalog.parse_ident({}))[1]",
                  pg_quoted_text(relation), pg_quoted_text(key));
  result<pg_rows> const column = pg_query(link, type, "PostgreSQL cannot describe the column to cut by", stop);
  if (!column) {
    return column.error();
  }
  if (column->empty()) {
    return link.refused(errc::invalid_argument, fmt::format("{} has no column {} to cut by", relation, key),
                        "name one of its columns");
  }
  std::vector<std::string> const& c = column->front();
  result<pg_rows> const values = pg_query(
      link,
      fmt::format(
          "SELECT pg_catalog.unnest(h)::text FROM (SELECT histogram_bounds::text::{}[] AS h FROM "
          "pg_catalog.pg_stats WHERE tablename = {} AND schemaname = {} AND attname = {} AND histogram_bounds IS "
          "NOT NULL ORDER BY inherited DESC LIMIT 1) AS s",
          c[0], pg_quoted_text(c[1]), pg_quoted_text(c[2]), pg_quoted_text(c[3])),
      "PostgreSQL cannot read the statistics of the column to cut by", stop);
  if (!values) {
    return values.error();
  }
  std::vector<std::string> made;
  for (std::vector<std::string> const& row : *values) {
    made.push_back(row[0]);
  }
  return made;
}

/// Bounds of the key by sorting all its values.
inline result<std::vector<std::string>> pg_count_key(pg_link& link, std::string const& base, std::string const& key,
                                                     std::uint32_t shards, std::stop_token const& stop) {
  std::vector<double> fractions;
  for (std::uint32_t i = 1; i < shards; ++i) {
    fractions.push_back(static_cast<double>(i) / shards);
  }
  result<pg_rows> const values = pg_query(
      link,
      fmt::format(
          "SELECT pg_catalog.unnest(pg_catalog.array_agg(DISTINCT u.v ORDER BY u.v)::text[]) FROM "
          "pg_catalog.unnest((SELECT pg_catalog.percentile_disc(ARRAY[{}]::float8[]) WITHIN GROUP (ORDER BY q.{}) FROM "
          "({}\n) AS q)) AS u(v) WHERE u.v IS NOT NULL",
          fmt::join(fractions, ","), key, base),
      "PostgreSQL cannot order the column to cut by", stop);
  if (!values) {
    return values.error();
  }
  std::vector<std::string> made;
  for (std::vector<std::string> const& row : *values) {
    made.push_back(row[0]);
  }
  return made;
}

/// 0 shards: one for each 256 MiB.
inline std::uint32_t pg_shard_count(std::uint32_t asked, std::span<pg_relation const> relations) {
  std::uint64_t bytes = 0;
  for (pg_relation const& r : relations) {
    bytes += r.pages * r.page_bytes;
  }
  return asked != 0 ? asked : static_cast<std::uint32_t>(std::clamp<std::uint64_t>(bytes / (256 * MiB), 1, 1000));
}

COPYTO_DECL result<pg_shard_plan> pg_plan_shards(pg_session& session, postgres_shard_options const& options,
                                                 pg_shard_request const& request, std::stop_token const& stop) {
  pg_link& link = session.link();
  bool const table = !options.rows.table.empty();
  std::vector<pg_relation> relations;
  if (!request.relation.empty()) {
    result<std::vector<pg_relation>> read = pg_read_relations(link, request.relation, stop);
    if (!read) {
      return read.error();
    }
    relations = *std::move(read);
  }
  if (relations.empty() && options.shards == 0) {
    return link.refused(errc::invalid_argument, "how many shards there are to be cannot be told from a query",
                        "give their number");
  }
  std::uint32_t const shards = pg_shard_count(options.shards, relations);
  pg_shard_plan made;

  if (request.key.empty()) {
    if (link.version() < 140000) {
      return link.refused(errc::unsupported,
                          "only PostgreSQL 14 and newer read a range of pages without those before it",
                          "cut by a column (copy_to: --shard-by)");
    }
    result<std::vector<pg_heap>> const heaps = pg_heaps_of(link, relations);
    if (!heaps) {
      return heaps.error();
    }
    if (!table && heaps->size() != 1) {
      return link.refused(
          errc::unsupported,
          fmt::format("{} has partitions or children, which a query cannot cut by pages", request.relation),
          "cut by a column (copy_to: --shard-by)");
    }
    made.how = fmt::format("by pages of {}", relations.front().name);
    std::vector<std::string> names;
    for (pg_column const& column : session.columns()) {
      names.push_back(pg_quoted_name(column.name));
    }
    for (std::vector<pg_page_range> const& shard : pg_cut_pages(*heaps, shards)) {
      std::string query;
      for (pg_page_range const& range : shard) {
        query += fmt::format("{}SELECT {} FROM ONLY {} WHERE {}", query.empty() ? "" : " UNION ALL ",
                             fmt::join(names, ", "), (*heaps)[range.heap].name, pg_page_condition(range, ""));
      }
      if (!table) {
        query = *pg_put_range(request.ranged, [&](std::string_view alias) {
          std::string const of = alias.empty() ? "" : std::string(alias) + ".";
          // Rows that an outer join makes without one of this table have no page, and are the first shard's.
          std::string const pages = pg_page_condition(shard.front(), of);
          return made.queries.empty() ? fmt::format("({} OR {}ctid IS NULL)", pages, of) : fmt::format("({})", pages);
        });
      }
      made.queries.push_back(std::move(query));
    }
    return made;
  }

  std::vector<std::string> bounds;
  if (!relations.empty()) {
    result<std::vector<std::string>> const values = pg_key_statistics(link, request.relation, request.key, stop);
    if (!values) {
      return values.error();
    }
    bounds = pg_choose_bounds(*values, shards);
  }
  if (bounds.empty() && shards > 1) {
    std::string const of = table || request.relation.empty() ? request.base : "SELECT * FROM " + request.relation;
    result<std::vector<std::string>> counted = pg_count_key(link, of, request.key, shards, stop);
    if (!counted) {
      return counted.error();
    }
    bounds = *std::move(counted);
    if (!relations.empty() && relations.front().kind != "v") {
      made.warnings.push_back(link.refused(
          errc::unsupported,
          fmt::format("there are no statistics of {}, so that all its values were ordered once more", request.key),
          "ANALYZE the table"));
    }
  }
  made.how = fmt::format("by values of {}", request.key);
  if (request.ranged.empty()) {
    for (std::string const& condition : pg_key_conditions("q." + request.key, bounds)) {
      made.queries.push_back(fmt::format("SELECT * FROM ({}\n) AS q WHERE {}", request.base, condition));
    }
    return made;
  }
  for (std::size_t i = 0; i != bounds.size() + 1; ++i) {
    made.queries.push_back(*pg_put_range(request.ranged, [&](std::string_view alias) {
      return pg_key_conditions(alias.empty() ? request.key : fmt::format("{}.{}", alias, request.key), bounds)[i];
    }));
  }
  return made;
}

} // namespace copyto::detail

#endif
