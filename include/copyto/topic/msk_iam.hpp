// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_MSK_IAM_HPP
#define COPYTO_TOPIC_MSK_IAM_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/topic/cluster.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace copyto {

namespace detail {
/// The token of these credentials at that time.
[[nodiscard]] result<kafka_token> msk_token(credentials const& who, std::string_view region, utc_time now);
} // namespace detail

/// Logs in to Amazon MSK by IAM: for `kafka_cluster::token`, with `tls`, at the port of the cluster's IAM brokers (9098).
///
///     kafka_cluster{.bootstrap = "b-1.lake.abc123.c2.kafka.eu-west-1.amazonaws.com:9098", .tls = true,
///                   .token = msk_iam(default_chain(), "eu-west-1")}
///
/// A token is a URL of kafka-cluster:Connect, signed for 15 minutes by Signature Version 4 in its query, in base64 for URLs
/// (the format of Amazon's aws-msk-iam-sasl-signer libraries; MSK developer guide, "IAM access control"). The provider is asked
/// for each; it is called from threads of librdkafka, and must be thread-safe as its law says. Errors are the provider's.
template <CredentialProvider Provider, Clock Time = system_clock>
[[nodiscard]] std::function<result<kafka_token>()> msk_iam(Provider provider, std::string region, Time time = Time()) {
  auto const shared = std::make_shared<Provider>(std::move(provider));
  return [shared, region = std::move(region), time = std::move(time)]() -> result<kafka_token> {
    utc_time const now = time.now();
    result<credentials> const who = shared->get(now, std::stop_token());
    return who ? detail::msk_token(*who, region, now) : who.error();
  };
}

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/msk_iam.ipp>
#endif

#endif
