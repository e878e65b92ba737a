// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DEFAULT_CHAIN_HPP
#define COPYTO_AUTH_DEFAULT_CHAIN_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <concepts>
#include <utility>

namespace copyto {

namespace detail {
struct role_place;
[[nodiscard]] credential_source_ptr make_chain_source(role_place const& place, provider_io_ptr io);
[[nodiscard]] credential_source_ptr make_chain_source(provider_io_ptr io);
} // namespace detail

/// The credentials that this program finds itself with, looked for in the order of the AWS SDKs (botocore's):
///
/// | # | where | it is there if |
/// |---|---|---|
/// | 1 | environment | AWS_ACCESS_KEY_ID is set |
/// | 2 | a role of the current profile (`read_current_aws_profile`) | it has role_arn |
/// | 3 | web identity | AWS_WEB_IDENTITY_TOKEN_FILE is set, or the profile has web_identity_token_file |
/// | 4 | single sign-on, keys, a process of the profile | it has them |
/// | 5 | container | AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI is set |
/// | 6 | instance | its metadata service answers |
///
/// The first that is there is taken, and kept: where it then fails, that is the error, and no other is tried behind its
/// back. Nothing is there: errc::bad_credentials says for each why. The search is made at the first request. Thread-safe;
/// models RefreshableProvider.
class default_chain : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::any;

  // In this order: whether a copy can be made must not depend on itself.
  template <class Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
    requires(!std::derived_from<Http, detail::source_handle> && Transport<Http>)
  explicit default_chain(Http http = Http(), Retry retry = Retry(), Time time = Time())
      : source_handle(
            detail::make_chain_source(detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/default_chain.ipp>
#endif

#endif
