// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_SHARDS_HPP
#define COPYTO_SOURCE_SQLITE_SHARDS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/source/shards.hpp>
#include <copyto/source/sqlite.hpp>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace copyto {

namespace detail {
class sqlite_pool;
} // namespace detail

/// Rows of an SQLite table in shards that several connections read, all of them in one snapshot.
///
///     auto source = copyto::sqlite_shards::open("shop.db", {.table = "orders"}, 8).value();
///
/// Shards are ranges of the rowid (sqlite.org/rowidtable.html) of equal widths, and rows come in its order: a table whose
/// rowids have large gaps gives shards of different sizes. Views, queries and tables WITHOUT ROWID are refused by name.
///
/// Each connection has a read transaction of its own. That they see the same is known by `PRAGMA data_version`: nobody has
/// committed since the first began. Where somebody has, in WAL mode, one connection reads all shards, which is a warning.
///
/// Types, values and errors are those of `sqlite_source`. Models `Shardable`.
class sqlite_shards {
public:
  /// Opens the database, types the columns, and cuts into `shards` (0: one for each 256 MiB of the file, at most 1,000).
  /// Errors as of `sqlite_source::open`; unsupported: what has no rowid.
  [[nodiscard]] static result<sqlite_shards> open(std::string const& path, sqlite_options const& options,
                                                  std::uint32_t shards, std::stop_token stop = {});
  sqlite_shards(sqlite_shards&&) noexcept;
  sqlite_shards& operator=(sqlite_shards&&) noexcept;
  ~sqlite_shards();

  [[nodiscard]] schema_view schema() const noexcept;
  [[nodiscard]] std::uint32_t shard_count() const noexcept;
  /// As of `sqlite_source`.
  [[nodiscard]] size_hint hint() const noexcept;
  [[nodiscard]] result<shards_begun> begin_shards(std::uint32_t at_once, std::stop_token stop);
  [[nodiscard]] result<any_source> shard(std::uint32_t index, std::stop_token stop);

private:
  explicit sqlite_shards(std::shared_ptr<detail::sqlite_pool> pool) noexcept;
  std::shared_ptr<detail::sqlite_pool> pool_;
};
static_assert(Shardable<sqlite_shards>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/sqlite_shards.ipp>
#endif

#endif
