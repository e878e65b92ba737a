// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_WEB_IDENTITY_HPP
#define COPYTO_AUTH_WEB_IDENTITY_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/auth/detail/role_session.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <memory>
#include <string>
#include <utility>

namespace copyto {

/// Which role the token of a web identity asks for. What `role` does not say comes from the environment: AWS_ROLE_ARN,
/// AWS_ROLE_SESSION_NAME, AWS_REGION or AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_STS.
struct web_identity_options {
  std::string token_file = {};   ///< a JWT of the identity provider; empty: AWS_WEB_IDENTITY_TOKEN_FILE
  assume_role_options role = {}; ///< external id, tags and source identity have no place here: they are the token's
};

namespace detail {
/// With what the environment says; checked by the session.
[[nodiscard]] web_identity_options with_environment(web_identity_options options);
} // namespace detail

/// Sessions of an IAM role that the token of an identity provider asks for: EKS service accounts (IRSA), GitHub Actions and
/// others by OpenID Connect (AWS STS API Reference, "AssumeRoleWithWebIdentity"). The file is read anew at each request, as
/// whoever writes it renews it. Errors and renewal as for `assume_role`; errc::invalid_argument: no role or no file is named.
/// Thread-safe; models RefreshableProvider.
class web_identity {
public:
  static constexpr issuer issued_by = issuer::aws;

  template <Transport Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
  explicit web_identity(web_identity_options options = {}, Http http = Http(), Retry retry = Retry(),
                        Time time = Time()) {
    web_identity_options whole = detail::with_environment(std::move(options));
    session_ = std::make_shared<detail::role_session>(
        std::move(whole.role), std::move(whole.token_file),
        detail::make_provider_io(std::move(http), std::move(retry), std::move(time)));
  }

  /// Whether the options keep the rules of STS. Asks no server.
  [[nodiscard]] result<void> check() const { return session_->check(); }

  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop) { return session_->get(now, stop); }
  void expire(credentials const& rejected) { session_->expire(rejected); }

private:
  std::shared_ptr<detail::role_session> session_;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/web_identity.ipp>
#endif

#endif
