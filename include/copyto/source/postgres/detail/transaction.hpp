// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_TRANSACTION_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_TRANSACTION_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/postgres/detail/link.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// What every source of PostgreSQL does: a transaction that reads one snapshot, and a query in it.
namespace copyto::detail {

/// The statement that one of the options `table` and `query` asks for, without what ends it.
[[nodiscard]] result<std::string> pg_chosen_query(std::string const& table, std::string const& query);

struct pg_setting {
  std::string_view name;
  std::string_view value;
};
/// Begins a transaction that reads one snapshot, as far as the server can.
[[nodiscard]] result<void> pg_transaction(pg_link& link, std::stop_token const& stop);
/// The same, in which what the server knows of `settings` is set, and no timeout of role or database counts. `first` are
/// statements that come before the first query, with which the transaction takes its snapshot: locks, or a snapshot to take.
[[nodiscard]] result<void> pg_begin(pg_link& link, std::span<pg_setting const> settings, std::stop_token const& stop,
                                    std::span<std::string const> first = {});
/// Describes a query, as the server parses it by itself: it is one complete statement. (Only such a text is put into
/// another statement.)
[[nodiscard]] result<pg_answer> pg_describe_query(pg_link& link, std::string const& query, std::stop_token const& stop);
[[nodiscard]] error pg_no_columns(pg_link const& link);
/// What the planner expects of a query, before a transaction, which a refusal would end. Nothing is known where the
/// server refuses query or EXPLAIN, or is gone; whoever goes on with the query is told.
[[nodiscard]] size_hint pg_explain(pg_link& link, std::string const& query, std::stop_token const& stop);
/// Reads the first line of what EXPLAIN prints: "Seq Scan on t  (cost=0.00..155.00 rows=10000 width=4)".
[[nodiscard]] size_hint pg_read_plan(std::string_view line) noexcept;
/// The rows of a small query of ours, as text; NULL is empty. `doing`: what an error says could not be done.
using pg_rows = std::vector<std::vector<std::string>>;
[[nodiscard]] result<pg_rows> pg_query(pg_link& link, std::string const& sql, std::string_view doing,
                                       std::stop_token const& stop);
/// Runs a statement that returns nothing.
[[nodiscard]] result<void> pg_command(pg_link& link, std::string const& sql, std::stop_token const& stop);
/// What a transaction begins with to take a snapshot that `pg_export_snapshot` gave; empty: none, and so nothing.
[[nodiscard]] std::vector<std::string> pg_taking(std::string_view snapshot);
/// Exports the transaction's snapshot, so that other sessions can take it while the transaction lasts (pg_export_snapshot).
/// Nothing: a connection pooler is in the way, behind which connections may lead to other sessions.
[[nodiscard]] result<std::optional<std::string>> pg_export_snapshot(pg_link& link, std::stop_token const& stop);
/// How a COPY ended, `rows` rows of which came.
[[nodiscard]] result<void> pg_finish_copy(pg_link& link, std::uint64_t rows, std::stop_token const& stop);
/// The transaction's end: nothing was changed that could be lost.
void pg_commit(pg_link& link, std::stop_token const& stop);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/transaction.ipp>
#endif

#endif
