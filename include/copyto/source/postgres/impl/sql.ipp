// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_SQL_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_SQL_IPP

#include <copyto/source/postgres/detail/sql.hpp>

#include <copyto/core/ascii.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace copyto::detail {

COPYTO_DECL bool pg_starts_word(char c) noexcept {
  return ascii::is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
inline bool pg_continues_word(char c) noexcept { return pg_starts_word(c) || ascii::is_digit(c); }

COPYTO_DECL std::string pg_folded(std::string_view word) {
  std::string folded(word);
  std::ranges::transform(folded, folded.begin(), ascii::to_lower);
  return folded;
}

COPYTO_DECL std::size_t pg_skip_blanks(std::string_view sql, std::size_t at) noexcept {
  while (at < sql.size()) {
    std::string_view const rest = sql.substr(at);
    if (std::string_view(" \t\r\n\f\v").find(rest[0]) != std::string_view::npos) {
      ++at;
    } else if (rest.starts_with("--")) {
      at = std::min(sql.find_first_of("\r\n", at), sql.size());
    } else if (rest.starts_with("/*")) {
      std::size_t depth = 1; // comments nest
      for (at += 2; at < sql.size() && depth != 0;) {
        std::string_view const two = sql.substr(at, 2);
        depth += two == "/*" ? 1 : 0;
        depth -= two == "*/" ? 1 : 0;
        at += two == "/*" || two == "*/" ? 2 : 1;
      }
    } else {
      break;
    }
  }
  return at;
}

/// The end of a quotation that begins behind `at`; a doubled quote is part of it, and so is what a backslash precedes.
inline std::size_t pg_quote_end(std::string_view sql, std::size_t at, char quote, bool backslashes) noexcept {
  for (; at < sql.size(); ++at) {
    if (backslashes && sql[at] == '\\') {
      ++at;
    } else if (sql[at] == quote) {
      if (at + 1 == sql.size() || sql[at + 1] != quote) {
        return at + 1;
      }
      ++at;
    }
  }
  return std::string_view::npos;
}

COPYTO_DECL std::size_t pg_token_end(std::string_view sql, std::size_t at) noexcept {
  char const c = sql[at];
  if (c == '\'' || c == '"') {
    return pg_quote_end(sql, at + 1, c, false);
  }
  if ((c == 'e' || c == 'E') && at + 1 < sql.size() && sql[at + 1] == '\'') {
    return pg_quote_end(sql, at + 2, '\'', true);
  }
  std::size_t end = at + 1;
  if (pg_starts_word(c)) {
    while (end < sql.size() && (pg_continues_word(sql[end]) || sql[end] == '$')) {
      ++end;
    }
  } else if (c == '$' && (end == sql.size() || sql[end] < '0' || sql[end] > '9')) {
    while (end < sql.size() && pg_continues_word(sql[end])) {
      ++end;
    }
    if (end == sql.size() || sql[end] != '$') {
      return at + 1;
    }
    std::string_view const tag = sql.substr(at, end + 1 - at);
    std::size_t const close = sql.find(tag, end + 1);
    return close == std::string_view::npos ? close : close + tag.size();
  }
  return end;
}

inline error pg_refused(std::string message, std::string advice) {
  return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

COPYTO_DECL result<std::string> pg_trim_query(std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {
    return pg_refused("the query has a NUL byte, where PostgreSQL stops reading", "remove it");
  }
  std::size_t kept = 0;
  bool ended = false;
  std::string_view first;
  for (std::size_t at = pg_skip_blanks(sql, 0); at < sql.size(); at = pg_skip_blanks(sql, at)) {
    std::size_t const end = std::min(pg_token_end(sql, at), sql.size());
    std::string_view const token = sql.substr(at, end - at);
    if (token == ";") {
      ended = true;
    } else if (ended && kept != 0) {
      return pg_refused(fmt::format("the query is more than one statement: \"{}\" follows a semicolon",
                                    sql.substr(at, std::min<std::size_t>(20, sql.size() - at))),
                        "export one statement; join several with UNION ALL");
    } else {
      kept = end;
      first = first.empty() && token != "(" ? token : first;
    }
    at = end;
  }
  if (kept == 0) {
    return pg_refused("the query is empty", "pass one statement that begins with SELECT, VALUES, WITH or TABLE");
  }
  std::string const word = pg_folded(first);
  if (word != "select" && word != "values" && word != "with" && word != "table") {
    return pg_refused(
        fmt::format("the query begins with \"{}\" and is no query that can be read like a table", first.substr(0, 20)),
        "pass one statement that begins with SELECT, VALUES, WITH or TABLE");
  }
  return std::string(sql.substr(0, kept));
}

COPYTO_DECL std::string pg_quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (char const c : name) {
    quoted.append(c == '"' ? 2 : 1, c);
  }
  return quoted += '"';
}

COPYTO_DECL std::string pg_quoted_text(std::string_view text) {
  std::string quoted = text.find('\\') != std::string_view::npos ? "E'" : "'";
  for (char const c : text) {
    quoted.append(c == '\'' || c == '\\' ? 2 : 1, c);
  }
  return quoted += '\'';
}

COPYTO_DECL result<std::string> pg_table_name(std::string_view table) {
  auto const refuse = [&] {
    return pg_refused(fmt::format("\"{}\" is not the name of a table", table.substr(0, 80)),
                      "write table, schema.table, or \"Table\" in double quotes where it has capital letters or other "
                      "characters than letters, digits and _");
  };
  std::string name;
  std::size_t at = 0;
  for (int parts = 1;; ++parts) {
    if (at >= table.size() || parts > 3 || table.find('\0') != std::string_view::npos) {
      return refuse();
    }
    std::size_t const end = pg_token_end(table, at);
    std::string_view const part = table.substr(at, end == std::string_view::npos ? 0 : end - at);
    if (part.size() > 2 && part.front() == '"') {
      name += part;
    } else if (!part.empty() && pg_starts_word(part.front()) && part.find('\'') == std::string_view::npos) {
      name += pg_quoted_name(pg_folded(part));
    } else {
      return refuse();
    }
    if (end == table.size()) {
      return name;
    }
    if (table[end] != '.') {
      return refuse();
    }
    name += '.';
    at = end + 1;
  }
}

COPYTO_DECL result<std::string> pg_table_query(std::string_view table) {
  result<std::string> const name = pg_table_name(table);
  return name ? result<std::string>("SELECT * FROM " + *name) : name.error();
}

COPYTO_DECL std::string pg_place(std::string_view sql, std::size_t position) {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t at = 0;
  auto const next = [&](std::size_t from) { // the next character's first byte
    do {
      ++from;
    } while (from < sql.size() && (static_cast<unsigned char>(sql[from]) & 0xC0) == 0x80);
    return from;
  };
  for (std::size_t i = 1; i < position && at < sql.size(); ++i) {
    bool const ends_line = sql[at] == '\n';
    line += ends_line ? 1 : 0;
    column = ends_line ? 1 : column + 1;
    at = next(at);
  }
  std::size_t const line_end = std::min(sql.find('\n', at), sql.size());
  std::size_t end = at;
  for (int i = 0; i != 30 && end < line_end; ++i) {
    end = next(end);
  }
  return at == sql.size() ? fmt::format(", at line {}, column {}, the end of the query", line, column)
                          : fmt::format(", at line {}, column {}, before \"{}{}\"", line, column,
                                        sql.substr(at, end - at), end < line_end ? "..." : "");
}

COPYTO_DECL std::vector<std::string> pg_unique_names(std::vector<std::string> names) {
  std::set<std::string> taken(names.begin(), names.end());
  std::map<std::string, std::size_t> seen; // how often, or the last number tried
  for (std::string& name : names) {
    if (name.empty()) {
      name = "?column?";
      taken.insert(name);
    }
    std::size_t& count = seen[name];
    if (++count == 1) {
      continue;
    }
    std::string numbered = fmt::format("{}{}", name, count);
    while (!taken.insert(numbered).second) {
      numbered = fmt::format("{}{}", name, ++count);
    }
    name = std::move(numbered);
  }
  return names;
}

} // namespace copyto::detail

#endif
