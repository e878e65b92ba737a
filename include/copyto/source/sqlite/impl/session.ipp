// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_IMPL_SESSION_IPP
#define COPYTO_SOURCE_SQLITE_IMPL_SESSION_IPP

#include <copyto/source/sqlite/detail/session.hpp>

#include <copyto/source/sqlite.hpp>
#include <copyto/source/sqlite/detail/values.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace copyto::detail {

COPYTO_DECL void sqlite_session::closer::operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
COPYTO_DECL void sqlite_session::closer::operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }

COPYTO_DECL sqlite_watch::sqlite_watch(sqlite3* db, std::stop_token& stop) noexcept
    : db_(stop.stop_possible() ? db : nullptr) {
  if (db_ != nullptr) {
    sqlite3_progress_handler(
        db_, 4000, [](void* token) -> int { return static_cast<std::stop_token*>(token)->stop_requested() ? 1 : 0; },
        &stop);
  }
}
COPYTO_DECL sqlite_watch::~sqlite_watch() {
  if (db_ != nullptr) {
    sqlite3_progress_handler(db_, 0, nullptr, nullptr);
  }
}

// ---- errors ---------------------------------------------------------------------------------------

COPYTO_COLD bool sqlite_session::is_there() const {
  char const* const file = connection ? sqlite3_db_filename(connection.get(), "main") : nullptr;
  return ::access(file != nullptr && *file != '\0' ? file : path.c_str(), F_OK) == 0;
}

COPYTO_DECL error sqlite_session::failure(int code) const {
  error_info info{.code = errc::source_failed,
                  .message = fmt::format("SQLite failed: {}", sqlite3_errmsg(connection.get())),
                  .key = path};
  switch (code & 0xff) {
  case SQLITE_NOTADB:
    info.code = errc::invalid_argument;
    info.message = "the file is not an SQLite database";
    info.advice = "check the path; an encrypted database cannot be read";
    break;
  case SQLITE_CANTOPEN:
    switch (sqlite3_system_errno(connection.get())) {
    case ENOENT:
    case ENOTDIR:
      if (!is_there()) {
        info.code = errc::not_found;
        info.message = "there is no such SQLite database";
        info.advice = "check the path";
        break;
      }
      [[fallthrough]]; // a file of its own beside it
    default:
      info.code = errc::io_failed;
      info.advice =
          "check the path; a database in WAL mode needs a directory that can be written: copy it there, with its "
          "-wal file if there is one; without one the URI parameter immutable=1 will do";
      break;
    case EACCES:
    case EPERM:
      info.code = errc::access_denied;
      info.message = "the SQLite database may not be read";
      info.advice = "check the rights of the file and its directory";
    }
    break;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    info.disposition = copyto::disposition::transient;
    info.message = "another program holds a lock on the SQLite database";
    info.advice = "try again when it has finished, or wait longer with the option \"busy_timeout\"";
    break;
  case SQLITE_CORRUPT:
    info.message = "the SQLite database is damaged";
    info.advice = "see what \"PRAGMA integrity_check\" says";
    break;
  case SQLITE_IOERR:
    info.code = errc::io_failed;
    info.advice = "check that the path is a file that can be read";
    break;
  case SQLITE_INTERRUPT:
    info.code = errc::stopped;
    info.message = "a stop was requested while SQLite ran the query";
    break;
  default: break;
  }
  return error(std::move(info));
}

COPYTO_DECL error sqlite_session::refused(std::string_view message, std::string_view advice) const {
  return error(
      {.code = errc::invalid_argument, .message = std::string(message), .key = path, .advice = std::string(advice)});
}

COPYTO_DECL error sqlite_session::refused_by_sqlite(std::string_view sql) const {
  std::string where;
#if SQLITE_VERSION_NUMBER >= 3038000
  if (int const offset = sqlite3_error_offset(connection.get()); offset >= 0) {
    auto const at = std::min(static_cast<std::size_t>(offset), sql.size());
    where = fmt::format(", at byte {}, before \"{}\"", offset, sql.substr(at, 20));
  }
#endif
  return refused(fmt::format("SQLite refuses the query: {}{}", sqlite3_errmsg(connection.get()), where),
                 "correct the query; the sqlite3 command line tool shows the same error");
}

// ---- opening --------------------------------------------------------------------------------------

COPYTO_DECL result<void> sqlite_session::execute(char const* sql) {
  int const code = sqlite3_exec(connection.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    return failure(code);
  }
  return {};
}

COPYTO_DECL result<void> sqlite_session::connect(sqlite_options const& options) {
  sqlite3* db = nullptr;
  int const code =
      sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  connection.reset(db); // also after an error, which it describes
  if (code != SQLITE_OK) {
    return failure(code);
  }
  char const* const file = sqlite3_db_filename(db, "main");
  struct stat log = {};
  if (file != nullptr && sqlite3_uri_boolean(file, "immutable", 0) != 0 &&
      ::stat((std::string(file) + "-wal").c_str(), &log) == 0 && log.st_size != 0) {
    return refused("the SQLite database has a write-ahead log, and immutable=1 would pass over the rows in it",
                   "copy the database and its -wal file to a directory that can be written, and leave immutable out");
  }
  auto const longest = std::chrono::milliseconds(std::numeric_limits<int>::max());
  sqlite3_busy_timeout(
      db, static_cast<int>(std::clamp(options.busy_timeout, std::chrono::milliseconds(0), longest).count()));
  return {};
}

