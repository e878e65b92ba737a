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
#include <copyto/source/postgres/detail/transaction.hpp>
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

/// A query whose rows are decoded.
class pg_session {
public:
  /// `first`: as of `pg_begin`. `many`: no query is started; `begin` does that, one after another in one transaction.
  static result<std::unique_ptr<pg_session>> open(postgres_options const& options, std::stop_token const& stop,
                                                  std::span<std::string const> first = {}, bool many = false);
  /// Starts a query of the same columns, whose rows `fill` then gives; the one before has been read to its end.
  result<void> begin(std::string const& query, std::stop_token const& stop);
  result<fill_status> fill(batch& rows, std::stop_token const& stop);

  [[nodiscard]] schema_view fields() const noexcept { return fields_.view(); }
  [[nodiscard]] postgres_method method() const noexcept { return method_; }
  [[nodiscard]] size_hint hint() const noexcept { return hint_; }
  /// For queries besides the rows, while none runs.
  [[nodiscard]] pg_link& link() noexcept { return link_; }
  [[nodiscard]] std::vector<pg_column> const& columns() const noexcept { return columns_; }

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
  /// The query with its columns as they are decoded, and COPY of it.
  [[nodiscard]] std::string selected(std::string const& query) const;
  result<pg_answer> copy(std::string const& query, std::stop_token const& stop);
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
  std::vector<std::string> first_; ///< what each transaction begins with
  std::vector<pg_column> columns_;
  std::vector<pg_column> flat_columns_; ///< the same without nested ones, if there are any
  copyto::schema fields_;
  postgres_method method_ = {};
  size_hint hint_;
  std::shared_ptr<postgres_options const> late_; ///< with the query that is to begin
  bool fixed_ = false;                           ///< the columns have been shown
  bool many_ = false;                            ///< queries: none of them ends the transaction
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
