// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_REGION_HPP
#define COPYTO_AUTH_REGION_HPP

#include <copyto/core/config.hpp>

#include <string>
#include <string_view>

namespace copyto {

/// Whether `region` can be part of a host name: letters, digits and inner '-', at most 63.
[[nodiscard]] bool is_region_name(std::string_view region) noexcept;

/// Domain of the endpoints of an AWS region, e.g. "amazonaws.com" (botocore's partitions.json).
[[nodiscard]] std::string_view aws_domain(std::string_view region) noexcept;

/// The partition of an AWS region, as ARNs call it: "aws", "aws-cn", "aws-us-gov", ...
[[nodiscard]] std::string_view aws_partition(std::string_view region) noexcept;

/// Which of an AWS service's endpoints are used (AWS SDKs and Tools Reference Guide, "Dual-stack and FIPS endpoints").
struct aws_network {
  bool fips = false;       ///< those whose cryptography is validated by FIPS 140
  bool dual_stack = false; ///< those that are reached by IPv6, too
  friend constexpr bool operator==(aws_network const&, aws_network const&) = default;
};

/// "https://sts.eu-west-1.amazonaws.com", or the like for `network`, of the services "sts" and "portal.sso" (botocore's
/// endpoint rules for both).
[[nodiscard]] std::string aws_endpoint(std::string_view service, std::string_view region, aws_network network);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/region.ipp>
#endif

#endif
