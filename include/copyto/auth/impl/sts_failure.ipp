// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_STS_FAILURE_IPP
#define COPYTO_AUTH_IMPL_STS_FAILURE_IPP

#include <copyto/auth/sts_failure.hpp>

#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/redact.hpp>
#include <copyto/http/xml.hpp>

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <string_view>

namespace copyto::sts {

namespace detail {

using copyto::detail::failure_code;
using copyto::detail::remedy;
using copyto::detail::service_failure;

/// STS API Reference, "AssumeRole" and "Common errors": what `shared_codes` does not have, or means otherwise. AssumeRole
/// changes nothing, so that it may always be repeated.
inline constexpr failure_code sts_codes[] = {
    {"AccessDeniedException", errc::access_denied},
    {"RegionDisabledException", errc::access_denied},
    {"OptInRequired", errc::access_denied},
    {"NotAuthorized", errc::access_denied},
    {"InvalidClientTokenId", errc::bad_credentials, remedy::session},
    {"UnrecognizedClientException", errc::bad_credentials, remedy::session},
    {"SignatureDoesNotMatch", errc::bad_credentials, remedy::clock},
    {"RequestExpired", errc::bad_credentials, remedy::clock},
    {"IncompleteSignature", errc::bad_credentials},
    {"MissingAuthenticationToken", errc::bad_credentials},
    {"MalformedPolicyDocument", errc::invalid_argument},
    {"PackedPolicyTooLarge", errc::invalid_argument},
    {"ValidationError", errc::invalid_argument},
    {"InvalidParameterValue", errc::invalid_argument},
    {"InvalidRequest", errc::invalid_argument},
    {"NoSuchEntity", errc::access_denied}, // AWS does not tell it from a role that is not for us
    {"NoSuchRole", errc::access_denied},
    {"ServiceUnavailable", errc::service_failed, remedy::repeat},
    // AssumeRoleWithWebIdentity:
    {"InvalidIdentityToken", errc::bad_credentials},
    {"ExpiredTokenException", errc::bad_credentials, remedy::session},
    {"IDPRejectedClaim", errc::access_denied},
    {"IDPCommunicationError", errc::service_failed, remedy::repeat},
};

/// A status alone.
[[nodiscard]] inline failure_code meaning_of_status(int status) {
  switch (status) {
  case 301:
  case 307:
  case 308: return {"", errc::service_failed}; // STS has one region an endpoint
  case 404: return {"", errc::bad_answer};     // no object is asked for: something else answers
  case 503: return {"", errc::service_failed, remedy::repeat};
  default: return copyto::detail::meaning_of_status(status);
  }
}

[[nodiscard]] inline std::string first_text(response const& answer, std::initializer_list<std::string_view> paths) {
  for (std::string_view path : paths) {
    if (auto text = xml_text(answer.body, path)) {
      return copyto::detail::one_line(std::move(*text));
    }
  }
  return {};
}

[[nodiscard]] inline bool is_about_policy(service_failure const& f) {
  return f.service_code == "MalformedPolicyDocument" || f.service_code == "PackedPolicyTooLarge";
}

[[nodiscard]] inline std::string_view reason(service_failure const& f, action asked) {
  switch (f.code) {
  case errc::access_denied: return "access is denied";
  case errc::bad_credentials:
    return asked == action::assume_role_with_web_identity ? "its token is not accepted"
           : f.remedy == remedy::clock                    ? "the signature is not accepted"
                                                          : "the credentials that it is assumed with are not accepted";
  case errc::invalid_argument:
    return is_about_policy(f) ? "the session policy is not accepted" : "a parameter is not accepted";
  case errc::throttled: return "STS asks for fewer requests";
  default: return f.status >= 500 ? "STS failed" : "STS refused the request";
  }
}

[[nodiscard]] inline std::string_view advice(service_failure const& f, action asked, bool external_id) {
  if (f.service_code.empty() && f.status < 500 && f.code != errc::throttled) {
    return "check the STS endpoint: what answers there gives no error code of STS";
  }
  switch (f.code) {
  case errc::access_denied:
    if (f.service_code == "RegionDisabledException" || f.service_code == "OptInRequired") {
      return "use the STS endpoint of a region that is on in this account";
    }
    if (asked == action::assume_role_with_web_identity) {
      return "check that the role exists, and that its trust policy allows sts:AssumeRoleWithWebIdentity to this "
             "identity "
             "provider, audience and subject";
    }
    return external_id ? "check that the role exists, and that its trust policy allows sts:AssumeRole to these "
                         "credentials with exactly this external id"
                       : "check that the role exists, and that its trust policy allows sts:AssumeRole to these "
                         "credentials without an external id; if it asks for one, none was given";
  case errc::bad_credentials:
    if (asked == action::assume_role_with_web_identity) {
      return "check that the token file is renewed in time, and that the account knows its identity provider";
    }
    return f.remedy == remedy::clock
               ? "check the secret key and this machine's clock"
               : "check the access key id, and the session token if there is one: the session may be over";
  case errc::invalid_argument:
    return is_about_policy(f) ? "check the session policy"
                              : "check role ARN, session name, external id and duration; the role's own maximum "
                                "duration may be lower";
  default: return "";
  }
}

} // namespace detail

COPYTO_COLD copyto::detail::service_failure classify(response const& answer, bool temporary) {
  copyto::detail::service_failure f;
  f.status = answer.status;
  f.retry_after = copyto::detail::retry_after(answer);
  f.service_code = detail::first_text(answer, {"ErrorResponse/Error/Code", "Error/Code"});
  f.service_text = detail::first_text(answer, {"ErrorResponse/Error/Message", "Error/Message"});
  f.request_id = detail::first_text(answer, {"ErrorResponse/RequestId", "ErrorResponse/RequestID", "Error/RequestId"});
  for (std::string_view name : {"x-amzn-requestid", "x-amz-request-id"}) {
    if (f.request_id.empty()) {
      f.request_id = copyto::detail::one_line(std::string(answer.header(name).value_or("")));
    }
  }
  std::optional<detail::failure_code> const known = copyto::detail::meaning_of_code(f.service_code, detail::sts_codes);
  detail::failure_code const meaning = known ? *known : detail::meaning_of_status(answer.status);
  f.code = meaning.code;
  f.remedy = meaning.remedy;
  f.resolve_session(temporary);
  return f;
}

COPYTO_COLD error_info describe(copyto::detail::service_failure const& f, action asked, bool external_id) {
  return {.code = f.code,
          .message = fmt::format("cannot assume the role: {}", detail::reason(f, asked)),
          .operation = std::string(name_of(asked)),
          .http_status = f.status,
          .service_code = f.service_code,
          .service_text = f.service_text,
          .request_id = f.request_id,
          .advice = std::string(detail::advice(f, asked, external_id))};
}

} // namespace copyto::sts

#endif