COPYTO_DECL result<void> sqlite_session::begin_transaction() {
  // BEGIN alone takes no snapshot; the first read does.
  result<void> begun = execute("BEGIN");
  return begun ? execute("SELECT 1 FROM sqlite_master LIMIT 1") : begun;
}

COPYTO_DECL std::vector<std::string> sqlite_session::tables() const {
  std::vector<std::string> names;
  sqlite3_exec(
      connection.get(),
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
      "ORDER BY name",
      [](void* to, int, char** values, char**) -> int {
        static_cast<std::vector<std::string>*>(to)->emplace_back(values[0] != nullptr ? values[0] : "");
        return 0;
      },
      &names, nullptr);
  return names;
}

COPYTO_DECL error sqlite_session::no_such_table(std::string const& table, std::vector<std::string> const& names) const {
  return error({.code = errc::not_found,
                .message = fmt::format("the SQLite database has no table or view \"{}\"", table),
                .key = path,
                .advice = names.empty()        ? "it has none at all; check the path"
                          : names.size() <= 20 ? fmt::format("it has: {}", fmt::join(names, ", "))
                                               : fmt::format("it has {} others; check the name", names.size())});
}

COPYTO_DECL std::string sqlite_quoted(std::string_view name, char quote) {
  std::string quoted(1, quote);
  for (char const c : name) {
    quoted.append(c == quote ? 2 : 1, c);
  }
  return quoted + quote;
}

COPYTO_DECL result<void> sqlite_session::prepare(sqlite_options const& options) {
  std::string sql = options.query;
  if (!options.table.empty()) {
    sql = "SELECT * FROM " + sqlite_quoted(options.table);
  }
  auto const compile = [&](std::string_view text, char const** tail) -> int {
    sqlite3_stmt* compiled = nullptr;
    int const size = static_cast<int>(std::min<std::size_t>(text.size(), std::numeric_limits<int>::max()));
    int const code = sqlite3_prepare_v2(connection.get(), text.data(), size, &compiled, tail);
    statement.reset(compiled);
    return code;
  };
  char const* tail = nullptr;
  if (int const code = compile(sql, &tail); code != SQLITE_OK) {
    if (code != SQLITE_ERROR && code != SQLITE_TOOBIG) {
      return failure(code);
    }
    error refusal = refused_by_sqlite(sql);
    std::vector<std::string> const names = tables();
    bool const known = options.table.empty() || std::any_of(names.begin(), names.end(), [&](std::string const& name) {
                         return sqlite3_stricmp(name.c_str(), options.table.c_str()) == 0;
                       });
    return known ? refusal : no_such_table(options.table, names);
  }
  statement_ptr first = std::move(statement);
  std::string_view const rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
  for (std::string_view left = rest; !left.empty();) { // blanks, comments and semicolons compile to nothing
    char const* end = nullptr;
    if (compile(left, &end) != SQLITE_OK || statement != nullptr) {
      return refused("there is more than one statement in the query", "pass one SELECT");
    }
    left.remove_prefix(static_cast<std::size_t>(end - left.data()));
  }
  if (first == nullptr) {
    return refused("there is no statement in the query", "pass one SELECT");
  }
  if (sqlite3_stmt_readonly(first.get()) == 0) {
    return refused("the query changes the database", "pass a SELECT; run other statements before the export");
  }
  if (sqlite3_column_count(first.get()) == 0) {
    return refused("the query returns no columns", "pass a SELECT; run other statements before the export");
  }
  if (sqlite3_bind_parameter_count(first.get()) != 0) {
    return refused("the query has parameters, and there is nothing to bind to them", "write the values into the query");
  }
  statement = std::move(first);
  return {};
}

COPYTO_DECL result<void> sqlite_session::type_columns(std::stop_token stop) {
  int const count = sqlite3_column_count(statement.get());
  bool unknown = false;
  for (int c = 0; c != count; ++c) {
    char const* const name = sqlite3_column_name(statement.get(), c);
    char const* const declared = sqlite3_column_decltype(statement.get(), c);
    column& to = columns.emplace_back();
    to.name = name != nullptr ? name : "";
    to.declared = declared != nullptr ? declared : "";
    result<std::optional<logical_type>> const type = sqlite_declared_type(to.declared);
    if (!type) {
      return type.error().with([&](error_info& info) {
        info.key = path;
        info.column = to.name;
      });
    }
    to.probed = !type->has_value();
    to.type = type->value_or(logical_type{.id = kind::string});
    unknown = unknown || to.probed;
  }
  if (unknown) {
    if (result<void> probed = probe(std::move(stop)); !probed) {
      return probed;
    }
  }
  std::vector<field> flat;
  flat.reserve(columns.size());
  for (column const& c : columns) {
    flat.push_back({.name = c.name, .type = c.type, .optional = true});
  }
  fields = copyto::schema(flat);
  return {};
}

