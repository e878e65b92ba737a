// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_SOURCE_POSTGRES_SESSION_IPP
#define COPYTO_IMPL_SOURCE_POSTGRES_SESSION_IPP

#include <copyto/source/postgres/session.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/postgres/sql.hpp>
#include <copyto/source/postgres/values.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

namespace copyto::detail {

// ---- what both sources do -------------------------------------------------------------------------

COPYTO_DECL result<std::string> pg_chosen_query(std::string const& table, std::string const& query) {
  if (table.empty() == query.empty()) {
    return error({.code = errc::invalid_argument,
                  .message = "one of the options \"table\" and \"query\" is needed, not both",
                  .advice = "set one of them"});
  }
  return table.empty() ? pg_trim_query(query) : pg_table_query(table);
}

COPYTO_DECL result<void> pg_command(pg_link& link, std::string const& sql, std::stop_token const& stop) {
  result<pg_answer> const answer = link.run(sql, stop);
  if (!answer) {
    return answer.error();
  }
  if (PQresultStatus(answer->get()) != PGRES_COMMAND_OK) {
    return link.failure(answer->get(), fmt::format("PostgreSQL refuses \"{}\"", sql));
  }
  return {};
}

COPYTO_DECL result<void> pg_begin(pg_link& link, std::span<pg_setting const> settings, std::stop_token const& stop) {
  for (pg_setting const& setting : settings) {
    std::string const sql = fmt::format("SET {} = '{}'", setting.name, setting.value);
    result<pg_answer> const answer = link.run(sql, stop);
    if (!answer) {
      return answer.error();
    }
    // 42704: another server that speaks the protocol need not have all of them.
    if (PQresultStatus(answer->get()) != PGRES_COMMAND_OK && pg_sqlstate(answer->get()) != "42704") {
      return link.failure(answer->get(), fmt::format("PostgreSQL refuses \"{}\"", sql));
    }
  }
  return pg_command(link, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", stop);
}

COPYTO_DECL result<pg_answer> pg_describe_query(pg_link& link, std::string const& query, std::stop_token const& stop) {
  result<pg_answer> description = link.describe(query, stop);
  if (!description) {
    return description;
  }
  if (PQnparams(description->get()) != 0) {
    return link.refused(errc::invalid_argument, "the query has parameters ($1), and there is nothing to bind to them",
                        "write the values into the query");
  }
  if (PQnfields(description->get()) == 0) {
    return link.refused(errc::invalid_argument, "the query returns no columns", "select at least one");
  }
  return description;
}

COPYTO_DECL size_hint pg_read_plan(std::string_view line) noexcept {
  std::size_t const costs = line.rfind("(cost="); // behind the names of tables
  auto const number = [&](std::string_view name) -> std::optional<std::uint64_t> {
    std::size_t const at = costs == line.npos ? costs : line.find(name, costs);
    std::uint64_t value = 0;
    if (at == line.npos ||
        std::from_chars(line.data() + at + name.size(), line.data() + line.size(), value).ec != std::errc()) {
      return std::nullopt;
    }
    return value;
  };
  size_hint hint{.rows = number(" rows=")};
  std::optional<std::uint64_t> const width = number(" width=");
  if (std::uint64_t bytes = 0; hint.rows && width && !__builtin_mul_overflow(*hint.rows, *width, &bytes)) {
    hint.bytes = bytes;
  }
  return hint;
}

COPYTO_DECL size_hint pg_explain(pg_link& link, std::string const& query, std::stop_token const& stop) {
  if (!pg_describe_query(link, query, stop)) {
    return {};
  }
  result<pg_answer> const plan = link.run("EXPLAIN " + query, stop);
  bool const told = plan && PQresultStatus(plan->get()) == PGRES_TUPLES_OK && PQntuples(plan->get()) > 0;
  return told ? pg_read_plan(PQgetvalue(plan->get(), 0, 0)) : size_hint();
}

COPYTO_DECL result<void> pg_finish_copy(pg_link& link, std::uint64_t rows, std::stop_token const& stop) {
  bool counted = true;
  for (;;) {
    result<pg_answer> const answer = link.next(stop);
    if (!answer) {
      return answer.error();
    }
    if (!*answer) {
      break;
    }
    if (PQresultStatus(answer->get()) != PGRES_COMMAND_OK) {
      return link.failure(answer->get(), "the query failed", {}, rows);
    }
    std::string_view const count = PQcmdTuples(answer->get());
    std::uint64_t sent = 0;
    bool const is_count = std::from_chars(count.data(), count.data() + count.size(), sent).ec == std::errc();
    counted = counted && (!is_count || sent == rows);
  }
  if (!counted) {
    return link.refused(errc::bad_answer, fmt::format("the server counted other rows than the {} that came", rows),
                        "try again; see what lies between this program and the server");
  }
  (void)link.run("COMMIT", stop); // nothing was changed that could be lost
  return {};
}

// ---- opening --------------------------------------------------------------------------------------

COPYTO_DECL pg_session::pg_session(pg_link link) noexcept : link_(std::move(link)) {}

COPYTO_DECL result<std::unique_ptr<pg_session>> pg_session::open(postgres_options const& options,
                                                                 std::stop_token const& stop) {
  if (options.numeric && (options.numeric->precision < 1 || options.numeric->precision > 38 ||
                          options.numeric->scale < 0 || options.numeric->scale > options.numeric->precision)) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("the option \"numeric\" is ({},{}), which is no decimal type",
                                         options.numeric->precision, options.numeric->scale),
                  .advice = "choose 1 to 38 digits and a scale within them"});
  }
  result<std::string> const query = pg_chosen_query(options.table, options.query);
  if (!query) {
    return query.error();
  }
  result<pg_link> link = pg_link::open(options.connection, stop);
  if (!link) {
    return link.error();
  }
  std::unique_ptr<pg_session> made(new pg_session(std::move(*link)));
  pg_link::watch const watched(made->link_, stop);
  if (options.explain) {
    made->hint_ = pg_explain(made->link_, *query, stop);
  }
  // The forms that values are cast to and that the text fallback reads; and a reader may be slow.
  constexpr pg_setting settings[] = {{"standard_conforming_strings", "on"},
                                     {"datestyle", "ISO"},
                                     {"intervalstyle", "postgres"},
                                     {"timezone", "UTC"},
                                     {"extra_float_digits", "3"},
                                     {"bytea_output", "hex"},
                                     {"idle_in_transaction_session_timeout", "0"}};
  if (result<void> const begun = pg_begin(made->link_, settings, stop); !begun) {
    return begun.error();
  }
  result<pg_answer> const description = pg_describe_query(made->link_, *query, stop);
  if (!description) {
    return description.error();
  }
  result<void> done = made->take_columns(description->get(), options, stop);
  done = done ? made->start(*query, stop) : done;
  if (!done) {
    return done.error();
  }
  return made;
}

