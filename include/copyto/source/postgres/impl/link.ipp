// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_LINK_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_LINK_IPP

#include <copyto/source/postgres/detail/link.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/source/postgres/detail/sql.hpp>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace copyto::detail {

COPYTO_DECL void pg_freer::operator()(::pg_conn* connection) const noexcept { PQfinish(connection); }
COPYTO_DECL void pg_freer::operator()(::pg_result* answer) const noexcept { PQclear(answer); }
COPYTO_DECL void pg_freer::operator()(char* message) const noexcept { PQfreemem(message); }

COPYTO_DECL pg_bell::pg_bell() noexcept : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
COPYTO_DECL pg_bell::~pg_bell() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}
COPYTO_DECL void pg_bell::ring() const noexcept {
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const written = ::write(descriptor_, &one, sizeof(one)); // fails only if it rings already
}

// ---- errors ---------------------------------------------------------------------------------------

/// A text of libpq or the server as one line.
inline std::string pg_one_line(std::string_view text) {
  std::string line;
  for (char const c : text) {
    bool const blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank || (!line.empty() && line.back() != ' ')) {
      line.push_back(blank ? ' ' : c);
    }
  }
  while (line.ends_with(' ')) {
    line.pop_back();
  }
  if (!valid_utf8(line)) { // in the encoding of a pass-through
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  return line;
}

COPYTO_DECL std::string_view pg_sqlstate(::pg_result const* answer) noexcept {
  char const* const code = answer == nullptr ? nullptr : PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  return code == nullptr ? std::string_view() : std::string_view(code);
}

COPYTO_DECL error pg_link::refused(errc code, std::string message, std::string advice) const {
  return error({.code = code, .message = std::move(message), .key = place_, .advice = std::move(advice)});
}

/// Code, disposition and advice for a SQLSTATE. Classes are its first two characters.
inline void pg_judge(error_info& info, std::string_view state) {
  std::string_view const group = state.substr(0, 2);
  info.code = errc::source_failed;
  if (state == "42501") {
    info.code = errc::access_denied;
    info.advice = "grant the right to the user, or connect as another";
  } else if (state == "42P01" || state == "3F000" || state == "3D000") {
    info.code = errc::not_found;
    info.advice = "check the name, the database and the search path";
  } else if (group == "28") {
    info.code = errc::bad_credentials;
    info.advice =
        "check user and password (PGPASSWORD, a password file or a service file) and the server's pg_hba.conf";
  } else if (group == "42") {
    info.code = errc::invalid_argument;
    info.advice = "correct the query; psql shows the same error";
  } else if (state == "22023") { // invalid_parameter_value: of COPY or SET
    info.code = errc::invalid_argument;
    info.advice = "correct the option or the query";
  } else if (state == "25006") {
    info.code = errc::invalid_argument;
    info.advice = "the query runs in a read-only transaction and may not change or lock rows";
  } else if (group == "0A") {
    info.code = errc::unsupported;
  } else if (state == "57014") {
    info.advice = "raise the server's statement_timeout for this user, or see who cancelled the query";
  } else if (state == "55P03") { // lock_not_available
    info.disposition = disposition::transient;
    info.advice = "another session changes a table that is read, or waits to: try again once it is done";
  } else if (group == "53" || group == "40" || state.starts_with("57P") || group == "08") {
    info.disposition = disposition::transient;
    info.advice = "try again";
  }
}

COPYTO_DECL error pg_link::failure(::pg_result const* answer, std::string_view doing, std::string_view sql,
                                   std::size_t rows) const {
  std::string_view const state = pg_sqlstate(answer);
  error_info info{.message = std::string(doing),
                  .key = place_,
                  .service_code = state == "00000" ? std::string() : std::string(state)}; // as QuestDB says of errors
  bool const lost = answer == nullptr || PQstatus(connection_.get()) == CONNECTION_BAD;
  if (lost && !state.starts_with("57P")) {
    info.code = errc::source_failed;
    info.disposition = disposition::transient;
    info.service_code.clear();
    std::string const why =
        pg_one_line(answer == nullptr ? PQerrorMessage(connection_.get()) : PQresultErrorMessage(answer));
    info.message = fmt::format("the connection to PostgreSQL was lost{}{}{}",
                               rows == 0 ? "" : fmt::format(" after {} rows", rows), why.empty() ? "" : ": ", why);
    info.advice = "see the server's log and try again";
    return error(std::move(info));
  }
  auto const part = [&](int which) {
    char const* const text = PQresultErrorField(answer, which);
    return pg_one_line(text == nullptr ? "" : text);
  };
  pg_judge(info, state);
  std::string const position = part(PG_DIAG_STATEMENT_POSITION);
  std::size_t at = 0;
  std::from_chars(position.data(), position.data() + position.size(), at);
  if (at != 0 && !sql.empty()) {
    info.message += pg_place(sql, at);
  }
  if (rows != 0) {
    info.message += fmt::format(", after {} rows", rows);
  }
  info.service_text = part(PG_DIAG_MESSAGE_PRIMARY);
  for (char const which : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
    if (std::string const more = part(which); !more.empty()) {
      info.service_text += (info.service_text.empty() ? "" : " - ") + more;
    }
  }
  return error(std::move(info));
}

