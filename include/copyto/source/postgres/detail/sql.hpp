// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_SQL_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_SQL_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// PostgreSQL's lexical rules, as far as they are needed to put a user's query into a statement of ours and to name a
/// place in it (postgresql.org/docs/current/sql-syntax-lexical.html, with standard_conforming_strings on). Pure functions.
namespace copyto::detail {

/// Where blanks and comments that begin at `at` end.
[[nodiscard]] std::size_t pg_skip_blanks(std::string_view sql, std::size_t at) noexcept;

/// The end of the token that begins at `at`: a quoted string or name (also E'...' and $tag$...$tag$), a word, or one
/// other character. npos if a quote has no end.
[[nodiscard]] std::size_t pg_token_end(std::string_view sql, std::size_t at) noexcept;

/// A query without the semicolons and comments behind it. Errors are errc::invalid_argument: nothing there, more than
/// one statement, or a statement that does not begin with SELECT, VALUES, WITH or TABLE. A quote without an end is
/// left for the server to report.
[[nodiscard]] result<std::string> pg_trim_query(std::string_view sql);

/// A table's or column's name, which may be qualified, in double quotes. As in SQL, a part without them is folded to lower
/// case. errc::invalid_argument if it is no name.
[[nodiscard]] result<std::string> pg_table_name(std::string_view table);
/// "SELECT * FROM ..." for it.
[[nodiscard]] result<std::string> pg_table_query(std::string_view table);

/// A name in double quotes, and a text in single ones; right whatever standard_conforming_strings is.
[[nodiscard]] std::string pg_quoted_name(std::string_view name);
[[nodiscard]] std::string pg_quoted_text(std::string_view text);

/// Whether a word without quotes can begin so: a letter, `_`, or a byte of a character that is not ASCII.
[[nodiscard]] bool pg_starts_word(char c) noexcept;

/// Lower case of ASCII letters; PostgreSQL folds words so.
[[nodiscard]] std::string pg_folded(std::string_view word);

/// ", at line 2, column 8, before "FORM t"" for character `position` (from 1) of UTF-8 text.
[[nodiscard]] std::string pg_place(std::string_view sql, std::size_t position);

/// Makes repeated names different: the second `a` becomes `a2` and so on, leaving out what is another column's name.
/// An empty name becomes `?column?`, which is also PostgreSQL's word.
[[nodiscard]] std::vector<std::string> pg_unique_names(std::vector<std::string> names);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/sql.ipp>
#endif

#endif
