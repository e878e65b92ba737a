// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_DETAIL_SERVICE_FAILURE_HPP
#define COPYTO_HTTP_DETAIL_SERVICE_FAILURE_HPP

#include <copyto/core/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What the answers of AWS's services mean that are no success. Pure.
namespace copyto::detail {

/// What may cure a failure.
///
/// | remedy | how often it is tried |
/// |---|---|
/// | `none` | never: the error is the caller's |
/// | `repeat`, `slow_down` | as often as policy and budget allow, after a pause |
/// | `region`, `clock`, `credentials` | once each, at once, if something was learnt |
enum class remedy : std::uint8_t {
  none,
  repeat,      ///< later
  slow_down,   ///< later, and at a lower rate
  region,      ///< sign for another region
  clock,       ///< sign with the server's time
  credentials, ///< sign with other credentials
  session,     ///< the same where these are temporary; nothing helps long-term keys (`resolve_session`)
};

/// What one error code means.
struct failure_code {
  std::string_view name;
  errc code = errc::service_failed;
  detail::remedy remedy = detail::remedy::none;
  bool may_have_happened = false; ///< the request may have taken effect all the same
};

/// An answer that is no success.
struct service_failure {
  errc code = errc::service_failed;
  detail::remedy remedy = detail::remedy::none;
  bool may_have_happened = false;
  int status = 0;
  std::string service_code = {};
  std::string service_text = {};
  std::string request_id = {};
  std::string region = {}; ///< where the server says that the bucket is
  std::optional<std::chrono::nanoseconds> retry_after = std::nullopt;

  /// `remedy::session` becomes `credentials` for temporary credentials, else `none`.
  void resolve_session(bool temporary) noexcept;
  /// Takes a secret out of what the server said (`redact`).
  void hide(std::string_view secret);
};

/// What a code means: in the service's `own` table, else in that of the codes that S3 and STS share; nothing: it stands
/// in neither.
[[nodiscard]] std::optional<failure_code> meaning_of_code(std::string_view name, std::span<failure_code const> own);

/// What a status means where no code is known: empty bodies, HTML of proxies, cut XML.
[[nodiscard]] failure_code meaning_of_status(int status);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/service_failure.ipp>
#endif

#endif
