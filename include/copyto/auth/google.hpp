// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_GOOGLE_HPP
#define COPYTO_AUTH_GOOGLE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <concepts>
#include <string>
#include <utility>

namespace copyto {

/// Which service account of Google Cloud asks for access tokens.
struct google_account_options {
  std::string key_file =
      {}; ///< JSON, as `gcloud iam service-accounts keys create` writes it; empty: GOOGLE_APPLICATION_CREDENTIALS
  std::string scope = "https://www.googleapis.com/auth/devstorage.read_write";
};

namespace detail {
[[nodiscard]] credential_source_ptr make_google_account_source(google_account_options options, provider_io_ptr io);
[[nodiscard]] credential_source_ptr make_google_metadata_source(provider_io_ptr io);
} // namespace detail

/// OAuth 2.0 access tokens for Google Cloud Storage, asked for by the key of a service account: a JWT that OpenSSL signs
/// (RFC 7523; Google, "Using OAuth 2.0 for server to server applications"). The XML API takes them in place of a signature.
/// The file is read anew at each request for a token. errc::bad_credentials: it is no key of a service account, or Google
/// does not accept it. Thread-safe; models RefreshableProvider.
class google_service_account : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::gcs;

  template <Transport Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
  explicit google_service_account(google_account_options options = {}, Http http = Http(), Retry retry = Retry(),
                                  Time time = Time())
      : source_handle(detail::make_google_account_source(
            std::move(options), detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

/// The same of the service account of this machine, GKE pod (workload identity) or Cloud Run job, from its metadata server
/// (Compute Engine, "Access tokens"), past any proxy. GCE_METADATA_HOST names another host. Thread-safe; models
/// RefreshableProvider.
class google_metadata : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::gcs;

  // In this order: whether a copy can be made must not depend on itself.
  template <class Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
    requires(!std::derived_from<Http, detail::source_handle> && Transport<Http>)
  explicit google_metadata(Http http = Http(), Retry retry = Retry(), Time time = Time())
      : source_handle(detail::make_google_metadata_source(
            detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/google.ipp>
#endif

#endif
