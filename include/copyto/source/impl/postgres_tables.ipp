// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_POSTGRES_TABLES_IPP
#define COPYTO_SOURCE_IMPL_POSTGRES_TABLES_IPP

#include <copyto/source/postgres_tables.hpp>

#include <copyto/source/postgres/detail/sql.hpp>
#include <copyto/source/postgres/detail/transaction.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace copyto {

namespace detail {

/// The tables, and the session whose transaction sees them all at one moment.
class pg_table_set {
public:
  static result<std::unique_ptr<pg_table_set>> open(postgres_tables_options const& options,
                                                    std::stop_token const& stop);

  pg_link link;
  std::vector<postgres_table> tables;
  std::string snapshot;

private:
  explicit pg_table_set(pg_link opened) noexcept : link(std::move(opened)) {}
  /// What the catalog says, and into `locks` the statements that lock them.
  result<std::vector<postgres_table>> look(postgres_tables_options const& options, std::vector<std::string>* locks,
                                           std::stop_token const& stop);
  result<std::vector<postgres_table>> look_at(std::string const& condition, std::vector<std::string>* locks,
                                              std::stop_token const& stop);
};

COPYTO_DECL result<std::vector<postgres_table>>
pg_table_set::look_at(std::string const& condition, std::vector<std::string>* locks, std::stop_token const& stop) {
  result<pg_rows> const rows = pg_query(
      link,
      fmt::format("SELECT n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class AS c JOIN "
                  "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE {} ORDER BY n.nspname, c.relname",
                  condition),
      "PostgreSQL does not say which tables there are", stop);
  if (!rows) {
    return rows.error();
  }
  std::vector<postgres_table> found;
  for (std::vector<std::string> const& row : *rows) {
    found.push_back({.schema = row[0],
                     .name = row[1],
                     .quoted = fmt::format("{}.{}", pg_quoted_name(row[0]), pg_quoted_name(row[1]))});
    if (locks != nullptr && (row[2] == "r" || row[2] == "p")) {
      locks->push_back(fmt::format("LOCK TABLE {} IN ACCESS SHARE MODE", found.back().quoted));
    }
  }
  return found;
}

COPYTO_DECL result<std::vector<postgres_table>> pg_table_set::look(postgres_tables_options const& options,
                                                                   std::vector<std::string>* locks,
                                                                   std::stop_token const& stop) {
  if (!options.schema.empty()) {
    result<std::string> const schema = pg_table_name(options.schema);
    if (!schema || schema->find("\".\"") != schema->npos) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("\"{}\" is not the name of one schema", options.schema.substr(0, 80)),
                    .advice = "name one, or name the tables"});
    }
    result<pg_rows> const known =
        pg_query(link, fmt::format("SELECT pg_catalog.to_regnamespace({})", pg_quoted_text(*schema)),
                 "PostgreSQL does not say which schemas there are", stop);
    if (!known) {
      return known.error();
    }
    if (known->front()[0].empty()) {
      return link.refused(errc::not_found, fmt::format("there is no schema {}", *schema), "see \\dn of psql");
    }
    // A partition's rows are its parent's; one of another schema's table is a table here.
    result<std::vector<postgres_table>> found = look_at(
        fmt::format("n.oid = pg_catalog.to_regnamespace({}) AND c.relkind IN ('r', 'p') AND NOT (c.relispartition "
                    "AND EXISTS (SELECT FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS parent ON "
                    "parent.oid = i.inhparent WHERE i.inhrelid = c.oid AND parent.relnamespace = n.oid)) AND NOT "
                    "EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = "
                    "'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')",
                    pg_quoted_text(*schema)),
        locks, stop);
    if (found && found->empty()) {
      return link.refused(errc::not_found, fmt::format("the schema {} has no tables", *schema),
                          "views and foreign tables are exported where they are named");
    }
    return found;
  }
  std::vector<postgres_table> all;
  for (std::string const& table : options.tables) {
    result<std::string> const name = pg_table_name(table);
    if (!name) {
      return name.error();
    }
    result<std::vector<postgres_table>> found =
        look_at(fmt::format("c.oid = pg_catalog.to_regclass({})", pg_quoted_text(*name)), locks, stop);
    if (!found) {
      return found.error();
    }
    if (found->empty()) {
      return link.refused(errc::not_found, fmt::format("there is no table {}", *name), "see \\d of psql");
    }
    if (std::ranges::find(all, found->front()) != all.end()) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the table {} is named twice", found->front().quoted),
                    .advice = "name it once"});
    }
    all.push_back(std::move(found->front()));
  }
  return all;
}

