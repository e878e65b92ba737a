// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_POSTGRES_COPY_IPP
#define COPYTO_SOURCE_IMPL_POSTGRES_COPY_IPP

#include <copyto/source/postgres_copy.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/source/postgres/detail/copy_format.hpp>
#include <copyto/source/postgres/detail/copy_options.hpp>
#include <copyto/source/postgres/detail/link.hpp>
#include <copyto/source/postgres/detail/sql.hpp>
#include <copyto/source/postgres/detail/transaction.hpp>

#include <fmt/format.h>
#include <libpq-fe.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace copyto {

namespace detail {

inline constexpr field pg_copy_fields[] = {{.name = "row", .type = {.id = kind::binary}}};

class pg_copy_session {
public:
  explicit pg_copy_session(pg_link link) noexcept : link(std::move(link)) {}
  result<void> take_framing(bool header, std::stop_token const& stop);
  result<fill_status> fill(batch& rows, std::stop_token const& stop);

  pg_link link;
  copy_framing framing;
  size_hint hint;

private:
  [[nodiscard]] error malformed() const;

  std::vector<pg_message> held_; ///< what the batch borrows
  std::string_view first_;       ///< row that came with the header
  bool trailer_ = false;
  std::uint64_t rows_ = 0;
};

inline error pg_copy_session::malformed() const {
  return link
      .refused(errc::bad_answer, fmt::format("the server's rows are not in the {} format of COPY", framing.format),
               "see what lies between this program and the server")
      .with([&](error_info& info) { info.row = rows_ + 1; });
}

inline result<void> pg_copy_session::take_framing(bool header, std::stop_token const& stop) {
  bool const binary = framing.format == "binary";
  if (!binary && !header) {
    return {};
  }
  pg_message message;
  result<std::string_view> const first = link.next_message(message, stop);
  if (!first) {
    return first.error();
  }
  if (!message) {
    result<void> const ended = pg_finish_copy(link, 0, stop);
    return ended ? malformed() : ended.error(); // an error is what is expected here
  }
  std::size_t size = first->size();
  if (binary) {
    std::optional<std::size_t> const found = pg_copy_header(*first);
    if (!found) {
      return malformed();
    }
    size = *found;
    framing.trailer = pg_copy_trailer;
  }
  framing.header = first->substr(0, size);
  first_ = first->substr(size);
  held_.push_back(std::move(message));
  return {};
}

inline result<fill_status> pg_copy_session::fill(batch& rows, std::stop_token const& stop) {
  if (stop.stop_requested()) {
    return link.stop();
  }
  bool const binary = framing.format == "binary";
  if (first_.empty()) {
    held_.clear();
  }
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count != rows.capacity() && bytes < batch::default_bytes) {
    std::string_view row = std::exchange(first_, {});
    if (row.empty()) {
      pg_message message;
      result<std::string_view> const next = link.next_message(message, stop);
      if (!next) {
        return next.error();
      }
      if (!message) { // the end, or an error instead of it
        result<void> const finished = pg_finish_copy(link, rows_, stop);
        if (!finished) {
          return finished.error();
        }
        if (binary && !trailer_) {
          return malformed();
        }
        pg_commit(link, stop);
        rows.close(count);
        return fill_status::end;
      }
      row = *next;
      held_.push_back(std::move(message));
    }
    if (trailer_ || (binary && row.starts_with(pg_copy_trailer) && row != pg_copy_trailer)) {
      return malformed();
    }
    if (binary && row == pg_copy_trailer) {
      trailer_ = true;
      continue;
    }
    rows.buffer(0).append_view(row);
    bytes += row.size();
    ++count;
    ++rows_;
  }
  rows.close(count);
  return fill_status::more;
}

} // namespace detail

COPYTO_DECL postgres_copy::postgres_copy(std::unique_ptr<detail::pg_copy_session> session) noexcept
    : session_(std::move(session)) {}
COPYTO_DECL postgres_copy::postgres_copy(postgres_copy&&) noexcept = default;
COPYTO_DECL postgres_copy& postgres_copy::operator=(postgres_copy&&) noexcept = default;
COPYTO_DECL postgres_copy::~postgres_copy() = default;
COPYTO_DECL schema_view postgres_copy::schema() const noexcept { return detail::pg_copy_fields; }
COPYTO_DECL size_hint postgres_copy::hint() const noexcept { return session_->hint; }
COPYTO_DECL copy_framing const& postgres_copy::framing() const noexcept { return session_->framing; }

COPYTO_DECL result<postgres_copy> postgres_copy::open(postgres_copy_options const& options, std::stop_token stop) {
  result<detail::pg_copy_options> const read = detail::pg_read_copy_options(options.copy_options);
  if (!read) {
    return read.error();
  }
  result<std::string> const query = detail::pg_chosen_query(options.table, options.query);
  if (!query) {
    return query.error();
  }
  result<detail::pg_link> link = detail::pg_link::open(options.connection, stop);
  if (!link) {
    return link.error();
  }
  auto session = std::make_unique<detail::pg_copy_session>(std::move(*link));
  detail::pg_link::watch const watched(session->link, stop);
  if (options.explain) {
    session->hint.rows = detail::pg_explain(session->link, *query, stop).rows;
  }
  if (result<void> const begun = detail::pg_begin(session->link, {}, stop, detail::pg_taking(options.snapshot));
      !begun) {
    return begun.error();
  }
  result<detail::pg_answer> const description = detail::pg_describe_query(session->link, *query, stop);
  if (!description) {
    return description.error();
  }
  if (read->format == "binary" && !read->encoding.empty()) {
    // In binary the server writes texts in the client's encoding, whatever the option says (utils/adt/varlena.c,
    // textsend). From here on it takes statements to be in that, too.
    if (!is_ascii(*query)) {
      return session->link.refused(
          errc::unsupported,
          "a query with characters outside of ASCII cannot be passed through in binary and another "
          "encoding",
          "make it a view, or choose the format text or csv");
    }
    std::string const set = fmt::format("SET client_encoding = {}", detail::pg_quoted_text(read->encoding));
    if (result<void> const done = detail::pg_command(session->link, set, stop); !done) {
      return done.error();
    }
  }
  // A line break, since the query may end with a comment.
  std::string const copy =
      fmt::format("COPY ({}\n) TO STDOUT{}", *query, read->list.empty() ? "" : fmt::format(" WITH ({})", read->list));
  result<detail::pg_answer> const started = session->link.run(copy, stop);
  if (!started) {
    return started.error();
  }
  if (PQresultStatus(started->get()) != PGRES_COPY_OUT) {
    return session->link.failure(started->get(), "PostgreSQL cannot run COPY with the query and options")
        .with([](error_info& info) {
          info.advice += info.advice.empty() ? "" : "; ";
          info.advice += "a server without COPY of queries can be read without pass-through";
        });
  }
  if (PQnfields(description->get()) == 0) {
    return detail::pg_no_columns(session->link);
  }
  session->framing.format = read->format;
  if (result<void> const framed = session->take_framing(read->header, stop); !framed) {
    return framed.error();
  }
  return postgres_copy(std::move(session));
}

COPYTO_DECL result<fill_status> postgres_copy::fill(batch& rows, std::stop_token stop) {
  detail::pg_link::watch const watched(session_->link, stop);
  return session_->fill(rows, stop);
}

} // namespace copyto

#endif