COPYTO_DECL int pg_link::version() const noexcept { return PQserverVersion(connection_.get()); }

COPYTO_DECL int pg_link::backend() const noexcept { return PQbackendPID(connection_.get()); }

COPYTO_DECL error pg_link::stop() {
  cancel();
  return error({.code = errc::stopped, .message = "a stop was requested while waiting for PostgreSQL", .key = place_});
}

COPYTO_DECL void pg_link::cancel() noexcept {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK &&
      PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE) {
    if (PGcancel* const request = PQgetCancel(connection_.get())) {
      char why[256];
      PQcancel(request, why, sizeof(why)); // a courtesy: closing the connection ends the query, too, only later
      PQfreeCancel(request);
    }
  }
}

COPYTO_DECL pg_link::~pg_link() { cancel(); }

// ---- connecting -----------------------------------------------------------------------------------

/// Whether the name of the database in a URI has a character that would be a password's: libpq takes what stands behind the
/// first slash for it, and its errors show it.
COPYTO_COLD bool pg_odd_database(std::string_view uri) noexcept {
  std::size_t const scheme = uri.find("://");
  if (!uri.starts_with("postgres") || scheme == uri.npos) {
    return false;
  }
  uri = uri.substr(0, uri.find('?')).substr(scheme + 3);
  std::size_t const slash = uri.find('/');
  return slash != uri.npos && uri.find_first_of("@/", slash + 1) != uri.npos;
}

COPYTO_DECL std::string pg_connection_mistake(std::string const& connection) {
  if (connection.find('\0') != std::string::npos) {
    return "it has a NUL byte";
  }
  if (!connection.starts_with("postgresql://") && !connection.starts_with("postgres://") &&
      connection.find('=') == std::string::npos) {
    return connection.empty() ? "" : "it is neither a URI nor a list of name=value";
  }
  // Not libpq's own words: they quote the part at fault, which may be one of a password.
  char* words = nullptr;
  struct options_freer {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
  };
  std::unique_ptr<PQconninfoOption, options_freer> const options(PQconninfoParse(connection.c_str(), &words));
  pg_message const message(words);
  if (!options) {
    std::string_view const text = words == nullptr ? "" : words;
    struct kind {
      std::string_view said;
      char const* meant;
    };
    constexpr kind kinds[] = {
        {"missing \"=\"", "a word has no \"=\" behind it; put values with blanks in single quotes"},
        {"unterminated quoted string", "a quote has no end"},
        {"invalid connection option", "it names an option that libpq does not have"},
        {"invalid URI query parameter", "a parameter behind the \"?\" is one that libpq does not have"},
        {"percent-encoded", "a \"%\" is not followed by two hexadecimal digits that make a character"},
        {"IPv6", "an IPv6 address is not in square brackets"}};
    auto const* const found =
        std::find_if(std::begin(kinds), std::end(kinds), [&](kind const& k) { return text.find(k.said) != text.npos; });
    return found == std::end(kinds) ? "libpq does not understand it" : found->meant;
  }
  if (pg_odd_database(connection)) {
    return "its database has a \"@\" or \"/\"; in a URI, write special characters of user, password and database as "
           "%40 and so on";
  }
  for (PQconninfoOption const* o = options.get(); o->keyword != nullptr; ++o) {
    std::string_view const name = o->keyword;
    std::string_view const value = o->val == nullptr ? "" : o->val;
    // An "@" or "/" in a URI's password shifts the parts, and libpq's errors would show pieces of it.
    if ((name == "host" && value.find('@') != value.npos) ||
        (name == "port" && value.find_first_not_of("0123456789, ") != value.npos)) {
      return fmt::format("its {} has a character that belongs to none; in a URI, write special characters of user and "
                         "password as %40 and so on",
                         name);
    }
  }
  return {};
}

