// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_IMPL_ROWS_IPP
#define COPYTO_SOURCE_SQLITE_IMPL_ROWS_IPP

#include <copyto/source/sqlite/detail/rows.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/source/sqlite/detail/values.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace copyto::detail {

/// Appends the values of the current row to a batch. A function returns false where a value does not fit; `misfit` then
/// says why.
class sqlite_appender {
public:
  explicit sqlite_appender(sqlite_session& session) noexcept : s_(session) {}

  std::optional<error> misfit = std::nullopt;
  std::size_t copied = 0; ///< bytes of strings so far

  bool append(column_buffer& to, int c);

private:
  bool append_text(column_buffer& to, int c);
  template <class T>
  bool append_parsed(column_buffer& to, int c, result<T> const& value);
  bool append_decimal(column_buffer& to, int c, result<int128> const& value);
  [[nodiscard]] std::string_view bytes(int c) const noexcept;
  bool refuse(int c, std::string message, std::string advice);
  bool refuse_type(int c, std::string_view wanted);

  sqlite_session& s_;
};

inline bool sqlite_appender::refuse(int c, std::string message, std::string advice) {
  misfit = error({.code = errc::value_out_of_range,
                  .message = std::move(message),
                  .key = s_.path,
                  .row = s_.row,
                  .column = s_.columns[static_cast<std::size_t>(c)].name,
                  .advice = std::move(advice)});
  return false;
}

inline bool sqlite_appender::refuse_type(int c, std::string_view wanted) {
  constexpr std::string_view types[] = {"", "an integer", "a real", "a text", "a blob", "NULL"};
  sqlite_session::column const& to = s_.columns[static_cast<std::size_t>(c)];
  return refuse(c,
                fmt::format("the value is {}, and the column, {}, takes {}",
                            types[sqlite3_column_type(s_.statement.get(), c)],
                            to.probed ? "typed by its other values" : fmt::format("declared {}", to.declared), wanted),
                "correct the row, or select CAST(column AS TEXT) or another type instead");
}

inline std::string_view sqlite_appender::bytes(int c) const noexcept {
  // The pointer first: asking for text may convert, and the size is that of the result.
  bool const blob = sqlite3_column_type(s_.statement.get(), c) == SQLITE_BLOB;
  auto const* const data = blob ? static_cast<char const*>(sqlite3_column_blob(s_.statement.get(), c))
                                : reinterpret_cast<char const*>(sqlite3_column_text(s_.statement.get(), c));
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(s_.statement.get(), c));
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

template <class T>
bool sqlite_appender::append_parsed(column_buffer& to, int c, result<T> const& value) {
  if (!value) {
    return refuse(c, value.error()->message, "correct the row, or select CAST(column AS TEXT) instead");
  }
  to.append_fixed(*value);
  return true;
}

inline bool sqlite_appender::append_decimal(column_buffer& to, int c, result<int128> const& value) {
  if (value && to.type().type.precision <= 18) {
    return to.type().type.precision <= 9
               ? append_parsed(to, c, result<std::int32_t>(static_cast<std::int32_t>(*value)))
               : append_parsed(to, c, result<std::int64_t>(static_cast<std::int64_t>(*value)));
  }
  return append_parsed(to, c, value);
}

/// A text in a column of another type.
inline bool sqlite_appender::append_text(column_buffer& to, int c) {
  logical_type const& type = s_.columns[static_cast<std::size_t>(c)].type;
  switch (type.id) {
  case kind::date: return append_parsed(to, c, sqlite_date(bytes(c)));
  case kind::timestamp: return append_parsed(to, c, sqlite_timestamp(bytes(c)));
  case kind::decimal: return append_decimal(to, c, parse_decimal(bytes(c), type.precision, type.scale));
  case kind::boolean: return refuse_type(c, "the integers 0 and 1");
  case kind::binary: return refuse_type(c, "blobs");
  default: return refuse_type(c, type.id == kind::int64 ? "integers" : "numbers");
  }
}

