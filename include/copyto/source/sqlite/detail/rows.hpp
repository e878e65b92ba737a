// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_SQLITE_DETAIL_ROWS_HPP
#define COPYTO_SOURCE_SQLITE_DETAIL_ROWS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/concept.hpp>
#include <copyto/source/sqlite/detail/session.hpp>

#include <stop_token>

namespace copyto::detail {

/// Fills a batch with the next rows of the session's statement, as `RowSource` has it. At the end the statement is gone, and
/// the transaction is not.
[[nodiscard]] result<fill_status> sqlite_fill(sqlite_session& s, batch& rows, std::stop_token stop);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/sqlite/impl/rows.ipp>
#endif

#endif