COPYTO_DECL pg_verbose_message pg_read_verbose(std::string_view message) {
  pg_verbose_message read;
  while (!message.empty()) {
    std::size_t const end = std::min(message.find('\n'), message.size());
    std::string_view line = message.substr(0, end);
    message.remove_prefix(std::min(end + 1, message.size()));
    if (line.starts_with("LOCATION:")) {
      continue;
    }
    // "FATAL:  28P01: password authentication failed": five capital letters or digits between colons
    for (std::size_t at = line.find(":  "); at != line.npos; at = line.find(":  ", at + 1)) {
      std::string_view const code = line.substr(at + 3, 5);
      if (code.size() == 5 && line.substr(at + 8).starts_with(": ") &&
          code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == code.npos) {
        read.sqlstate = code;
        read.text += line.substr(0, at + 2);
        line.remove_prefix(at + 9);
        break;
      }
    }
    read.text += line;
    read.text += '\n';
  }
  read.text = pg_one_line(read.text);
  return read;
}

COPYTO_DECL error pg_link::connect_failure() const {
  pg_verbose_message const said = pg_read_verbose(PQerrorMessage(connection_.get()));
  error_info info{.key = place_, .service_code = said.sqlstate};
  info.message = fmt::format("cannot connect to PostgreSQL: {}", said.text);
  if (PQconnectionNeedsPassword(connection_.get()) != 0) {
    info.code = errc::bad_credentials;
    info.advice = "give the password in PGPASSWORD, a password file or a service file";
  } else if (said.sqlstate.empty()) {
    info.code = errc::unreachable;
    info.disposition = disposition::transient;
    info.advice = "check host and port, and that the server runs";
  } else {
    pg_judge(info, said.sqlstate);
  }
  return error(std::move(info));
}

COPYTO_DECL result<void> pg_link::connect(std::string const& connection, std::stop_token const& stop) {
  // The last ones win over what the string says.
  char const* const names[] = {"fallback_application_name", "dbname", "client_encoding", nullptr};
  char const* const values[] = {"copyto", connection.c_str(), "UTF8", nullptr};
  connection_.reset(PQconnectStartParams(names, values, 1));
  if (!connection_) {
    return error(errc::io_failed, "libpq has no memory for a connection");
  }
  PGconn* const c = connection_.get();
  // So that a message has its SQLSTATE: at this stage there is no answer to ask for it.
  PQsetErrorVerbosity(c, PQERRORS_VERBOSE);
  auto const word = [](char const* text) { return std::string_view(text == nullptr ? "" : text); };
  place_ = fmt::format("{} at {}:{}", word(PQdb(c)), word(PQhost(c)), word(PQport(c)));
  if (PQstatus(c) == CONNECTION_BAD) {
    return connect_failure();
  }
  // libpq leaves connect_timeout to those who poll.
  std::optional<std::chrono::steady_clock::time_point> until;
  PQconninfoOption* const options = PQconninfo(c);
  for (PQconninfoOption const* o = options; o != nullptr && o->keyword != nullptr; ++o) {
    if (std::strcmp(o->keyword, "connect_timeout") == 0 && o->val != nullptr) {
      int seconds = 0;
      std::from_chars(o->val, o->val + std::strlen(o->val), seconds);
      if (seconds > 0) {
        until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
      }
    }
  }
  PQconninfoFree(options);
  for (PostgresPollingStatusType step = PGRES_POLLING_WRITING; step != PGRES_POLLING_OK; step = PQconnectPoll(c)) {
    if (step == PGRES_POLLING_FAILED) {
      return connect_failure();
    }
    if (result<void> ready = wait(step == PGRES_POLLING_WRITING, stop, until); !ready) {
      return ready;
    }
  }
  PQsetErrorVerbosity(c, PQERRORS_DEFAULT);
  PQsetNoticeProcessor(
      c, [](void*, char const*) {}, nullptr); // a library does not write to stderr
  return {};
}

COPYTO_DECL result<pg_link> pg_link::open(std::string const& connection, std::stop_token stop) {
  if (std::string const mistake = pg_connection_mistake(connection); !mistake.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("the connection string is not one that libpq takes: {}", mistake),
                  .advice = "see postgresql.org/docs/current/libpq-connect.html, \"Connection Strings\""});
  }
  pg_link link;
  link.bell_ = std::make_unique<pg_bell>();
  if (link.bell_->descriptor() < 0) {
    return error({.code = errc::io_failed,
                  .message = fmt::format("cannot make an event descriptor: {}", std::generic_category().message(errno)),
                  .advice = "check the limit of open files"});
  }
  watch const watched(link, stop);
  result<void> connected = link.connect(connection, stop);
  if (!connected) {
    return connected.error();
  }
  return link;
}

// ---- waiting --------------------------------------------------------------------------------------