COPYTO_DECL result<void> pg_session::take_columns(::pg_result const* description, postgres_options const& options,
                                                  std::stop_token const& stop) {
  int const count = PQnfields(description);
  std::set<std::uint32_t> unknown;
  for (int c = 0; c != count; ++c) {
    if (pg_defined_by_users(PQftype(description, c))) {
      unknown.insert(PQftype(description, c));
    }
  }
  std::set<std::uint32_t> enums;
  if (!unknown.empty()) {
    result<pg_answer> const found = link_.run(
        fmt::format("SELECT oid FROM pg_catalog.pg_type WHERE typtype = 'e' AND oid IN ({})", fmt::join(unknown, ",")),
        stop);
    if (!found) {
      return found.error();
    }
    if (PQresultStatus(found->get()) != PGRES_TUPLES_OK) {
      return link_.failure(found->get(), "PostgreSQL does not say which types are enums");
    }
    for (int i = 0; i != PQntuples(found->get()); ++i) {
      std::string_view const text(PQgetvalue(found->get(), i, 0));
      std::uint32_t oid = 0;
      std::from_chars(text.data(), text.data() + text.size(), oid);
      enums.insert(oid);
    }
  }
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (int c = 0; c != count; ++c) {
    names.emplace_back(PQfname(description, c));
  }
  names = pg_unique_names(std::move(names));
  std::vector<field> fields;
  fields.reserve(static_cast<std::size_t>(count));
  for (int c = 0; c != count; ++c) {
    std::uint32_t const oid = PQftype(description, c);
    columns_.push_back(pg_column_of(oid, PQfmod(description, c), enums.contains(oid), options.numeric));
    columns_.back().name = std::move(names[static_cast<std::size_t>(c)]);
  }
  for (pg_column const& column : columns_) {
    fields.push_back({.name = column.name, .type = column.type, .optional = true});
  }
  fields_ = copyto::schema(fields);
  return {};
}

