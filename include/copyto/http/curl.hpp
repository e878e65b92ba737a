// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_CURL_HPP
#define COPYTO_HTTP_CURL_HPP

#include <copyto/core/secret.hpp>
#include <copyto/http/concept.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace copyto {

/// How `curl_transport` connects.
struct curl_options {
  std::string ca_file = {}; ///< PEM file of the certificate authorities to trust; empty: the system's
  std::string proxy = {};   ///< e.g. "http://proxy:3128"; empty: environment variables, as libcurl reads them
  secret proxy_login = {};  ///< "user:password" for the proxy
  std::chrono::milliseconds connect_timeout{10'000}; ///< TCP and TLS together
  std::chrono::seconds keep_idle{15};                ///< S3 closes idle connections after 5 to 20 s
  long upload_buffer = 256L * 1024;                  ///< bytes a connection, 16 KiB to 2 MiB
};

namespace detail {
class curl_pool;
}

/// Transport over libcurl (7.85 or newer, built with TLS). A cheap shared handle: each thread that is in
/// `perform` has a connection of its own, kept for the next one. Nothing has to be initialised, before
/// or after; SIGPIPE does not reach the program. Errors name scheme, host and port, nothing else.
class curl_transport {
public:
  explicit curl_transport(curl_options options = {});

  [[nodiscard]] result<response> perform(request const& r, std::stop_token stop);

private:
  std::shared_ptr<detail::curl_pool> pool_;
};
static_assert(Transport<curl_transport>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/curl.ipp>
#endif

#endif
