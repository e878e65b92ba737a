// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_HPP
#define COPYTO_SOURCE_POSTGRES_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace copyto {

namespace detail {
class pg_session;
} // namespace detail

/// What becomes of PostgreSQL's arrays, composite types and hstore.
enum class postgres_nested : std::uint8_t {
  columns, ///< lists, structs and maps. An array of other dimensions than its column has, or that does not begin at 1, is an error
  text, ///< strings, as PostgreSQL writes them
};

/// What to read from a PostgreSQL database: one of `table` and `query`.
struct postgres_options {
  /// As libpq takes it: "host=db dbname=shop" or "postgresql://db/shop" (postgresql.org/docs/current/libpq-connect.html).
  /// What it does not say comes from libpq's environment variables, service and password files, so that a password need
  /// not be here. The option connect_timeout limits the whole attempt; client_encoding is always UTF8.
  std::string connection = {};
  std::string table =
      {}; ///< `table`, `schema.table`; a part is folded to lower case unless in double quotes, as in SQL
  std::string query = {}; ///< one statement that begins with SELECT, VALUES, WITH or TABLE; no parameters
  /// Type of the numeric columns that declare no precision and scale, or more than 38 digits. std::nullopt: they are
  /// strings.
  std::optional<postgres_decimal> numeric = postgres_decimal{};
  /// What becomes of arrays, composite types and hstore.
  postgres_nested nested = postgres_nested::columns;
  /// `hint` is to know what the server's planner expects of the query: EXPLAIN, before the transaction begins. Nothing
  /// is known where the server has another form of EXPLAIN, or none.
  bool explain = false;
  /// The query begins with the first `fill`, which then has the errors of a query that does not run, and not in `open`,
  /// which waits for its first rows: for a look at the columns.
  bool start_late = false;
  /// A snapshot that another session exported (pg_export_snapshot), as `postgres_tables` does: the rows are what its
  /// transaction sees. That session must still be in the transaction when this one opens.
  std::string snapshot = {};
};

/// The way that the rows come.
enum class postgres_method : std::uint8_t {
  copy_binary,   ///< COPY (query) TO STDOUT (FORMAT binary)
  cursor_binary, ///< FETCH from a cursor, in binary: the server refuses COPY
  cursor_text,   ///< FETCH from a cursor, as text: the server refuses binary, too
  plain_text,    ///< the query by itself, as text: the server has neither COPY nor cursors, and may hold all rows
};
/// "COPY in binary", for messages.
[[nodiscard]] constexpr std::string_view to_string(postgres_method method) noexcept {
  switch (method) {
  case postgres_method::copy_binary: return "COPY in binary";
  case postgres_method::cursor_binary: return "a cursor in binary, since the server has no COPY of queries";
  case postgres_method::cursor_text:
    return "a cursor as text, since the server has no COPY of queries and no binary rows";
  case postgres_method::plain_text:
    return "the plain query as text, since the server has neither COPY of queries nor cursors";
  }
  return "";
}

/// Rows of a PostgreSQL table, view or query, or of a server that speaks its protocol. Link with libpq (14 or newer).
///
///     auto source = copyto::postgres_source::open({.connection = "service=shop", .table = "orders"}).value();
///
/// Schema and rows are one snapshot: a read-only transaction lasts from `open` to the last row, in which no timeout of the
/// role or the database counts (as with pg_dump). A server that only speaks the protocol is asked for what it has:
/// `postgres_method`; where it has no transactions either, the rows are what its one statement sees.
/// Rows are streamed; at a
/// time, libpq holds up to twice the largest row, besides the row itself and its values in the batch.
///
/// | PostgreSQL | column |
/// |---|---|
/// | boolean, smallint, integer, bigint, real, double precision | bool, int16, int32, int64, float, double |
/// | oid | uint32 |
/// | numeric(p,s) of up to 38 digits, counting zeros that a scale outside of 0..p adds | decimal(p,s) |
/// | any other numeric | as the option `numeric` says |
/// | text, varchar, char(n) (with its blanks), name | string |
/// | bytea, uuid, date | binary, uuid, date |
/// | time, timestamp, timestamptz | time(us), timestamp(us), timestamp(us, utc) |
/// | interval | interval |
/// | json, jsonb | json |
/// | enum types | enum |
/// | domains | as the type below |
/// | arrays of these | list; of as many dimensions as the table declares, one where it is no table's column |
/// | composite types of these | struct |
/// | hstore | map of strings |
/// | arrays of any other type | list of strings |
/// | any other (ranges, too: as text every reader can use them, and PostgreSQL takes them back) | string: the value cast to text (inet and xml as they are printed), with DateStyle ISO, IntervalStyle postgres and TimeZone UTC |
///
/// Every column is optional. Of columns with the same name the second becomes `name2`, and so on. A value without a
/// place in its column - a numeric with more digits or NaN, an infinite date or timestamp, 24:00:00, a timestamp or
/// interval beyond 64 bits - is errc::value_out_of_range and names row (from 1) and column; nothing is rounded.
///
/// Models `RowSource`. One thread at a time. A stop ends every wait and asks the server to cancel the query. Errors
/// carry SQLSTATE and the server's words, and never a password.
class postgres_source {
public:
  /// Connects, describes the query and starts it. Errors: unreachable, bad_credentials, access_denied, not_found
  /// (table, schema, database), invalid_argument (options; a query that the server refuses, with the place in it, or
  /// that returns no columns), unsupported, source_failed, stopped.
  [[nodiscard]] static result<postgres_source> open(postgres_options const& options, std::stop_token stop = {});
  postgres_source(postgres_source&&) noexcept;
  postgres_source& operator=(postgres_source&&) noexcept;
  ~postgres_source();

  [[nodiscard]] schema_view schema() const noexcept;
  /// Ends a batch early once its strings come to 1 MiB. Errors besides value_out_of_range: source_failed (the query
  /// failed on the way, or the connection was lost: then transient), bad_answer, stopped.
  result<fill_status> fill(batch& rows, std::stop_token stop);
  /// For verbose output. Fixed by `open`, or by the first `fill` where that begins the query.
  [[nodiscard]] postgres_method method() const noexcept;
  /// Rows and bytes, where the option `explain` asked for them. Fixed by `open`.
  [[nodiscard]] size_hint hint() const noexcept;

private:
  explicit postgres_source(std::unique_ptr<detail::pg_session> session) noexcept;
  std::unique_ptr<detail::pg_session> session_;
};
static_assert(RowSource<postgres_source>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/postgres.ipp>
#endif

#endif
