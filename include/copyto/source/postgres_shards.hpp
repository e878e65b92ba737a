// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_SHARDS_HPP
#define COPYTO_SOURCE_POSTGRES_SHARDS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/shards.hpp>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace copyto {

namespace detail {
class pg_shards;
} // namespace detail

/// What to read from a PostgreSQL database by many connections, and how it is cut.
///
/// | `rows` has | `by` is empty: cut by pages | `by` names a column: cut by its values |
/// |---|---|---|
/// | a table | the table's pages; partitions and children one after the other | bounds from the table's statistics |
/// | a query with `{range}` | those of the table `of` | bounds from the statistics of `of`, or counted |
/// | a query without | refused | likewise; the column is one that the query returns |
///
/// `{range}` stands for the condition that cuts; where the table has an alias in the query, write `{range:alias}`.
struct postgres_shard_options {
  /// Connection, table or query, and types. `start_late` has no effect.
  postgres_options rows = {};
  /// How many shards. 0: one for each 256 MiB of the table, at most 1,000.
  std::uint32_t shards = 0;
  std::string by = {}; ///< a column; names are folded as in `postgres_options::table`
  std::string of = {}; ///< with a query only: the table that `{range}` cuts
};

/// Rows of PostgreSQL in shards that many connections read, all of them in one snapshot: what a single transaction would
/// see, whatever others write meanwhile.
///
///     auto source = copyto::postgres_shards::open({.rows = {.connection = "service=shop", .table = "orders"},
///                                                  .shards = 8}).value();
///     copyto::make_exporter(std::move(source), copyto::parquet{}, store, {.to = copyto::into("orders"), .connections = 4});
///
/// `open` locks the table (ACCESS SHARE, as any SELECT does), so that nobody drops, truncates, rewrites or alters it until the
/// export ends, takes the snapshot, and cuts. Each further connection takes the same snapshot (pg_export_snapshot,
/// postgresql.org/docs/current/functions-admin.html, section 9.27.5) and reads one shard after another by COPY. A hot standby
/// can do all that. Where a server gives fewer connections than were asked for, fewer are used, which is a warning; behind a
/// pooler, where connections may lead to other sessions, one.
///
/// - By pages needs PostgreSQL 14 or newer, which reads a range of `ctid` without the pages before it, and tables of the
///   access method heap. Views, foreign tables, and parents whose row security or whose children's rights would give other
///   rows by the parent are refused by name: cut them `by` a column.
/// - By a column: any type that can be ordered; NULLs are in the first shard. Several columns are refused.
/// - Rows come in the order of the shards, within one in that of the table or query; a shard's files depend on its rows alone.
/// - Types, values, errors: as of `postgres_source`. A server that has no COPY of queries is refused.
///
/// Models `Shardable`.
class postgres_shards {
public:
  /// Connects, and decides where to cut. Errors as of `postgres_source::open`; unsupported: what cannot be cut so.
  [[nodiscard]] static result<postgres_shards> open(postgres_shard_options const& options, std::stop_token stop = {});
  postgres_shards(postgres_shards&&) noexcept;
  postgres_shards& operator=(postgres_shards&&) noexcept;
  ~postgres_shards();

  [[nodiscard]] schema_view schema() const noexcept;
  [[nodiscard]] std::uint32_t shard_count() const noexcept;
  /// Rows and bytes of all shards, where `rows.explain` asked for them.
  [[nodiscard]] size_hint hint() const noexcept;
  /// Opens the further connections.
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token stop);
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token stop);
  /// "by pages of "public"."orders"", for verbose output.
  [[nodiscard]] std::string const& how() const noexcept;

private:
  explicit postgres_shards(std::shared_ptr<detail::pg_shards> shards) noexcept;
  std::shared_ptr<detail::pg_shards> shards_;
};
static_assert(Shardable<postgres_shards>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/postgres_shards.ipp>
#endif

#endif
