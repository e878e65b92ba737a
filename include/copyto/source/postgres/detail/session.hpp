// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_SESSION_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_SESSION_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/postgres/detail/catalog.hpp>
#include <copyto/source/postgres/detail/copy_format.hpp>
#include <copyto/source/postgres/detail/link.hpp>
#include <copyto/source/postgres/types.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

struct postgres_options;
enum class postgres_method : std::uint8_t;

namespace detail {

/// The statement that one of the options `table` and `query` asks for, without what ends it.
[[nodiscard]] result<std::string> pg_chosen_query(std::string const& table, std::string const& query);

struct pg_setting {
  std::string_view name;
  std::string_view value;
};
/// Begins a transaction that reads one snapshot, as far as the server can.
[[nodiscard]] result<void> pg_transaction(pg_link& link, std::stop_token const& stop);
/// The same, in which what the server knows of `settings` is set, and no timeout of role or database counts.
[[nodiscard]] result<void> pg_begin(pg_link& link, std::span<pg_setting const> settings, std::stop_token const& stop);
/// Describes a query, as the server parses it by itself: it is one complete statement. (Only such a text is put into
/// another statement.)
[[nodiscard]] result<pg_answer> pg_describe_query(pg_link& link, std::string const& query, std::stop_token const& stop);
[[nodiscard]] error pg_no_columns(pg_link const& link);
/// What the planner expects of a query, before a transaction, which a refusal would end. Nothing is known where the
/// server refuses query or EXPLAIN, or is gone; whoever goes on with the query is told.
[[nodiscard]] size_hint pg_explain(pg_link& link, std::string const& query, std::stop_token const& stop);
/// Reads the first line of what EXPLAIN prints: "Seq Scan on t  (cost=0.00..155.00 rows=10000 width=4)".
[[nodiscard]] size_hint pg_read_plan(std::string_view line) noexcept;
/// Runs a statement that returns nothing.
[[nodiscard]] result<void> pg_command(pg_link& link, std::string const& sql, std::stop_token const& stop);
/// How a COPY ended, `rows` rows of which came; then the transaction's end.
[[nodiscard]] result<void> pg_finish_copy(pg_link& link, std::uint64_t rows, std::stop_token const& stop);

/// A query whose rows are decoded.
class pg_session {
public:
  static result<std::unique_ptr<pg_session>> open(postgres_options const& options, std::stop_token const& stop);
  result<fill_status> fill(batch& rows, std::stop_token const& stop);

  [[nodiscard]] schema_view fields() const noexcept { return fields_.view(); }
  [[nodiscard]] postgres_method method() const noexcept { return method_; }
  [[nodiscard]] size_hint hint() const noexcept { return hint_; }

private:
  explicit pg_session(pg_link link) noexcept;
  /// What the server's catalog says about the columns; nothing where it has none.
  result<pg_catalog> read_catalog(::pg_result const* description, std::stop_token const& stop);
  result<void> take_columns(::pg_result const* description, postgres_options const& options, pg_catalog const& catalog,
                            std::stop_token const& stop);
  void set_columns(std::vector<pg_column> columns);
  /// Nested values come in binary only; where the server sends none, they are strings.
  [[nodiscard]] result<void> flatten();
  [[nodiscard]] error other_columns() const;
  /// COPY, or what the server has instead: a cursor in binary, a cursor as text, or else the plain query.
  result<void> start(std::string const& query, postgres_options const& options, std::stop_token const& stop);
  result<void> start_plain(std::string const& query, postgres_options const& options, std::stop_token const& stop);
  /// The first rows, or the refusal, are then held.
  result<void> start_cursor(std::string const& select, bool binary, std::stop_token const& stop);
  [[nodiscard]] result<void> check_cursor();
  /// Takes the rest of an answer away, and begins a transaction anew.
  result<void> restart(std::stop_token const& stop);
  result<void> fetch(std::stop_token const& stop);
  result<void> stream(std::string const& sql, bool binary, std::stop_token const& stop);
  result<fill_status> fill_copy(batch& rows, std::stop_token const& stop);
  result<fill_status> fill_cursor(batch& rows, std::stop_token const& stop);
  result<std::size_t> append_held(batch& rows);
  [[nodiscard]] error malformed() const;
  [[nodiscard]] error misfit(pg_misfit why, std::size_t column, std::string_view value, bool binary,
                             pg_blame const& blame) const;

  pg_link link_;
  std::vector<pg_column> columns_;
  std::vector<pg_column> flat_columns_; ///< the same without nested ones, if there are any
  copyto::schema fields_;
  postgres_method method_ = {};
  size_hint hint_;
  std::shared_ptr<postgres_options const> late_; ///< with the query that is to begin
  bool fixed_ = false;                           ///< the columns have been shown
  std::uint64_t rows_ = 0;                       ///< appended so far

  // COPY
  pg_message message_;
  std::string_view rest_; ///< of the message
  bool began_ = false;    ///< the header has come
  bool trailer_ = false;  ///< and the trailer

  // cursor
  pg_answer held_;            ///< the next row, or the end of a fetch
  bool binary_ = true;        ///< rows are asked for in binary
  std::uint64_t asked_ = 0;   ///< rows, by the running FETCH
  std::uint64_t fetched_ = 0; ///< rows of it so far
  std::size_t fetched_bytes_ = 0;
  std::string scratch_;
};

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/session.ipp>
#endif

#endif