COPYTO_DECL result<std::unique_ptr<pg_table_set>> pg_table_set::open(postgres_tables_options const& options,
                                                                     std::stop_token const& stop) {
  if (options.schema.empty() == options.tables.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = "one of the options \"schema\" and \"tables\" is needed, not both",
                  .advice = "set one of them"});
  }
  result<pg_link> opened = pg_link::open(options.connection, stop);
  if (!opened) {
    return opened.error();
  }
  std::unique_ptr<pg_table_set> made(new pg_table_set(*std::move(opened)));
  pg_link::watch const watched(made->link, stop);
  // Locks come before the snapshot, and the list before the locks; so it is compared with what the snapshot has.
  std::optional<error> why;
  for (int attempt = 0; attempt != 3; ++attempt) {
    std::vector<std::string> first;
    result<std::vector<postgres_table>> before = made->look(options, &first, stop);
    if (!before) {
      return before.error();
    }
    if (result<void> const begun = pg_begin(made->link, {}, stop, first); !begun) {
      why = begun.error();
      bool const gone = (*why)->service_code == "42P01" || (*why)->service_code == "3F000";
      if (!gone || !pg_command(made->link, "ROLLBACK", stop)) {
        return *why;
      }
      continue;
    }
    result<std::vector<postgres_table>> const now = made->look(options, nullptr, stop);
    if (now && *now == *before) {
      result<std::optional<std::string>> snapshot = pg_export_snapshot(made->link, stop);
      if (!snapshot) {
        return snapshot.error();
      }
      if (!*snapshot) {
        return made->link.refused(
            errc::unsupported,
            "a connection pooler is in the way, behind which connections may lead to other sessions: "
            "they cannot share a snapshot",
            "connect to the server itself");
      }
      made->tables = *std::move(before);
      made->snapshot = **std::move(snapshot);
      return made;
    }
    why = now ? made->link.refused(errc::source_failed, "tables were made, renamed or dropped at the same time",
                                   "try again when that is over")
              : now.error();
    if (!pg_command(made->link, "ROLLBACK", stop)) {
      return *why;
    }
  }
  return *why;
}

} // namespace detail

COPYTO_DECL postgres_tables::postgres_tables(std::unique_ptr<detail::pg_table_set> set) noexcept
    : set_(std::move(set)) {}
COPYTO_DECL postgres_tables::postgres_tables(postgres_tables&&) noexcept = default;
COPYTO_DECL postgres_tables& postgres_tables::operator=(postgres_tables&&) noexcept = default;
COPYTO_DECL postgres_tables::~postgres_tables() = default;
COPYTO_DECL std::span<postgres_table const> postgres_tables::tables() const noexcept { return set_->tables; }
COPYTO_DECL std::string const& postgres_tables::snapshot() const noexcept { return set_->snapshot; }

COPYTO_DECL result<postgres_tables> postgres_tables::open(postgres_tables_options const& options,
                                                          std::stop_token stop) {
  result<std::unique_ptr<detail::pg_table_set>> set = detail::pg_table_set::open(options, stop);
  if (!set) {
    return set.error();
  }
  return postgres_tables(*std::move(set));
}

COPYTO_DECL result<void> postgres_tables::check(std::stop_token stop) {
  detail::pg_link::watch const watched(set_->link, stop);
  result<detail::pg_rows> const alive = detail::pg_query(set_->link, "SELECT 1", "it does not answer", stop);
  if (alive) {
    return {};
  }
  if (alive.error().is(errc::stopped)) {
    return alive.error();
  }
  return alive.error().with([](error_info& info) {
    info.message = "the session that holds the snapshot of all tables has ended: " + info.message;
    info.code = errc::source_failed;
  });
}

} // namespace copyto

#endif
