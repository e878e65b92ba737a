// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_COPY_OPTIONS_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_COPY_OPTIONS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <string>
#include <string_view>

namespace copyto::detail {

/// Options of COPY, read and written anew.
struct pg_copy_options {
  std::string list = {};            ///< what goes between the parentheses of WITH (...), empty for none
  std::string_view format = "text"; ///< "text", "csv" or "binary"
  bool header = false;              ///< the first line is one of column names
  std::string encoding = {};        ///< empty: not given
};

/// Reads what a user would write between the parentheses: `format csv, delimiter $$:$$, force_quote (a, "B")`
/// (postgresql.org/docs/current/sql-copy.html; the grammar's copy_generic_opt_list). The result has every name and value
/// quoted by us, so that no text can leave the parentheses; which options there are is the server's affair.
/// Errors: invalid_argument names the place, unsupported another format.
[[nodiscard]] result<pg_copy_options> pg_read_copy_options(std::string_view text);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/postgres/impl/copy_options.ipp>
#endif

#endif