/// What a server says that does not know a kind of statement, or not for all queries.
inline bool pg_lacks(::pg_result const* answer) noexcept {
  std::string_view const state = pg_sqlstate(answer);
  return state.starts_with("0A") || state == "42601";
}

COPYTO_DECL result<void> pg_session::start(std::string const& query, std::stop_token const& stop) {
  std::string list;
  std::string aliases;
  for (std::size_t c = 0; c != columns_.size(); ++c) {
    list += fmt::format("{}q.c{}{}", c == 0 ? "" : ", ", c + 1, columns_[c].cast ? "::text" : "");
    aliases += fmt::format("{}c{}", c == 0 ? "" : ", ", c + 1);
  }
  // A line break, since the query may end with a comment.
  std::string const select = fmt::format("SELECT {} FROM ({}\n) AS q({})", list, query, aliases);
  result<pg_answer> const copy = link_.run(fmt::format("COPY ({}) TO STDOUT (FORMAT binary)", select), stop);
  if (!copy) {
    return copy.error();
  }
  if (PQresultStatus(copy->get()) == PGRES_COPY_OUT) {
    return {};
  }
  if (!pg_lacks(copy->get())) {
    return link_.failure(copy->get(), "PostgreSQL cannot run the query");
  }
  result<void> started = start_cursor(select, true, stop);
  if (started && held_ && pg_lacks(held_.get())) {
    started = start_cursor(select, false, stop);
  }
  if (started && (PQresultStatus(held_.get()) == PGRES_FATAL_ERROR)) {
    return link_.failure(held_.get(), "PostgreSQL cannot run the query");
  }
  if (!started) {
    return started;
  }
  // A server may answer in text though binary was asked for: the answer says how it is.
  bool const binary = PQfformat(held_.get(), 0) == 1;
  method_ = binary ? postgres_method::cursor_binary : postgres_method::cursor_text;
  for (std::size_t c = 0; c != columns_.size(); ++c) {
    int const i = static_cast<int>(c);
    if (PQnfields(held_.get()) != static_cast<int>(columns_.size()) || PQftype(held_.get(), i) != columns_[c].oid ||
        (PQfformat(held_.get(), i) == 1) != binary) {
      return link_.refused(errc::bad_answer, "the cursor returns other columns than the query was described with",
                           "try again; tables may have been changed");
    }
  }
  return {};
}

COPYTO_DECL result<void> pg_session::start_cursor(std::string const& select, bool binary, std::stop_token const& stop) {
  held_.reset();
  for (;;) { // the rest of a FETCH that was refused
    result<pg_answer> next = link_.next(stop);
    if (!next) {
      return next.error();
    }
    if (!*next) {
      break;
    }
  }
  for (char const* const sql : {"ROLLBACK", "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"}) {
    if (result<void> done = pg_command(link_, sql, stop); !done) {
      return done;
    }
  }
  result<pg_answer> const declared = link_.run("DECLARE copyto_rows NO SCROLL CURSOR FOR " + select, stop);
  if (!declared) {
    return declared.error();
  }
  if (PQresultStatus(declared->get()) != PGRES_COMMAND_OK) {
    return link_.failure(declared->get(), "PostgreSQL cannot run the query");
  }
  binary_ = binary;
  return fetch(stop);
}

// ---- rows -----------------------------------------------------------------------------------------

COPYTO_DECL error pg_session::malformed() const {
  return link_
      .refused(errc::bad_answer, "the server's rows are not in the binary format of COPY",
               "see what lies between this program and the server")
      .with([&](error_info& info) { info.row = rows_ + 1; });
}

COPYTO_DECL error pg_session::misfit(pg_misfit why, std::size_t column, std::string_view value, bool binary) const {
  return pg_misfit_error(why, columns_[column], value, binary, rows_ + 1).with([&](error_info& info) {
    info.key = link_.place();
  });
}

COPYTO_DECL result<fill_status> pg_session::fill(batch& rows, std::stop_token const& stop) {
  pg_link::watch const watched(link_, stop);
  if (stop.stop_requested()) {
    return link_.stop();
  }
  return method_ == postgres_method::copy_binary ? fill_copy(rows, stop) : fill_cursor(rows, stop);
}

