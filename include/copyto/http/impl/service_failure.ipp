// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_SERVICE_FAILURE_IPP
#define COPYTO_HTTP_IMPL_SERVICE_FAILURE_IPP

#include <copyto/http/detail/service_failure.hpp>

#include <copyto/core/config.hpp>
#include <copyto/http/detail/redact.hpp>

namespace copyto::detail {

/// Amazon S3 API Reference, "Error responses"; STS API Reference, "Common errors"; the codes that RADOS Gateway and MinIO
/// use in their place; the SDKs' lists of what is worth a repetition. Of a throttled request the server did nothing; an
/// internal error may come after the fact.
inline constexpr failure_code shared_codes[] = {
    {"AccessDenied", errc::access_denied},
    {"SignatureDoesNotMatch", errc::bad_credentials},
    {"InvalidAccessKeyId", errc::bad_credentials, remedy::session}, // RADOS Gateway, of a session that is over
    {"RequestExpired", errc::bad_credentials, remedy::session},
    {"ExpiredToken", errc::bad_credentials, remedy::credentials},
    {"ExpiredTokenException", errc::bad_credentials, remedy::credentials},
    {"RequestTimeTooSkewed", errc::bad_credentials, remedy::clock},
    {"InvalidArgument", errc::invalid_argument},
    {"Throttling", errc::throttled, remedy::slow_down},
    {"ThrottlingException", errc::throttled, remedy::slow_down},
    {"ThrottledException", errc::throttled, remedy::slow_down},
    {"RequestThrottled", errc::throttled, remedy::slow_down},
    {"RequestLimitExceeded", errc::throttled, remedy::slow_down},
    {"TooManyRequests", errc::throttled, remedy::slow_down},
    {"TooManyRequestsException", errc::throttled, remedy::slow_down},
    {"SlowDown", errc::throttled, remedy::slow_down},
    {"InternalError", errc::service_failed, remedy::repeat, true},
    {"InternalFailure", errc::service_failed, remedy::repeat, true},
    {"RequestTimeout", errc::service_failed, remedy::repeat},
    {"RequestTimeoutException", errc::service_failed, remedy::repeat},
};

COPYTO_DECL std::optional<failure_code> meaning_of_code(std::string_view name, std::span<failure_code const> own) {
  for (std::span<failure_code const> const table : {own, std::span<failure_code const>(shared_codes)}) {
    for (failure_code const& known : table) {
      if (known.name == name) {
        return known;
      }
    }
  }
  return std::nullopt;
}

COPYTO_DECL failure_code meaning_of_status(int status) {
  switch (status) {
  case 301:
  case 307:
  case 308: return {"", errc::service_failed, remedy::region};
  case 401: return {"", errc::bad_credentials};
  case 403: return {"", errc::access_denied};
  case 404: return {"", errc::not_found};
  case 405: return {"", errc::unsupported};
  case 408: return {"", errc::service_failed, remedy::repeat};
  case 412: return {"", errc::precondition_failed};
  case 413: return {"", errc::limit_exceeded};
  case 429: return {"", errc::throttled, remedy::slow_down};
  case 499: return {"", errc::service_failed, remedy::repeat, true};
  case 501: return {"", errc::unsupported};
  // Without a code of the service it may come from a proxy, whose server may have done the work.
  case 503: return {"", errc::throttled, remedy::slow_down, true};
  default: return {"", errc::service_failed, status >= 500 ? remedy::repeat : remedy::none, status >= 500};
  }
}

COPYTO_DECL void service_failure::hide(std::string_view secret) {
  for (std::string* text : {&service_code, &service_text, &request_id}) {
    redact(*text, secret);
  }
}

COPYTO_DECL void service_failure::resolve_session(bool temporary) noexcept {
  if (remedy == detail::remedy::session) {
    remedy = temporary ? detail::remedy::credentials : detail::remedy::none;
  }
}

} // namespace copyto::detail

#endif
