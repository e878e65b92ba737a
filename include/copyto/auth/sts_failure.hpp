// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_STS_FAILURE_HPP
#define COPYTO_AUTH_STS_FAILURE_HPP

#include <copyto/auth/sts.hpp>
#include <copyto/core/error.hpp>
#include <copyto/http/detail/service_failure.hpp>
#include <copyto/http/message.hpp>

/// What the refusals of STS mean; free of I/O.
namespace copyto::sts {

/// Reads an answer that is no success: the code in its XML first (STS's <ErrorResponse>, or the bare
/// <Error> of RADOS Gateway 16), then the status. `temporary`: the request was signed with a session, which
/// may be over.
[[nodiscard]] copyto::detail::service_failure classify(response const& answer, bool temporary);

/// The error that users see; attempts, key and disposition are the caller's to fill. `external_id`: whether
/// one was sent.
[[nodiscard]] error_info describe(copyto::detail::service_failure const& f, action asked, bool external_id);

} // namespace copyto::sts

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/sts_failure.ipp>
#endif

#endif
