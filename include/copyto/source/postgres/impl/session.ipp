// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_SESSION_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_SESSION_IPP

#include <copyto/source/postgres/detail/session.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/postgres/detail/sql.hpp>
#include <copyto/source/postgres/detail/text_values.hpp>
#include <copyto/source/postgres/detail/values.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace copyto::detail {

// ---- opening --------------------------------------------------------------------------------------

COPYTO_DECL pg_session::pg_session(pg_link link) noexcept : link_(std::move(link)) {}

/// The forms that values are cast to and that values as text have.
inline constexpr pg_setting pg_text_forms[] = {
    {"datestyle", "ISO"},    {"intervalstyle", "postgres"}, {"timezone", "UTC"},     {"extra_float_digits", "3"},
    {"bytea_output", "hex"}, {"lc_monetary", "C"},          {"xmlbinary", "base64"}, {"quote_all_identifiers", "off"}};

COPYTO_DECL result<std::unique_ptr<pg_session>> pg_session::open(postgres_options const& options,
                                                                 std::stop_token const& stop,
                                                                 std::span<std::string const> first, bool many) {
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
  made->first_ = pg_taking(options.snapshot);
  made->first_.insert(made->first_.end(), first.begin(), first.end());
  if (result<void> const begun = pg_begin(made->link_, pg_text_forms, stop, made->first_); !begun) {
    return begun.error();
  }
  result<pg_answer> const description = pg_describe_query(made->link_, *query, stop);
  if (!description) {
    return description.error();
  }
  // Some servers describe no statement before it runs.
  bool const described = PQnfields(description->get()) != 0;
  result<void> done;
  if (described) {
    result<pg_catalog> const catalog = made->read_catalog(description->get(), stop);
    done = catalog ? made->take_columns(description->get(), options, *catalog, stop) : result<void>(catalog.error());
  }
  if (many) {
    if (done && !described) {
      done =
          made->link_.refused(errc::unsupported, "the server describes no query before it runs", "export as one shard");
    }
    made->many_ = true;
    made->fixed_ = true;
    return done ? result<std::unique_ptr<pg_session>>(std::move(made)) : done.error();
  }
  if (done && described && options.start_late) {
    postgres_options late = options;
    late.query = *query;
    made->late_ = std::make_shared<postgres_options const>(std::move(late));
    made->fixed_ = true;
    return made;
  }
  done = !done ? done : described ? made->start(*query, options, stop) : made->start_plain(*query, options, stop);
  if (!done) {
    return done.error();
  }
  made->fixed_ = true;
  return made;
}

COPYTO_DECL result<pg_catalog> pg_session::read_catalog(::pg_result const* description, std::stop_token const& stop) {
  result<std::optional<pg_catalog>> catalog = pg_read_catalog(link_, description, stop);
  if (!catalog) {
    return catalog.error();
  }
  if (*catalog) {
    return **std::move(catalog);
  }
  result<void> const again = restart(stop);
  return again ? result<pg_catalog>(pg_catalog()) : again.error();
}

COPYTO_DECL result<void> pg_session::take_columns(::pg_result const* description, postgres_options const& options,
                                                  pg_catalog const& catalog, std::stop_token const& stop) {
  int const count = PQnfields(description);
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (int c = 0; c != count; ++c) {
    names.emplace_back(PQfname(description, c));
  }
  names = pg_unique_names(std::move(names));
  bool const nested = options.nested == postgres_nested::columns;
  std::vector<int> dimensions(names.size(), 1);
  if (nested && !catalog.empty()) {
    result<std::vector<int>> declared = pg_read_dimensions(link_, description, catalog, stop);
    if (!declared) {
      return declared.error();
    }
    dimensions = *std::move(declared);
  }
  auto const columns = [&](bool with_nested) {
    std::vector<pg_column> made;
    for (int c = 0; c != count; ++c) {
      auto const i = static_cast<std::size_t>(c);
      made.push_back(pg_column_of(PQftype(description, c), PQfmod(description, c), dimensions[i], catalog,
                                  options.numeric, with_nested));
      made.back().name = names[i];
    }
    return made;
  };
  set_columns(columns(nested));
  if (std::ranges::any_of(columns_, [](pg_column const& c) { return !c.members.empty(); })) {
    flat_columns_ = columns(false);
  }
  return {};
}

COPYTO_DECL void pg_session::set_columns(std::vector<pg_column> columns) {
  columns_ = std::move(columns);
  std::deque<std::vector<field>> below;
  std::vector<field> fields;
  for (pg_column const& column : columns_) {
    fields.push_back(pg_field(column, below));
  }
  fields_ = copyto::schema(fields);
}

