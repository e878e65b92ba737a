// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_COPY_STATEMENT_HPP
#define COPY_TO_COPY_STATEMENT_HPP

#include <copyto/core/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace copy_to {

/// A COPY statement as options of the command line, each "--name=value" or "--name":
///
///     COPY { [schema.]table | ( query ) } TO 'uri'
///         [ [USING] AWS CONNECTION name ] [ [WITH] ( option [=] value, ... ) ] [;]
///
/// with the options of Materialize's COPY TO, spelled with spaces or underscores (MAX FILE SIZE), and those that
/// `statement_options_text()` lists beside them. Words are read without case, strings are '...', E'...' or $$...$$,
/// comments are skipped; they nest in PostgreSQL, and not in SQLite. The query is kept as it is; of a table, all is selected.
///
/// errc::invalid_argument, with line and column (in characters, from 1), for what is no such statement, for an option
/// that is not known or comes twice, and for a value that is none of the option's. No string is repeated in a message.
[[nodiscard]] copyto::result<std::vector<std::string>> read_copy_statement(std::string_view statement,
                                                                           bool comments_nest);

/// The names of the options, with commas between them.
[[nodiscard]] std::string statement_options_text();

} // namespace copy_to

#endif