COPYTO_DECL result<void> sqlite_session::probe(std::stop_token stop) {
  sqlite_watch const watched(connection.get(), stop);
  std::vector<unsigned> seen(columns.size()); // bit t: a value of SQLite's type t
  std::uint64_t rows = 0;
  int code = SQLITE_OK;
  for (; (code = sqlite3_step(statement.get())) == SQLITE_ROW; ++rows) {
    for (std::size_t c = 0; c != columns.size(); ++c) {
      if (columns[c].probed) {
        seen[c] |= 1U << sqlite3_column_type(statement.get(), static_cast<int>(c));
      }
    }
  }
  if (code != SQLITE_DONE) {
    return failure(code);
  }
  sqlite3_reset(statement.get());
  count = rows;
  constexpr unsigned integers = 1U << SQLITE_INTEGER;
  constexpr unsigned reals = 1U << SQLITE_FLOAT;
  constexpr unsigned blobs = 1U << SQLITE_BLOB;
  for (std::size_t c = 0; c != columns.size(); ++c) {
    if (!columns[c].probed) {
      continue;
    }
    unsigned const values = seen[c] & ~(1U << SQLITE_NULL);
    if ((values & blobs) != 0 && values != blobs) {
      return error({.code = errc::invalid_argument,
                    .message = "the values say the column's type, and they are blobs as well as others",
                    .key = path,
                    .column = columns[c].name,
                    .advice = "select CAST(column AS BLOB), or AS TEXT, instead"});
    }
    columns[c].type.id = values == blobs                                      ? kind::binary
                         : values == integers                                 ? kind::int64
                         : values != 0 && (values & ~(integers | reals)) == 0 ? kind::float64
                                                                              : kind::string;
  }
  return {};
}

COPYTO_DECL result<std::optional<std::int64_t>> sqlite_session::ask(std::string const& sql) {
  sqlite3_stmt* asking = nullptr;
  int code = sqlite3_prepare_v2(connection.get(), sql.c_str(), -1, &asking, nullptr);
  statement_ptr const owner(asking);
  code = code == SQLITE_OK ? sqlite3_step(asking) : code;
  if (code != SQLITE_ROW) {
    return failure(code);
  }
  return sqlite3_column_type(asking, 0) == SQLITE_NULL ? std::nullopt
                                                       : std::optional<std::int64_t>(sqlite3_column_int64(asking, 0));
}

COPYTO_DECL result<void> sqlite_session::count_rows(std::string const& table, std::stop_token stop) {
  sqlite_watch const watched(connection.get(), stop);
  result<std::optional<std::int64_t>> const rows = ask(fmt::format("SELECT count(*) FROM {}", sqlite_quoted(table)));
  if (!rows) {
    return rows.error();
  }
  count = static_cast<std::uint64_t>(rows->value_or(0));
  return {};
}

COPYTO_DECL result<void> sqlite_session::begin(std::string const& sql) {
  sqlite3_stmt* compiled = nullptr;
  int const code = sqlite3_prepare_v2(connection.get(), sql.c_str(), -1, &compiled, nullptr);
  statement.reset(compiled);
  row = 0;
  return code == SQLITE_OK ? result<void>() : failure(code);
}

COPYTO_DECL result<std::unique_ptr<sqlite_session>> sqlite_session::join(sqlite_session const& first,
                                                                         sqlite_options const& options) {
  auto made = std::make_unique<sqlite_session>();
  made->path = first.path;
  made->columns = first.columns;
  made->fields = first.fields;
  result<void> done = made->connect(options);
  done = done ? made->begin_transaction() : done;
  if (!done) {
    return done.error();
  }
  return made;
}

COPYTO_DECL result<std::unique_ptr<sqlite_session>>
sqlite_session::open(std::string const& path, sqlite_options const& options, std::stop_token stop) {
  auto made = std::make_unique<sqlite_session>();
  made->path = path;
  if (path.empty() || path.find('\0') != path.npos) {
    return made->refused("the path of the SQLite database is empty or has a NUL byte", "pass the path of a file");
  }
  if (options.table.empty() == options.query.empty()) {
    return made->refused("one of the options \"table\" and \"query\" is needed, not both", "set one of them");
  }
  if ((options.table + options.query).find('\0') != std::string::npos) {
    return made->refused("the option \"table\" or \"query\" has a NUL byte, where SQLite stops reading", "remove it");
  }
  result<void> done = made->connect(options);
  done = done ? made->begin_transaction() : done;
  done = done ? made->prepare(options) : done;
  done = done ? made->type_columns(stop) : done;
  if (done && options.count && !options.table.empty() && !made->count) {
    done = made->count_rows(options.table, std::move(stop));
  }
  if (!done) {
    return done.error();
  }
  return made;
}

} // namespace copyto::detail

#endif
