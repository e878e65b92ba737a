// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_REGION_IPP
#define COPYTO_AUTH_IMPL_REGION_IPP

#include <copyto/auth/region.hpp>

#include <copyto/core/ascii.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto {

COPYTO_COLD bool is_region_name(std::string_view region) noexcept {
  return !region.empty() && region.size() <= 63 && region.front() != '-' && region.back() != '-' &&
         std::ranges::all_of(region, [](char c) { return ascii::is_alnum(c) || c == '-'; });
}

namespace detail {

struct aws_partition_of {
  std::string_view prefix; ///< of its regions
  std::string_view name;
  std::string_view domain;
  std::string_view dual_stack_domain; ///< of services other than S3

  [[nodiscard]] static aws_partition_of region(std::string_view region) noexcept {
    static constexpr aws_partition_of partitions[] = {
        {"cn-", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
        {"us-gov-", "aws-us-gov", "amazonaws.com", "api.aws"},
        {"us-iso-", "aws-iso", "c2s.ic.gov", "api.aws.ic.gov"},
        {"us-isob-", "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"},
        {"us-isof-", "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
        {"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
        {"eusc-", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"},
    };
    for (aws_partition_of const& p : partitions) {
      if (region.starts_with(p.prefix)) {
        return p;
      }
    }
    return {"", "aws", "amazonaws.com", "api.aws"};
  }
};

} // namespace detail

COPYTO_COLD std::string_view aws_domain(std::string_view region) noexcept {
  return detail::aws_partition_of::region(region).domain;
}

COPYTO_COLD std::string_view aws_partition(std::string_view region) noexcept {
  return detail::aws_partition_of::region(region).name;
}

COPYTO_COLD std::string aws_endpoint(std::string_view service, std::string_view region, aws_network network) {
  detail::aws_partition_of const at = detail::aws_partition_of::region(region);
  // The ordinary endpoints of GovCloud are validated; only by IPv6 they have names of their own.
  bool const named = network.fips && (network.dual_stack || at.name != "aws-us-gov");
  return fmt::format("https://{}{}.{}.{}", service, named ? "-fips" : "", region,
                     network.dual_stack ? at.dual_stack_domain : at.domain);
}

} // namespace copyto

#endif
