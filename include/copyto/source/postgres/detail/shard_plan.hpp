// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_SHARD_PLAN_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_SHARD_PLAN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/source/postgres/detail/session.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

struct postgres_shard_options;

namespace detail {

/// Where shards are cut: one query each, in the order of the rows.
struct pg_shard_plan {
  std::vector<std::string> queries = {};
  std::string how = {}; ///< for people
  std::vector<error> warnings = {};
};

/// What is asked for, before there is a connection.
struct pg_shard_request {
  std::string base = {};     ///< the query of all rows
  std::string ranged = {};   ///< a query with its `{range}`; empty: it has none, or there is a table
  std::string relation = {}; ///< whose pages or values are cut, quoted; empty: none
  std::string key = {};      ///< quoted; empty: by pages
};
[[nodiscard]] result<pg_shard_request> pg_read_shard_request(postgres_shard_options const& options);

/// Decides, in the transaction of the session, whose columns are those of `request.base`.
[[nodiscard]] result<pg_shard_plan> pg_plan_shards(pg_session& session, postgres_shard_options const& options,
                                                   pg_shard_request const& request, std::stop_token const& stop);

/// `query` with `condition(alias)` for each `{range}` (an empty alias) and `{range:alias}` outside of strings, quoted names
/// and comments; nothing: it has none.
[[nodiscard]] std::optional<std::string>
pg_put_range(std::string_view query, std::function<std::string(std::string_view alias)> const& condition);

/// A table without its children, and how many pages it has.
struct pg_heap {
  std::string name = {}; ///< quoted
  std::uint64_t pages = 0;
};
/// Part of a table: pages from `first` to `end`; no `end`: and whatever follows.
struct pg_page_range {
  std::size_t heap = 0;
  std::uint64_t first = 0;
  std::optional<std::uint64_t> end = std::nullopt;
};
/// At most `shards` lists of parts that together are all the tables, in their order, each of about as many pages. Fewer where
/// there are fewer pages; at least one.
[[nodiscard]] std::vector<std::vector<pg_page_range>> pg_cut_pages(std::span<pg_heap const> heaps,
                                                                   std::uint32_t shards);
/// "ctid >= '(7,0)' AND ctid < '(9,0)'"; `prefix` is put in front of each column.
[[nodiscard]] std::string pg_page_condition(pg_page_range const& range, std::string_view prefix);

/// Conditions that together hold once for every row: below the first bound or NULL, from one bound to the next, and from the
/// last one on. `bounds` ascend, and are texts of the column's type.
[[nodiscard]] std::vector<std::string> pg_key_conditions(std::string_view key, std::span<std::string const> bounds);

/// `shards` - 1 of these values, evenly spread, each once: they ascend.
[[nodiscard]] std::vector<std::string> pg_choose_bounds(std::span<std::string const> ascending, std::uint32_t shards);

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/shard_plan.ipp>
#endif

#endif
