// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_SQLITE_IPP
#define COPYTO_SOURCE_IMPL_SQLITE_IPP

#include <copyto/source/sqlite.hpp>

#include <copyto/source/sqlite/detail/rows.hpp>
#include <copyto/source/sqlite/detail/session.hpp>

#include <utility>

namespace copyto {

COPYTO_DECL sqlite_source::sqlite_source(std::unique_ptr<detail::sqlite_session> session) noexcept
    : session_(std::move(session)) {}
COPYTO_DECL sqlite_source::sqlite_source(sqlite_source&&) noexcept = default;
COPYTO_DECL sqlite_source& sqlite_source::operator=(sqlite_source&&) noexcept = default;
COPYTO_DECL sqlite_source::~sqlite_source() = default;
COPYTO_DECL size_hint sqlite_source::hint() const noexcept { return {.rows = session_->count}; }
COPYTO_DECL schema_view sqlite_source::schema() const noexcept { return session_->fields.view(); }

COPYTO_DECL result<sqlite_source> sqlite_source::open(std::string const& path, sqlite_options const& options,
                                                      std::stop_token stop) {
  result<std::unique_ptr<detail::sqlite_session>> session =
      detail::sqlite_session::open(path, options, std::move(stop));
  if (!session) {
    return session.error();
  }
  return sqlite_source(std::move(*session));
}

COPYTO_DECL result<fill_status> sqlite_source::fill(batch& rows, std::stop_token stop) {
  result<fill_status> filled = detail::sqlite_fill(*session_, rows, std::move(stop));
  if (filled && *filled == fill_status::end) {
    (void)session_->execute("COMMIT"); // others may write again; nothing was changed that could be lost
  }
  return filled;
}

} // namespace copyto

#endif
