// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_TRANSACTION_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_TRANSACTION_IPP

#include <copyto/source/postgres/detail/transaction.hpp>

#include <copyto/source/postgres/detail/sql.hpp>

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <vector>

namespace copyto::detail {

COPYTO_DECL result<std::string> pg_chosen_query(std::string const& table, std::string const& query) {
  if (table.empty() == query.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = "one of the options \"table\" and \"query\" is needed, not both",
                  .advice = "set one of them"});
  }
  return table.empty() ? pg_trim_query(query) : pg_table_query(table);
}

COPYTO_DECL result<void> pg_command(pg_link& link, std::string const& sql, std::stop_token const& stop) {
  result<pg_answer> const answer = link.run(sql, stop);
  if (!answer) {
    return answer.error();
  }
  if (PQresultStatus(answer->get()) != PGRES_COMMAND_OK) {
    return link.failure(answer->get(), fmt::format("PostgreSQL refuses \"{}\"", sql));
  }
  return {};
}

COPYTO_DECL result<pg_rows> pg_query(pg_link& link, std::string const& sql, std::string_view doing,
                                     std::stop_token const& stop) {
  result<pg_answer> const answer = link.run(sql, stop);
  if (!answer) {
    return answer.error();
  }
  if (PQresultStatus(answer->get()) != PGRES_TUPLES_OK) {
    return link.failure(answer->get(), doing);
  }
  pg_rows rows;
  for (int r = 0; r != PQntuples(answer->get()); ++r) {
    std::vector<std::string>& row = rows.emplace_back();
    for (int c = 0; c != PQnfields(answer->get()); ++c) {
      row.emplace_back(PQgetvalue(answer->get(), r, c));
    }
  }
  return rows;
}

COPYTO_DECL result<void> pg_transaction(pg_link& link, std::stop_token const& stop) {
  // Another server that speaks the protocol need not have isolation levels, or transactions.
  for (char const* const sql : {"BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", "BEGIN"}) {
    result<pg_answer> const answer = link.run(sql, stop);
    if (!answer) {
      return answer.error();
    }
    if (PQresultStatus(answer->get()) == PGRES_COMMAND_OK) {
      break;
    }
  }
  return {};
}

COPYTO_DECL result<void> pg_begin(pg_link& link, std::span<pg_setting const> settings, std::stop_token const& stop,
                                  std::span<std::string const> first) {
  // As pg_dump: no limit of the role or the database ends a long query, and rows come in the order of the table. But where
  // another session holds the snapshot, and locks, a lock that is not to be had at once is behind somebody who waits for
  // that session: for ever, and the server cannot see the circle, since that session waits for nothing in the server.
  bool const joins =
      std::ranges::any_of(first, [](std::string const& s) { return s.starts_with("SET TRANSACTION SNAPSHOT"); });
  char const* const patience = joins ? "10s" : "0";
  pg_setting const always[] = {{"statement_timeout", "0"},
                               {"lock_timeout", patience},
                               {"idle_in_transaction_session_timeout", "0"},
                               {"idle_session_timeout", "0"}, // since 14
                               {"transaction_timeout", "0"},  // since 17
                               {"synchronize_seqscans", "off"},
                               {"standard_conforming_strings", "on"}};
  std::vector<pg_setting> all(std::begin(always), std::end(always));
  all.insert(all.end(), settings.begin(), settings.end());
  if (result<void> begun = pg_transaction(link, stop); !begun) {
    return begun;
  }
  if (joins) { // for the locks among them
    if (result<void> done = pg_command(link, fmt::format("SET LOCAL lock_timeout = '{}'", patience), stop); !done) {
      return done;
    }
  }
  for (std::string const& statement : first) {
    if (result<void> done = pg_command(link, statement, stop); !done) {
      return done;
    }
  }
  // In the transaction, so that they go with it where a pooler gives the connection to somebody else afterwards; and only
  // those that the server has.
  std::string values;
  for (pg_setting const& s : all) {
    values += fmt::format("{}('{}', '{}')", values.empty() ? "" : ", ", s.name, s.value);
  }
  result<pg_answer> const set = link.run(
      fmt::format("SELECT pg_catalog.set_config(s.name, v.value, true) FROM (VALUES {}) AS v(name, value) JOIN "
                  "pg_catalog.pg_settings AS s ON pg_catalog.lower(s.name) = v.name",
                  values),
      stop);
  if (!set) {
    return set.error();
  }
  if (PQresultStatus(set->get()) == PGRES_TUPLES_OK) {
    return {};
  }
  // Another server: whatever it lets itself be told.
  if (result<pg_answer> const back = link.run("ROLLBACK", stop); !back) {
    return back.error();
  }
  for (pg_setting const& s : all) {
    if (result<pg_answer> const answer = link.run(fmt::format("SET {} = '{}'", s.name, s.value), stop); !answer) {
      return answer.error();
    }
  }
  return pg_transaction(link, stop);
}

