// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_LINK_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_LINK_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

struct pg_conn;   // libpq's PGconn
struct pg_result; // and PGresult

namespace copyto::detail {

struct pg_freer {
  void operator()(::pg_conn* connection) const noexcept;
  void operator()(::pg_result* answer) const noexcept;
  void operator()(char* message) const noexcept;
};
using pg_answer = std::unique_ptr<::pg_result, pg_freer>;
/// The bytes of one CopyData message, of libpq.
using pg_message = std::unique_ptr<char, pg_freer>;

/// A descriptor that a stop, on any thread, makes readable.
class pg_bell {
public:
  pg_bell() noexcept;
  pg_bell(pg_bell const&) = delete;
  pg_bell& operator=(pg_bell const&) = delete;
  ~pg_bell();
  void ring() const noexcept;
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
  int descriptor_;
};

/// A connection whose every wait ends at a stop. One thread at a time.
class pg_link {
public:
  /// Rings the bell at a stop as long as it lives. Every public function of a source that may wait has one.
  class watch {
  public:
    watch(pg_link const& link, std::stop_token stop) : rings_(std::move(stop), ringer{link.bell_.get()}) {}

  private:
    struct ringer {
      pg_bell const* bell;
      void operator()() const noexcept { bell->ring(); }
    };
    std::stop_callback<ringer> rings_;
  };

  /// Connects, with client_encoding UTF8. `connection` is a string or URI as libpq takes it, and is never repeated in
  /// an error.
  [[nodiscard]] static result<pg_link> open(std::string const& connection, std::stop_token stop);
  pg_link(pg_link&&) noexcept = default;
  pg_link& operator=(pg_link&&) noexcept = default;
  /// Asks the server to cancel what still runs there.
  ~pg_link();

  /// "database at host:port", for messages.
  [[nodiscard]] std::string const& place() const noexcept { return place_; }

  /// PostgreSQL's version, e.g. 150004 for 15.4, as the server tells it.
  [[nodiscard]] int version() const noexcept;
  /// The server's process, as it was told at login.
  [[nodiscard]] int backend() const noexcept;

  /// Runs one statement and returns its only answer: rows, COPY OUT, or nothing.
  [[nodiscard]] result<pg_answer> run(std::string const& sql, std::stop_token const& stop);
  /// Parses a statement and returns the description of its rows.
  [[nodiscard]] result<pg_answer> describe(std::string const& sql, std::stop_token const& stop);
  /// Begins a statement whose rows come one by one through `next`, in binary if that is so asked.
  [[nodiscard]] result<void> stream(std::string const& sql, bool binary);
  /// The next answer, nullptr behind the last.
  [[nodiscard]] result<pg_answer> next(std::stop_token const& stop);
  /// The next message of a COPY; `message` becomes nullptr at its end. Then `next` says how it ended.
  [[nodiscard]] result<std::string_view> next_message(pg_message& message, std::stop_token const& stop);

  /// Asks the server to cancel what runs there; the error for that.
  [[nodiscard]] error stop();

  /// What the server or libpq says of a failure; `row` rows had come. `sql` is the user's query, if the server's
  /// positions count in it, and `doing` what could not be done.
  [[nodiscard]] error failure(::pg_result const* answer, std::string_view doing, std::string_view sql = {},
                              std::size_t rows = 0) const;
  /// An error of our own that names the place.
  [[nodiscard]] error refused(errc code, std::string message, std::string advice) const;

private:
  pg_link() = default;
  [[nodiscard]] result<void> connect(std::string const& connection, std::stop_token const& stop);
  [[nodiscard]] result<void> wait(bool writable, std::stop_token const& stop,
                                  std::optional<std::chrono::steady_clock::time_point> until = std::nullopt);
  [[nodiscard]] error connect_failure() const;
  void cancel() noexcept;

  std::unique_ptr<pg_bell> bell_;
  std::unique_ptr<::pg_conn, pg_freer> connection_;
  std::string place_;
};

/// SQLSTATE of an answer, empty if there is none (postgresql.org/docs/current/errcodes-appendix.html).
[[nodiscard]] std::string_view pg_sqlstate(::pg_result const* answer) noexcept;

/// Why libpq does not take a connection string, in words that repeat nothing of it; empty if it does.
[[nodiscard]] std::string pg_connection_mistake(std::string const& connection);

/// A message of libpq at PQERRORS_VERBOSE: its SQLSTATE, and its text without that and without source locations.
struct pg_verbose_message {
  std::string sqlstate = {};
  std::string text = {};
};
[[nodiscard]] pg_verbose_message pg_read_verbose(std::string_view message);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/link.ipp>
#endif

#endif
