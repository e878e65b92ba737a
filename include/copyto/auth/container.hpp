// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_CONTAINER_HPP
#define COPYTO_AUTH_CONTAINER_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <concepts>
#include <utility>

namespace copyto {

namespace detail {
[[nodiscard]] credential_source_ptr make_container_source(provider_io_ptr io);
}

/// Credentials of the task or pod that this program runs in, from ECS, Fargate, EKS Pod Identity and whoever speaks as they
/// do (AWS SDKs Reference Guide, "Container credential provider"): as the environment says at each request,
///
/// | variable | is |
/// |---|---|
/// | AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | a path on http://169.254.170.2; it goes before the next |
/// | AWS_CONTAINER_CREDENTIALS_FULL_URI | a URL: https, or of this machine, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23] |
/// | AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE | a file whose text goes into the Authorization header, read anew each time |
/// | AWS_CONTAINER_AUTHORIZATION_TOKEN | that text; without the file only |
///
/// Asked past any proxy, renewed in time by one thread. errc::bad_credentials: neither URI is set, or the service refuses;
/// errc::invalid_argument: the URL is of another host, or the token cannot be in a header. Thread-safe; models
/// RefreshableProvider.
class container_credentials : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::aws;

  // In this order: whether a copy can be made must not depend on itself.
  template <class Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
    requires(!std::derived_from<Http, detail::source_handle> && Transport<Http>)
  explicit container_credentials(Http http = Http(), Retry retry = Retry(), Time time = Time())
      : source_handle(detail::make_container_source(
            detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/container.ipp>
#endif

#endif