COPYTO_DECL result<pg_answer> pg_describe_query(pg_link& link, std::string const& query, std::stop_token const& stop) {
  result<pg_answer> description = link.describe(query, stop);
  if (!description) {
    return description;
  }
  if (PQnparams(description->get()) != 0) {
    return link.refused(errc::invalid_argument, "the query has parameters ($1), and there is nothing to bind to them",
                        "write the values into the query");
  }
  return description;
}

COPYTO_DECL error pg_no_columns(pg_link const& link) {
  return link.refused(errc::invalid_argument, "the query returns no columns", "select at least one");
}

COPYTO_DECL size_hint pg_read_plan(std::string_view line) noexcept {
  std::size_t const costs = line.rfind("(cost="); // behind the names of tables
  auto const number = [&](std::string_view name) -> std::optional<std::uint64_t> {
    std::size_t const at = costs == line.npos ? costs : line.find(name, costs);
    std::uint64_t value = 0;
    if (at == line.npos ||
        std::from_chars(line.data() + at + name.size(), line.data() + line.size(), value).ec != std::errc()) {
      return std::nullopt;
    }
    return value;
  };
  size_hint hint{.rows = number(" rows=")};
  std::optional<std::uint64_t> const width = number(" width=");
  if (std::uint64_t bytes = 0; hint.rows && width && !__builtin_mul_overflow(*hint.rows, *width, &bytes)) {
    hint.bytes = bytes;
  }
  return hint;
}

COPYTO_DECL size_hint pg_explain(pg_link& link, std::string const& query, std::stop_token const& stop) {
  if (!pg_describe_query(link, query, stop)) {
    return {};
  }
  result<pg_answer> const plan = link.run("EXPLAIN " + query, stop);
  bool const told = plan && PQresultStatus(plan->get()) == PGRES_TUPLES_OK && PQntuples(plan->get()) > 0;
  return told ? pg_read_plan(PQgetvalue(plan->get(), 0, 0)) : size_hint();
}

COPYTO_DECL std::vector<std::string> pg_taking(std::string_view snapshot) {
  std::vector<std::string> first; // before any query
  if (!snapshot.empty()) {
    first.push_back(fmt::format("SET TRANSACTION SNAPSHOT {}", pg_quoted_text(snapshot)));
  }
  return first;
}

COPYTO_DECL result<std::optional<std::string>> pg_export_snapshot(pg_link& link, std::stop_token const& stop) {
  result<pg_rows> const told = pg_query(link, "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_export_snapshot()",
                                        "PostgreSQL does not share its snapshot with other connections", stop);
  if (!told) {
    return told.error();
  }
  // What a client is told at login is its session's process, unless a pooler stands in between, which makes one up.
  bool const direct = told->front()[0] == std::to_string(link.backend());
  return direct ? std::optional(told->front()[1]) : std::nullopt;
}

COPYTO_DECL result<void> pg_finish_copy(pg_link& link, std::uint64_t rows, std::stop_token const& stop) {
  bool counted = true;
  for (;;) {
    result<pg_answer> const answer = link.next(stop);
    if (!answer) {
      return answer.error();
    }
    if (!*answer) {
      break;
    }
    if (PQresultStatus(answer->get()) != PGRES_COMMAND_OK) {
      return link.failure(answer->get(), "the query failed", {}, rows);
    }
    std::string_view const count = PQcmdTuples(answer->get());
    std::uint64_t sent = 0;
    bool const is_count = std::from_chars(count.data(), count.data() + count.size(), sent).ec == std::errc();
    counted = counted && (!is_count || sent == rows);
  }
  if (!counted) {
    return link.refused(errc::bad_answer, fmt::format("the server counted other rows than the {} that came", rows),
                        "try again; see what lies between this program and the server");
  }
  return {};
}

COPYTO_DECL void pg_commit(pg_link& link, std::stop_token const& stop) { (void)link.run("COMMIT", stop); }

} // namespace copyto::detail

#endif