COPYTO_DECL result<fill_status> pg_session::fill_copy(batch& rows, std::stop_token const& stop) {
  std::size_t copied = 0;
  std::size_t count = 0;
  while (count != rows.capacity() && copied < batch::default_bytes) {
    if (rest_.empty()) {
      result<std::string_view> const next = link_.next_message(message_, stop);
      if (!next) {
        return next.error();
      }
      if (!message_) { // the end, or an error instead of it
        result<void> const finished = pg_finish_copy(link_, rows_, stop);
        if (!finished) {
          return finished.error();
        }
        if (!trailer_) {
          return malformed();
        }
        rows.close(count);
        return fill_status::end;
      }
      rest_ = *next;
      if (!began_) {
        std::optional<std::size_t> const header = pg_copy_header(rest_);
        if (!header) {
          return malformed();
        }
        rest_.remove_prefix(*header);
        began_ = true;
        continue;
      }
    }
    pg_row const row = trailer_ ? pg_row{.is = pg_row::outcome::malformed} : pg_append_row(rows, columns_, rest_);
    rest_.remove_prefix(row.size);
    switch (row.is) {
    case pg_row::outcome::appended:
      copied += row.copied;
      ++count;
      ++rows_;
      break;
    case pg_row::outcome::trailer: trailer_ = true; break;
    case pg_row::outcome::malformed: return malformed();
    case pg_row::outcome::misfit: return misfit(row.why, row.column, row.value, true);
    }
  }
  rows.close(count);
  return fill_status::more;
}

COPYTO_DECL result<void> pg_session::fetch(std::stop_token const& stop) {
  // About 4 MiB of rows at a time, so that a server that prepares a whole fetch is bounded, too.
  constexpr std::uint64_t bytes = 4 * MiB;
  asked_ = fetched_ == 0 ? 100 : std::clamp<std::uint64_t>(bytes / (fetched_bytes_ / fetched_ + 1), 1, 10'000);
  fetched_ = 0;
  fetched_bytes_ = 0;
  if (result<void> sent = link_.stream(fmt::format("FETCH FORWARD {} FROM copyto_rows", asked_), binary_); !sent) {
    return sent;
  }
  result<pg_answer> next = link_.next(stop);
  if (!next) {
    return next.error();
  }
  held_ = std::move(*next);
  return held_ ? result<void>() : result<void>(link_.failure(nullptr, "", {}, rows_));
}

COPYTO_DECL result<std::size_t> pg_session::append_held(batch& rows) {
  bool const binary = method_ == postgres_method::cursor_binary;
  std::size_t copied = 0;
  for (std::size_t c = 0; c != columns_.size(); ++c) {
    int const i = static_cast<int>(c);
    if (PQgetisnull(held_.get(), 0, i) != 0) {
      rows.buffer(c).append_null();
      continue;
    }
    std::string_view const value(PQgetvalue(held_.get(), 0, i),
                                 static_cast<std::size_t>(PQgetlength(held_.get(), 0, i)));
    pg_misfit const why = binary ? pg_append_binary(rows.buffer(c), columns_[c], value)
                                 : pg_append_text(rows.buffer(c), columns_[c], value, scratch_);
    if (why != pg_misfit::none) {
      return misfit(why, c, value, binary);
    }
    fetched_bytes_ += value.size();
    copied += is_bytes(columns_[c].type.id) ? value.size() : 0;
  }
  return copied;
}

COPYTO_DECL result<fill_status> pg_session::fill_cursor(batch& rows, std::stop_token const& stop) {
  std::size_t copied = 0;
  std::size_t count = 0;
  while (count != rows.capacity() && copied < batch::default_bytes) {
    ExecStatusType const status = PQresultStatus(held_.get());
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK) {
      return link_.failure(held_.get(), "the query failed", {}, rows_);
    }
    if (status == PGRES_SINGLE_TUPLE) {
      result<std::size_t> const appended = append_held(rows);
      if (!appended) {
        return appended.error();
      }
      copied += *appended;
      ++count;
      ++rows_;
      ++fetched_;
    }
    result<pg_answer> next = link_.next(stop);
    if (!next) {
      return next.error();
    }
    held_ = std::move(*next);
    if (held_) {
      continue;
    }
    if (status == PGRES_SINGLE_TUPLE) { // the answer that ends the rows is missing
      return link_.failure(nullptr, "", {}, rows_);
    }
    if (fetched_ < asked_) {
      (void)link_.run("COMMIT", stop); // nothing was changed that could be lost
      rows.close(count);
      return fill_status::end;
    }
    if (result<void> const more = fetch(stop); !more) {
      return more.error();
    }
  }
  rows.close(count);
  return fill_status::more;
}

} // namespace copyto::detail

#endif
