// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_COMMANDS_HPP
#define COPY_TO_COMMANDS_HPP

#include "arguments.hpp"
#include "terminal.hpp"

#include <copyto/http/observed.hpp>
#include <copyto/store/any.hpp>

#include <functional>

namespace copy_to {

/// What the program ends with.
enum exit_status : int {
  exit_done = 0,
  exit_failed = 1, ///< nothing of the export is visible
  exit_usage = 2,
  exit_in_doubt = 3,  ///< or not finished after the commit; validate: it works, with warnings
  exit_published = 4, ///< failed, after files were published as they closed, or after other tables were exported
};

/// Exports, and prints the report.
[[nodiscard]] exit_status copy(arguments const& given, copyto::any_store const& store, terminal& out);
/// Says what an export would do, without one.
[[nodiscard]] exit_status dry_run(arguments const& given, copyto::any_store store, terminal& out);
/// Exports the tables of --schema or --tables, each to its own place, as of one moment.
[[nodiscard]] exit_status copy_tables(arguments const& given,
                                      std::function<void(copyto::http_exchange const&)> const& tell, terminal& out);
/// status, resume, abort.
[[nodiscard]] exit_status settle(arguments const& given, copyto::any_store const& store, terminal& out);

/// Holds the files that a manifest names against what it says of them: each is read, one at a time, into memory.
[[nodiscard]] exit_status verify(arguments const& given, copyto::any_store store, terminal& out);

/// Lists the uploads that nobody will end, and aborts them if told to.
[[nodiscard]] exit_status sweep(arguments const& given, copyto::any_store store, terminal& out);

/// Looks at a connection from all sides: credentials, role, rights.
[[nodiscard]] exit_status validate(arguments const& given,
                                   std::function<void(copyto::http_exchange const&)> const& tell, terminal& out);

} // namespace copy_to

#endif
