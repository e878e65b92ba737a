// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_COPY_HPP
#define COPYTO_SOURCE_POSTGRES_COPY_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/concept.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace copyto {

namespace detail {
class pg_copy_session;
} // namespace detail

/// What to have PostgreSQL format: one of `table` and `query`.
struct postgres_copy_options {
  std::string connection = {}; ///< as in postgres_options
  std::string table = {};      ///< as in postgres_options
  std::string query = {};      ///< as in postgres_options
  /// Options of COPY, as between the parentheses of `COPY ... TO STDOUT WITH (...)`: `format csv, delimiter $$:$$`,
  /// `format binary, encoding WIN1253`. The default of the server is the format text.
  std::string copy_options = {};
  bool explain = false;      ///< as in postgres_options; rows only
  std::string snapshot = {}; ///< as in postgres_options
};

/// What belongs to every file of rows that PostgreSQL formatted.
struct copy_framing {
  std::string header = {};      ///< bytes before the first row: a line of names, or binary's signature
  std::string trailer = {};     ///< bytes behind the last row: binary's end mark
  std::string_view format = {}; ///< "text", "csv" or "binary"
};

/// Rows as the server's COPY formats them, for an encoder that writes them as they are.
///
///     auto source = copyto::postgres_copy::open({.connection = "service=shop", .table = "orders",
///                                                .copy_options = "format csv, header"}).value();
///
/// The schema is one required column "row" of binary values: each is one row of the server's output, with the line end
/// that belongs to it; the header and trailer of the whole are taken off and told by `framing`. Rows are in UTF-8 unless
/// the option `encoding` says otherwise (in binary, too, where the query must then be ASCII); dates and the like follow the settings of the server, database and user.
///
/// Reads one snapshot, in a read-only transaction. At a time, libpq holds up to twice the largest row, besides the rows
/// of one batch. Models `RowSource`. One thread at a time. A stop ends every wait and asks the server to cancel the query.
class postgres_copy {
public:
  /// Connects and starts COPY. Errors as of `postgres_source::open`; unsupported also for another format.
  [[nodiscard]] static result<postgres_copy> open(postgres_copy_options const& options, std::stop_token stop = {});
  postgres_copy(postgres_copy&&) noexcept;
  postgres_copy& operator=(postgres_copy&&) noexcept;
  ~postgres_copy();

  [[nodiscard]] schema_view schema() const noexcept;
  /// Values stay valid until the next fill or the end of the source. Ends a batch early once they come to 1 MiB.
  result<fill_status> fill(batch& rows, std::stop_token stop);
  /// The same for life, and valid as long as the source.
  [[nodiscard]] copy_framing const& framing() const noexcept;
  /// Rows, where the option `explain` asked for them. Fixed by `open`.
  [[nodiscard]] size_hint hint() const noexcept;

private:
  explicit postgres_copy(std::unique_ptr<detail::pg_copy_session> session) noexcept;
  std::unique_ptr<detail::pg_copy_session> session_;
};
static_assert(RowSource<postgres_copy>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/impl/postgres_copy.ipp>
#endif

#endif