inline bool sqlite_appender::append(column_buffer& to, int c) {
  sqlite_session::column const& as = s_.columns[static_cast<std::size_t>(c)];
  int const found = sqlite3_column_type(s_.statement.get(), c);
  if (found == SQLITE_NULL) {
    to.append_null();
    return true;
  }
  // A column declared JSON has numeric affinity, by which SQLite has made a number of a document that is one.
  if (as.type.id == kind::json && found == SQLITE_BLOB) {
    return refuse_type(c, "text");
  }
  if (as.type.id == kind::json || as.type.id == kind::string || (as.type.id == kind::binary && found == SQLITE_BLOB)) {
    if (as.type.id == kind::string && found != SQLITE_TEXT && (found == SQLITE_BLOB || !as.probed)) {
      return refuse_type(c, "text");
    }
    char number[32];
    std::string_view value = found == SQLITE_FLOAT ? std::string_view() : bytes(c);
    if (found == SQLITE_FLOAT) { // SQLite's own text has 15 digits
      double const real = sqlite3_column_double(s_.statement.get(), c);
      if (as.type.id == kind::json && !std::isfinite(real)) {
        return refuse(c, "JSON has no infinite numbers", "correct the row, or select CAST(column AS TEXT) instead");
      }
      value = sqlite_real_text(real, number);
    }
    to.append_copy(value);
    copied += value.size();
    return true;
  }
  switch (found) {
  case SQLITE_INTEGER: {
    std::int64_t const value = sqlite3_column_int64(s_.statement.get(), c);
    switch (as.type.id) {
    case kind::int64: to.append_fixed(value); return true;
    case kind::float64:
      if (std::optional<double> const wide = sqlite_double(value)) {
        to.append_fixed(*wide);
        return true;
      }
      return refuse(c, fmt::format("no double is exactly the integer {}", value),
                    "select CAST(column AS REAL) to have it rounded, or AS TEXT");
    case kind::boolean:
      if (value == 0 || value == 1) {
        to.append_bool(value == 1);
        return true;
      }
      return refuse_type(c, fmt::format("the integers 0 and 1, not {}", value));
    case kind::decimal: return append_decimal(to, c, sqlite_decimal(value, as.type));
    default: break;
    }
    break;
  }
  case SQLITE_FLOAT: {
    double const value = sqlite3_column_double(s_.statement.get(), c);
    switch (as.type.id) {
    case kind::float64: to.append_fixed(value); return true;
    case kind::decimal: return append_decimal(to, c, sqlite_decimal(value, as.type));
    case kind::int64: return refuse_type(c, "integers");
    case kind::boolean: return refuse_type(c, "the integers 0 and 1");
    default: break;
    }
    break;
  }
  case SQLITE_TEXT: return append_text(to, c);
  default: break;
  }
  switch (as.type.id) {
  case kind::date: return refuse_type(c, "text of the form YYYY-MM-DD");
  case kind::timestamp: return refuse_type(c, "text of the form YYYY-MM-DD HH:MM[:SS[.ffffff]]");
  case kind::boolean: return refuse_type(c, "the integers 0 and 1");
  case kind::binary: return refuse_type(c, "blobs");
  default: return refuse_type(c, "numbers");
  }
}

COPYTO_DECL result<fill_status> sqlite_fill(sqlite_session& s, batch& rows, std::stop_token stop) {
  if (stop.stop_requested()) {
    return s.failure(SQLITE_INTERRUPT);
  }
  sqlite_watch const watched(s.connection.get(), stop);
  sqlite_appender appender(s);
  int const columns = static_cast<int>(s.columns.size());
  std::size_t count = 0;
  for (; count != rows.capacity() && appender.copied < MiB; ++count) {
    int const code = sqlite3_step(s.statement.get());
    if (code == SQLITE_DONE) {
      rows.close(count);
      s.statement.reset();
      return fill_status::end;
    }
    if (code != SQLITE_ROW) {
      return s.failure(code);
    }
    ++s.row;
    for (int c = 0; c != columns; ++c) {
      if (!appender.append(rows.buffer(static_cast<std::size_t>(c)), c)) {
        return *appender.misfit;
      }
    }
  }
  rows.close(count);
  return fill_status::more;
}

} // namespace copyto::detail

#endif
