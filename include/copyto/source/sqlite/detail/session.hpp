// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_DETAIL_SESSION_HPP
#define COPYTO_SOURCE_SQLITE_DETAIL_SESSION_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/field.hpp>
#include <copyto/schema/schema.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace copyto {

struct sqlite_options;

namespace detail {

/// An open database with a read transaction and the one statement that is exported.
struct sqlite_session {
  struct column {
    logical_type type = {};
    std::string name = {};
    std::string declared = {}; ///< as in the database's schema, for messages
    bool probed = false;       ///< typed by its values
  };
  struct closer {
    void operator()(sqlite3* db) const noexcept;
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using connection_ptr = std::unique_ptr<sqlite3, closer>;
  using statement_ptr = std::unique_ptr<sqlite3_stmt, closer>;

  std::string path = {};
  connection_ptr connection = {};
  statement_ptr statement = {}; // after the connection: finalized before that closes
  std::vector<column> columns = {};
  copyto::schema fields = {};
  std::uint64_t row = 0;                             ///< rows read so far
  std::optional<std::uint64_t> count = std::nullopt; ///< rows in all, where that is known

  static result<std::unique_ptr<sqlite_session>> open(std::string const& path, sqlite_options const& options,
                                                      std::stop_token stop);
  /// Another connection to the database of `first`, with its columns, in a transaction of its own.
  static result<std::unique_ptr<sqlite_session>> join(sqlite_session const& first, sqlite_options const& options);
  /// The number in the first column of the only row of `sql`; nothing: it is NULL.
  result<std::optional<std::int64_t>> ask(std::string const& sql);
  /// Makes a statement of ours, with the same columns, the one that is exported.
  result<void> begin(std::string const& sql);
  result<void> execute(char const* sql);
  /// The error that SQLite's result code means.
  [[nodiscard]] error failure(int code) const;
  [[nodiscard]] bool is_there() const; ///< the file

  /// Opens the file, without a transaction.
  result<void> connect(sqlite_options const& options);

private:
  result<void> begin_transaction();
  result<void> prepare(sqlite_options const& options);
  result<void> type_columns(std::stop_token stop);
  result<void> probe(std::stop_token stop);
  result<void> count_rows(std::string const& table, std::stop_token stop);
  [[nodiscard]] error refused(std::string_view message, std::string_view advice) const;
  [[nodiscard]] error refused_by_sqlite(std::string_view sql) const;
  [[nodiscard]] error no_such_table(std::string const& table, std::vector<std::string> const& names) const;
  /// Names of tables and views.
  [[nodiscard]] std::vector<std::string> tables() const;
};

/// A name in double quotes, or a text in single ones.
[[nodiscard]] std::string sqlite_quoted(std::string_view name, char quote = '"');

/// Lets a stop interrupt statements as long as this lives: SQLite asks every few thousand instructions.
class sqlite_watch {
public:
  sqlite_watch(sqlite3* db, std::stop_token& stop) noexcept;
  sqlite_watch(sqlite_watch const&) = delete;
  sqlite_watch& operator=(sqlite_watch const&) = delete;
  ~sqlite_watch();

private:
  sqlite3* db_; ///< nullptr: nobody can stop
};

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/sqlite/impl/session.ipp>
#endif

#endif
