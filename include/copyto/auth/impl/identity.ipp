// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_IDENTITY_IPP
#define COPYTO_AUTH_IMPL_IDENTITY_IPP

#include <copyto/auth/identity.hpp>

#include <copyto/auth/sts_failure.hpp>
#include <copyto/http/xml.hpp>

#include <fmt/format.h>

#include <utility>

namespace copyto {

COPYTO_COLD std::string caller_identity::principal() const {
  // arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION
  std::size_t const kind = arn.find(":assumed-role/");
  std::size_t const service = arn.find(":sts:");
  if (kind == arn.npos || service == arn.npos) {
    return arn;
  }
  std::string_view name = std::string_view(arn).substr(kind + 14);
  name = name.substr(0, name.find('/'));
  return fmt::format("{}:iam::{}:role/{}", std::string_view(arn).substr(0, service), account, name);
}

namespace detail {

COPYTO_COLD result<caller_identity> who_am_i(provider_io& io, credentials const& who, assume_role_options const& where,
                                             std::stop_token const& stop) {
  request r = sts::make_request(where);
  r.text = "Action=GetCallerIdentity&Version=2011-06-15";
  sts::sign(r, who, sts::region_of(where), io.now());
  result<response> const answer = io.perform(r, stop);
  r.wipe_secrets();
  auto const failed = [](error_info info) {
    info.operation = "GetCallerIdentity";
    return error(std::move(info));
  };
  if (!answer) {
    return failed(*answer.error());
  }
  if (!answer->ok()) {
    service_failure why = sts::classify(*answer, !who.session_token.empty());
    why.hide(who.secret_key.reveal());
    why.hide(who.session_token.reveal());
    return failed({.code = why.code,
                   .message = "STS does not say whose credentials these are",
                   .http_status = why.status,
                   .service_code = why.service_code,
                   .service_text = why.service_text,
                   .request_id = why.request_id,
                   .advice = "check the credentials, and the STS endpoint"});
  }
  constexpr std::string_view place = "GetCallerIdentityResponse/GetCallerIdentityResult/";
  caller_identity found{.account = xml_text(answer->body, fmt::format("{}Account", place)).value_or(""),
                        .arn = xml_text(answer->body, fmt::format("{}Arn", place)).value_or("")};
  if (found.arn.empty()) {
    return failed({.code = errc::bad_answer,
                   .message = "the answer is not one of STS",
                   .http_status = answer->status,
                   .advice = "check the STS endpoint"});
  }
  return found;
}

} // namespace detail
} // namespace copyto

#endif
