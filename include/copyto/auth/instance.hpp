// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_INSTANCE_HPP
#define COPYTO_AUTH_INSTANCE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>
#include <copyto/http/curl.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace copyto {

/// How the instance metadata service (IMDS) of an EC2 instance is asked.
struct instance_options {
  /// "http://host[:port]". Empty: AWS_EC2_METADATA_SERVICE_ENDPOINT, else http://169.254.169.254, or http://[fd00:ec2::254]
  /// where AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is IPv6.
  std::string endpoint = {};
  /// Ask without a session token where the service gives none (IMDSv1). Whoever makes this machine send a request of his own
  /// choice can read the credentials then.
  bool allow_v1 = false;
  /// Within this a connection must be there, and within twice this an answer: elsewhere than on EC2 nothing answers. A
  /// container behind a hop limit of 1 sees that, too.
  std::chrono::seconds patience{1};
};

namespace detail {
[[nodiscard]] credential_source_ptr make_instance_source(instance_options options, provider_io_ptr io);
}

/// Credentials of the role of this EC2 instance, from its metadata service (EC2 User Guide, "Retrieve security credentials
/// from instance metadata"), by a session token (IMDSv2), past any proxy, renewed in time by one thread.
///
/// errc::bad_credentials: AWS_EC2_METADATA_DISABLED is "true", the instance has no role, or its role gives no keys;
/// errc::unreachable: no instance, or a container whose answers need a hop more. Thread-safe; models RefreshableProvider.
class instance_credentials : public detail::source_handle {
public:
  static constexpr issuer issued_by = issuer::aws;

  template <Transport Http = curl_transport, RetryPolicy Retry = full_jitter, Clock Time = system_clock>
  explicit instance_credentials(instance_options options = {}, Http http = Http(), Retry retry = Retry(),
                                Time time = Time())
      : source_handle(detail::make_instance_source(
            std::move(options), detail::make_provider_io(std::move(http), std::move(retry), std::move(time)))) {}
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/instance.ipp>
#endif

#endif
