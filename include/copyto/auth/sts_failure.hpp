// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_STS_FAILURE_HPP
#define COPYTO_AUTH_STS_FAILURE_HPP

#include <copyto/core/error.hpp>
#include <copyto/http/message.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// What the refusals of STS mean; free of I/O.
namespace copyto::sts {

/// What may cure a failure.
enum class remedy : std::uint8_t {
  none,
  repeat,      ///< later
  slow_down,   ///< later, and at a lower rate
  clock,       ///< sign with the server's time, once
  credentials, ///< sign with other credentials, once
};

/// An answer that is not a success.
struct failure {
  errc code = errc::service_failed;
  sts::remedy remedy = sts::remedy::none;
  int status = 0;
  std::string service_code = {};
  std::string service_text = {};
  std::string request_id = {};
  std::optional<std::chrono::nanoseconds> retry_after = std::nullopt;
};

/// Reads an answer that is no success: the code in its XML first (STS's <ErrorResponse>, or the bare
/// <Error> of RADOS Gateway 16), then the status. `temporary`: the request was signed with a session, which
/// may be over.
[[nodiscard]] failure classify(response const& answer, bool temporary);

/// The error that users see; attempts, key and disposition are the caller's to fill. `external_id`: whether
/// one was sent.
[[nodiscard]] error_info describe(failure const& f, bool external_id);

} // namespace copyto::sts

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/sts_failure.ipp>
#endif

#endif
