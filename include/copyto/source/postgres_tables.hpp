// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_TABLES_HPP
#define COPYTO_SOURCE_POSTGRES_TABLES_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace copyto {

namespace detail {
class pg_table_set;
} // namespace detail

/// Which tables of a PostgreSQL database are read together: all of a schema, or those that are named.
struct postgres_tables_options {
  std::string connection = {}; ///< as of `postgres_options`
  /// Its ordinary and partitioned tables, by name; not the partitions of these, views, foreign tables, or what an extension
  /// made. A table that inherits is one of its own, whose rows are also its parent's, as in SQL. Names are folded as in SQL.
  std::string schema = {};
  /// Tables, views or foreign tables, in this order. Names are folded as in `postgres_options::table`.
  std::vector<std::string> tables = {};
};

/// A table, by the names that the catalog has.
struct postgres_table {
  std::string schema = {};
  std::string name = {};
  /// Both in double quotes with a point between them, for `postgres_options::table`.
  std::string quoted = {};

  friend bool operator==(postgres_table const&, postgres_table const&) = default;
};

/// Tables that are exported one by one, all as of one moment: this holds the snapshot, and each export takes it.
///
///     auto all = copyto::postgres_tables::open({.connection = "service=shop", .schema = "sales"}).value();
///     for (auto const& table : all.tables()) {
///       auto rows = copyto::postgres_source::open(
///           {.connection = "service=shop", .table = table.quoted, .snapshot = all.snapshot()}).value();
///       copyto::make_exporter(std::move(rows), copyto::parquet{}, store, {.to = copyto::into("sales/" + table.name)}).run();
///     }
///
/// `open` locks the tables (ACCESS SHARE, as any SELECT does) before the snapshot is taken, so that nobody drops, truncates,
/// rewrites or alters them while this lives (views and foreign tables cannot be locked so). It needs a session of its own,
/// on a primary or a hot standby, and no connection pooler in between.
class postgres_tables {
public:
  /// Errors: not_found (schema or table, or a schema without tables), invalid_argument (neither or both of schema and
  /// tables; a table that is named twice), unsupported (a pooler; a server that has no snapshots to share), source_failed,
  /// and those of a connection.
  [[nodiscard]] static result<postgres_tables> open(postgres_tables_options const& options, std::stop_token stop = {});
  postgres_tables(postgres_tables&&) noexcept;
  postgres_tables& operator=(postgres_tables&&) noexcept;
  ~postgres_tables();

  [[nodiscard]] std::span<postgres_table const> tables() const noexcept;
  /// For `postgres_options::snapshot`.
  [[nodiscard]] std::string const& snapshot() const noexcept;
  /// Whether the session still holds the snapshot: source_failed if not, with the server's words where there are any. One
  /// thread at a time.
  [[nodiscard]] result<void> check(std::stop_token stop = {});

private:
  explicit postgres_tables(std::unique_ptr<detail::pg_table_set> set) noexcept;
  std::unique_ptr<detail::pg_table_set> set_;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/postgres_tables.ipp>
#endif

#endif