COPYTO_DECL result<void> pg_session::flatten() {
  if (flat_columns_.empty()) {
    return {};
  }
  if (fixed_) {
    return link_.refused(errc::unsupported, "the server sends arrays and composites as text only",
                         "take them as text (copy_to: --arrays text)");
  }
  set_columns(std::exchange(flat_columns_, {}));
  return {};
}

/// Whether a refusal may mean that the server lacks a kind of statement, whatever code it gives. What the query itself does
/// wrong is found by the last attempt, which runs nothing but the query.
inline bool pg_may_lack(::pg_result const* answer) noexcept {
  // Connection, login, resources, limits, state, intervention of an operator, a broken system.
  constexpr std::string_view others[] = {"08", "25", "28", "40", "53", "54", "55", "57", "58"};
  return std::ranges::find(others, pg_sqlstate(answer).substr(0, 2)) == std::end(others);
}

COPYTO_DECL result<void> pg_session::restart(std::stop_token const& stop) {
  held_.reset();
  for (;;) { // the rest of an answer that was an error
    result<pg_answer> next = link_.next(stop);
    if (!next) {
      return next.error();
    }
    if (!*next) {
      break;
    }
  }
  if (result<pg_answer> const back = link_.run("ROLLBACK", stop); !back) {
    return back.error();
  }
  return pg_begin(link_, pg_text_forms, stop, first_);
}

COPYTO_DECL std::string pg_session::selected(std::string const& query) const {
  std::string list;
  std::string aliases;
  for (std::size_t c = 0; c != columns_.size(); ++c) {
    pg_column const& column = columns_[c];
    std::string_view how = "q.c{0}";
    if (column.cast && column.members.empty()) {
      how = column.printed ? "CASE WHEN q.c{0} IS NOT NULL THEN pg_catalog.format('%s', q.c{0}) END" : "q.c{0}::text";
    } else if (column.cast) { // an array as text has its elements as they are printed
      how = column.members.front().printed ? "q.c{0}::text::text[]" : "q.c{0}::text[]";
    }
    list += c == 0 ? "" : ", ";
    list += fmt::format(fmt::runtime(how), c + 1);
    aliases += fmt::format("{}c{}", c == 0 ? "" : ", ", c + 1);
  }
  // A line break, since the query may end with a comment.
  return fmt::format("SELECT {} FROM ({}\n) AS q({})", list, query, aliases);
}

COPYTO_DECL result<pg_answer> pg_session::copy(std::string const& query, std::stop_token const& stop) {
  return link_.run(fmt::format("COPY ({}) TO STDOUT (FORMAT binary)", selected(query)), stop);
}

COPYTO_DECL result<void> pg_session::begin(std::string const& query, std::stop_token const& stop) {
  pg_link::watch const watched(link_, stop);
  method_ = postgres_method::copy_binary;
  message_.reset();
  rest_ = {};
  began_ = false;
  trailer_ = false;
  rows_ = 0;
  result<pg_answer> const started = copy(query, stop);
  if (!started) {
    return started.error();
  }
  return PQresultStatus(started->get()) == PGRES_COPY_OUT
             ? result<void>()
             : link_.failure(started->get(), "PostgreSQL cannot run the query of a shard");
}

COPYTO_DECL result<void> pg_session::start(std::string const& query, postgres_options const& options,
                                           std::stop_token const& stop) {
  result<pg_answer> copy = this->copy(query, stop);
  if (!copy) {
    return copy.error();
  }
  if (PQresultStatus(copy->get()) == PGRES_COPY_OUT) {
    return {};
  }
  held_ = std::move(*copy);
  for (bool const binary : {true, false}) {
    if (!pg_may_lack(held_.get())) {
      return link_.failure(held_.get(), "PostgreSQL cannot run the query");
    }
    result<void> started = binary ? result<void>() : flatten();
    started = started ? start_cursor(selected(query), binary, stop) : started;
    if (!started) {
      return started;
    }
    if (PQresultStatus(held_.get()) != PGRES_FATAL_ERROR) {
      return check_cursor();
    }
  }
  if (!pg_may_lack(held_.get())) {
    return link_.failure(held_.get(), "PostgreSQL cannot run the query");
  }
  return start_plain(query, options, stop);
}