COPYTO_DECL result<void> pg_link::wait(bool writable, std::stop_token const& stop,
                                       std::optional<std::chrono::steady_clock::time_point> until) {
  for (;;) {
    if (stop.stop_requested()) {
      return this->stop();
    }
    int timeout = -1;
    if (until) {
      auto const left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now()).count();
      if (left <= 0) {
        return error({.code = errc::unreachable,
                      .disposition = disposition::transient,
                      .message = "cannot connect to PostgreSQL within the connect_timeout",
                      .key = place_,
                      .advice = "check host and port, and that the server runs"});
      }
      timeout = static_cast<int>(std::min<std::int64_t>(left, 1'000'000'000));
    }
    pollfd waited[] = {
        {.fd = PQsocket(connection_.get()), .events = static_cast<short>(writable ? POLLOUT : POLLIN), .revents = 0},
        {.fd = bell_->descriptor(), .events = POLLIN, .revents = 0}};
    if (waited[0].fd < 0) {
      return {}; // lost: libpq has something to say about it
    }
    int const ready = ::poll(waited, 2, timeout);
    if (ready < 0 && errno != EINTR) {
      return error({.code = errc::io_failed,
                    .message = fmt::format("cannot wait for PostgreSQL: {}", std::generic_category().message(errno)),
                    .key = place_});
    }
    if (ready > 0 && waited[0].revents != 0) {
      return {};
    }
    if (ready > 0 && !stop.stop_requested()) { // rung by a token of an earlier call
      std::uint64_t rings = 0;
      [[maybe_unused]] auto const taken = ::read(bell_->descriptor(), &rings, sizeof(rings));
    }
  }
}

COPYTO_DECL result<pg_answer> pg_link::next(std::stop_token const& stop) {
  while (PQisBusy(connection_.get()) != 0) {
    if (result<void> ready = wait(false, stop); !ready) {
      return ready.error();
    }
    if (PQconsumeInput(connection_.get()) == 0) {
      break; // PQgetResult then tells what came before the end
    }
  }
  return pg_answer(PQgetResult(connection_.get()));
}

COPYTO_DECL result<std::string_view> pg_link::next_message(pg_message& message, std::stop_token const& stop) {
  for (bool alive = true;;) {
    char* bytes = nullptr;
    int const size = PQgetCopyData(connection_.get(), &bytes, 1);
    message.reset(bytes);
    if (size > 0) {
      return std::string_view(bytes, static_cast<std::size_t>(size));
    }
    if (size < 0 || !alive) {
      message.reset();
      return std::string_view();
    }
    if (result<void> ready = wait(false, stop); !ready) {
      return ready.error();
    }
    alive = PQconsumeInput(connection_.get()) != 0;
  }
}

// ---- statements -----------------------------------------------------------------------------------

COPYTO_DECL result<pg_answer> pg_link::run(std::string const& sql, std::stop_token const& stop) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) {
    return failure(nullptr, "");
  }
  result<pg_answer> first = next(stop);
  if (!first || !*first || PQresultStatus(first->get()) == PGRES_COPY_OUT) {
    return first && !*first ? result<pg_answer>(failure(nullptr, "")) : std::move(first);
  }
  for (;;) { // up to the end of the statement, where the connection is free again
    result<pg_answer> rest = next(stop);
    if (!rest) {
      return rest;
    }
    if (!*rest) {
      return first;
    }
  }
}

COPYTO_DECL result<pg_answer> pg_link::describe(std::string const& sql, std::stop_token const& stop) {
  result<pg_answer> described = pg_answer();
  for (bool const prepare : {true, false}) {
    if ((prepare ? PQsendPrepare(connection_.get(), "", sql.c_str(), 0, nullptr)
                 : PQsendDescribePrepared(connection_.get(), "")) == 0) {
      return failure(nullptr, "");
    }
    described = next(stop);
    for (result<pg_answer> rest = pg_answer(); described && *described;) {
      rest = next(stop);
      if (!rest) {
        return rest;
      }
      if (!*rest) {
        break;
      }
    }
    if (!described) {
      return described;
    }
    if (!*described) {
      return failure(nullptr, "");
    }
    if (PQresultStatus(described->get()) != PGRES_COMMAND_OK) {
      return failure(described->get(), "PostgreSQL refuses the query", sql);
    }
  }
  return described;
}

COPYTO_DECL result<void> pg_link::stream(std::string const& sql, bool binary) {
  if (PQsendQueryParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, binary ? 1 : 0) == 0 ||
      PQsetSingleRowMode(connection_.get()) == 0) {
    return failure(nullptr, "");
  }
  return {};
}

} // namespace copyto::detail

#endif
