// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_IMPL_POSTGRES_IPP
#define COPYTO_SOURCE_IMPL_POSTGRES_IPP

#include <copyto/source/postgres.hpp>

#include <copyto/source/postgres/detail/session.hpp>

#include <utility>

namespace copyto {

COPYTO_DECL postgres_source::postgres_source(std::unique_ptr<detail::pg_session> session) noexcept
    : session_(std::move(session)) {}
COPYTO_DECL postgres_source::postgres_source(postgres_source&&) noexcept = default;
COPYTO_DECL postgres_source& postgres_source::operator=(postgres_source&&) noexcept = default;
COPYTO_DECL postgres_source::~postgres_source() = default;
COPYTO_DECL schema_view postgres_source::schema() const noexcept { return session_->fields(); }
COPYTO_DECL size_hint postgres_source::hint() const noexcept { return session_->hint(); }
COPYTO_DECL postgres_method postgres_source::method() const noexcept { return session_->method(); }

COPYTO_DECL result<postgres_source> postgres_source::open(postgres_options const& options, std::stop_token stop) {
  result<std::unique_ptr<detail::pg_session>> session = detail::pg_session::open(options, stop);
  if (!session) {
    return session.error();
  }
  return postgres_source(std::move(*session));
}

COPYTO_DECL result<fill_status> postgres_source::fill(batch& rows, std::stop_token stop) {
  return session_->fill(rows, stop);
}

} // namespace copyto

#endif
