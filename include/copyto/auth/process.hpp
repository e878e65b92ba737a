// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_PROCESS_HPP
#define COPYTO_AUTH_PROCESS_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace copyto {

/// Which program is asked for credentials.
struct process_options {
  /// The program and its arguments, quoted as for a POSIX shell; no shell runs, so that nothing in it is expanded. A name
  /// without a slash is looked for in PATH.
  std::string command = {};
  /// It is killed after that.
  std::chrono::seconds patience{60};
};

namespace detail {
[[nodiscard]] credential_source_ptr make_process_source(process_options options, provider_io_ptr io);
}

/// Credentials that a program prints, as credential_process of an AWS profile names one (AWS SDKs Reference Guide, "Process
/// credential provider"): {"Version": 1, "AccessKeyId": ..., "SecretAccessKey": ..., "SessionToken": ..., "Expiration": ...}.
/// It gets the environment of this program and an empty input; what it says on its standard error is thrown away, since it
/// may hold anything. It runs again when its credentials are due, one thread at a time; without Expiration they are kept.
///
/// errc::bad_credentials: it cannot be started, its path is given and everybody may write to it, it ends with another status
/// than 0 or too late, or it prints something else or more than 64 KiB. Thread-safe; models RefreshableProvider.
class process_credentials : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::any;

  template <Clock Time = system_clock>
  explicit process_credentials(process_options options, Time time = Time())
      : source_handle(detail::make_process_source(
            std::move(options), detail::make_provider_io(curl_transport(), full_jitter(), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/process.ipp>
#endif

#endif