COPYTO_DECL result<void> pg_session::check_cursor() {
  // A server may answer in text though binary was asked for: the answer says how it is.
  bool const binary = PQfformat(held_.get(), 0) == 1;
  if (!binary && !flat_columns_.empty()) {
    return link_.refused(errc::unsupported, "the server sends arrays and composites as text only",
                         "take them as text (copy_to: --arrays text)");
  }
  method_ = binary ? postgres_method::cursor_binary : postgres_method::cursor_text;
  for (std::size_t c = 0; c != columns_.size(); ++c) {
    int const i = static_cast<int>(c);
    if (PQnfields(held_.get()) != static_cast<int>(columns_.size()) || PQftype(held_.get(), i) != columns_[c].oid ||
        (PQfformat(held_.get(), i) == 1) != binary) {
      return other_columns();
    }
  }
  return {};
}

COPYTO_DECL error pg_session::other_columns() const {
  return link_.refused(errc::bad_answer, "the server returns other columns than the query was described with",
                       "try again; tables may have been changed");
}

COPYTO_DECL result<void> pg_session::start_cursor(std::string const& select, bool binary, std::stop_token const& stop) {
  if (result<void> again = restart(stop); !again) {
    return again;
  }
  result<pg_answer> declared = link_.run("DECLARE copyto_rows NO SCROLL CURSOR FOR " + select, stop);
  if (!declared) {
    return declared.error();
  }
  if (PQresultStatus(declared->get()) != PGRES_COMMAND_OK) {
    held_ = std::move(*declared);
    return {};
  }
  binary_ = binary;
  return fetch(stop);
}

COPYTO_DECL result<void> pg_session::start_plain(std::string const& query, postgres_options const& options,
                                                 std::stop_token const& stop) {
  if (result<void> flat = flatten(); !flat) {
    return flat;
  }
  if (result<void> again = restart(stop); !again) {
    return again;
  }
  asked_ = std::numeric_limits<std::uint64_t>::max(); // all rows in one answer
  if (result<void> sent = stream(query, false, stop); !sent) {
    return sent;
  }
  if (PQresultStatus(held_.get()) == PGRES_FATAL_ERROR) {
    return link_.failure(held_.get(), "PostgreSQL cannot run the query", query);
  }
  if (PQnfields(held_.get()) == 0) {
    return pg_no_columns(link_);
  }
  method_ = postgres_method::plain_text;
  if (columns_.empty()) { // the connection is busy with the rows: enums stay strings
    return take_columns(held_.get(), options, {}, stop);
  }
  return PQnfields(held_.get()) == static_cast<int>(columns_.size()) ? result<void>() : other_columns();
}

// ---- rows -----------------------------------------------------------------------------------------
COPYTO_DECL error pg_session::malformed() const {
  return link_
      .refused(errc::bad_answer, "the server's rows are not in the binary format of COPY",
               "see what lies between this program and the server")
      .with([&](error_info& info) { info.row = rows_ + 1; });
}

COPYTO_DECL error pg_session::misfit(pg_misfit why, std::size_t column, std::string_view value, bool binary,
                                     pg_blame const& blame) const {
  pg_column part = blame.column != nullptr ? *blame.column : columns_[column];
  part.name = columns_[column].name + blame.path;
  return pg_misfit_error(why, part, blame.column != nullptr ? blame.value : value, binary, rows_ + 1)
      .with([&](error_info& info) { info.key = link_.place(); });
}

COPYTO_DECL result<fill_status> pg_session::fill(batch& rows, std::stop_token const& stop) {
  pg_link::watch const watched(link_, stop);
  if (stop.stop_requested()) {
    return link_.stop();
  }
  if (auto const options = std::exchange(late_, nullptr)) {
    if (result<void> const started = start(options->query, *options, stop); !started) {
      return started.error();
    }
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
        if (!many_) {
          pg_commit(link_, stop);
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
    case pg_row::outcome::misfit: return misfit(row.why, row.column, row.value, true, row.blame);
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
  return stream(fmt::format("FETCH FORWARD {} FROM copyto_rows", asked_), binary_, stop);
}

COPYTO_DECL result<void> pg_session::stream(std::string const& sql, bool binary, std::stop_token const& stop) {
  if (result<void> sent = link_.stream(sql, binary); !sent) {
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
    pg_blame blame;
    pg_misfit const why = binary ? pg_append_binary(rows.buffer(c), columns_[c], value, blame)
                                 : pg_append_text(rows.buffer(c), columns_[c], value, scratch_);
    if (why != pg_misfit::none) {
      return misfit(why, c, value, binary, blame);
    }
    fetched_bytes_ += value.size();
    copied += is_bytes(columns_[c].type.id) || is_nested(columns_[c].type.id) ? value.size() : 0;
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
      pg_commit(link_, stop);
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
