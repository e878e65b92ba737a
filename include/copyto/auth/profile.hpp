// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_PROFILE_HPP
#define COPYTO_AUTH_PROFILE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <string>
#include <utility>

namespace copyto {

namespace detail {
[[nodiscard]] credential_source_ptr make_profile_source(std::string name, provider_io_ptr io);
}

/// The credentials of a profile of the shared AWS configuration (`read_aws_profile` says which, and in which order): keys, a
/// chain of roles, a web identity, single sign-on, a process. The files are read at the first request, and again once a
/// server has refused keys of theirs.
///
/// Errors are those of `read_aws_profile`, and of the provider that the profile names; errc::bad_credentials: it has none.
/// Thread-safe; models RefreshableProvider.
class profile_credentials : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::any;

  template <Transport Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
  explicit profile_credentials(std::string name, Http http = Http(), Retry retry = Retry(), Time time = Time())
      : source_handle(detail::make_profile_source(
            std::move(name), detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/profile.ipp>
#endif

#endif
