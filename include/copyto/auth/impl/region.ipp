// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_REGION_IPP
#define COPYTO_AUTH_IMPL_REGION_IPP

#include <copyto/auth/region.hpp>

#include <copyto/core/ascii.hpp>

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

  [[nodiscard]] static aws_partition_of region(std::string_view region) noexcept {
    static constexpr aws_partition_of partitions[] = {
        {"cn-", "aws-cn", "amazonaws.com.cn"},       {"us-gov-", "aws-us-gov", "amazonaws.com"},
        {"us-iso-", "aws-iso", "c2s.ic.gov"},        {"us-isob-", "aws-iso-b", "sc2s.sgov.gov"},
        {"us-isof-", "aws-iso-f", "csp.hci.ic.gov"}, {"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"},
        {"eusc-", "aws-eusc", "amazonaws.eu"},
    };
    for (aws_partition_of const& p : partitions) {
      if (region.starts_with(p.prefix)) {
        return p;
      }
    }
    return {"", "aws", "amazonaws.com"};
  }
};

} // namespace detail

COPYTO_COLD std::string_view aws_domain(std::string_view region) noexcept {
  return detail::aws_partition_of::region(region).domain;
}

COPYTO_COLD std::string_view aws_partition(std::string_view region) noexcept {
  return detail::aws_partition_of::region(region).name;
}

} // namespace copyto

#endif
