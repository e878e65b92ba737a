// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_HPP
#define COPYTO_SOURCE_SQLITE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/concept.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace copyto {

namespace detail {
struct sqlite_session;
} // namespace detail

/// What to read from an SQLite database: one of `table` and `query`.
struct sqlite_options {
  std::string table = {}; ///< name of a table or view of the main schema, without quotes
  std::string query = {}; ///< one SQL statement that returns rows and changes nothing; no parameters
  bool count = false; ///< `hint` is to know the rows of `table`, which SQLite counts by reading an index or the table
  std::chrono::milliseconds busy_timeout = std::chrono::seconds(5); ///< how long to wait for another program's lock
};

/// Rows of an SQLite table, view or query. Link with SQLite (3.24 or newer).
///
///     auto source = copyto::sqlite_source::open("shop.db", {.table = "orders"}).value();
///
/// The database is opened read-only, and schema, typing pass and rows are one snapshot: a read transaction lasts from
/// `open` to the last row. (While it lasts, a database in rollback-journal mode takes no commits; one in WAL mode does.)
///
/// A column's type follows from its declared type, whose letter case does not matter:
///
/// | declared | column | values |
/// |---|---|---|
/// | `DATE` | date | text `YYYY-MM-DD` |
/// | `DATETIME`, `TIMESTAMP` | timestamp(us), no zone | text `YYYY-MM-DD[ T]HH:MM[:SS[.ffffff]]` |
/// | `BOOLEAN`, `BOOL` | bool | the integers 0 and 1 |
/// | `JSON` | json | text, which is not checked; numbers, reals with the fewest digits |
/// | `DECIMAL(p[,s])`, `NUMERIC(p[,s])` | decimal(p,s) | integers; text; a real whose fewest digits fit the scale |
/// | INTEGER, TEXT, BLOB or REAL affinity | int64, string, binary or double | values of that type; for a double also integers that it can hold exactly |
/// | none (an expression), or any other | int64 if all values are integers, double if integers and reals, binary if blobs, else string | as found |
///
/// (Affinity: sqlite.org/datatype3.html, section 3.1; views and subqueries keep the declared type of a plain column,
/// expressions have none.) Only columns of the last line cost a pass over all rows, one for all of them, in `open`. There,
/// a column without any value is a string, a string column takes numbers as text (reals with the fewest digits that are the
/// same number, and a point), and a column that mixes blobs with other values is refused.
///
/// Every column is optional. A value that does not fit is errc::value_out_of_range and names row (from 1) and column.
///
/// Models `RowSource`. One thread at a time. A stop interrupts a running query.
class sqlite_source {
public:
  /// Opens the file at `path`; one that begins with `file:` is a URI (sqlite.org/uri.html), such as
  /// "file:shop.db?immutable=1" for a read-only medium (refused where there is a write-ahead log). Errors: not_found (file,
  /// table), access_denied, io_failed, invalid_argument (not a database; options; a statement that SQLite refuses, that returns no columns or that is not
  /// the only one), unsupported (a declared type), source_failed (locked, damaged), stopped.
  [[nodiscard]] static result<sqlite_source> open(std::string const& path, sqlite_options const& options,
                                                  std::stop_token stop = {});
  sqlite_source(sqlite_source&&) noexcept;
  sqlite_source& operator=(sqlite_source&&) noexcept;
  ~sqlite_source();

  [[nodiscard]] schema_view schema() const noexcept;
  /// Ends a batch early once its strings come to 1 MiB.
  result<fill_status> fill(batch& rows, std::stop_token stop);
  /// The number of rows, where the typing pass or the option `count` found it. Fixed by `open`.
  [[nodiscard]] size_hint hint() const noexcept;

private:
  explicit sqlite_source(std::unique_ptr<detail::sqlite_session> session) noexcept;
  std::unique_ptr<detail::sqlite_session> session_;
};
static_assert(RowSource<sqlite_source>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/sqlite.ipp>
#endif

#endif
