// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_SSO_HPP
#define COPYTO_AUTH_SSO_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/auth/region.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <string>
#include <utility>

namespace copyto {

/// Which role of IAM Identity Center (AWS SSO) is asked for, and where `aws sso login` has put the token.
struct sso_options {
  std::string start_url = {};
  std::string region = {}; ///< of the Identity Center
  std::string account_id = {};
  std::string role_name = {};
  std::string session = {}; ///< the name of the sso-session; empty: the token is that of `start_url`
  std::string cache = {};   ///< the directory of the tokens; empty: ~/.aws/sso/cache
  /// Empty: AWS_ENDPOINT_URL_SSO, else https://portal.sso.<region>.amazonaws.com, or the like of the partition and `network`.
  std::string endpoint = {};
  aws_network network = {}; ///< where none of these endpoints is named
  bool allow_http = false;  ///< without TLS anybody on the way reads the credentials
};

namespace detail {
[[nodiscard]] credential_source_ptr make_sso_source(sso_options options, provider_io_ptr io);
}

/// Credentials of a role that somebody has signed in for with `aws sso login` (IAM Identity Center Portal API Reference,
/// "GetRoleCredentials"). The token is read anew at each request; it is not renewed here: once it has ended, the error says
/// to sign in again.
///
/// errc::bad_credentials: there is no token, it has ended, or it gives no access to this role. Thread-safe; models
/// RefreshableProvider.
class sso_credentials : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::aws;

  template <Transport Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
  explicit sso_credentials(sso_options options, Http http = Http(), Retry retry = Retry(), Time time = Time())
      : source_handle(detail::make_sso_source(
            std::move(options), detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/sso.ipp>
#endif

#endif
