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

COPYTO_COLD std::string_view aws_domain(std::string_view region) noexcept {
  struct partition {
    std::string_view prefix;
    std::string_view domain;
  };
  static constexpr partition partitions[] = {
      {"cn-", "amazonaws.com.cn"},    {"us-iso-", "c2s.ic.gov"},      {"us-isob-", "sc2s.sgov.gov"},
      {"us-isof-", "csp.hci.ic.gov"}, {"eu-isoe-", "cloud.adc-e.uk"}, {"eusc-", "amazonaws.eu"},
  };
  for (partition const& p : partitions) {
    if (region.starts_with(p.prefix)) {
      return p.domain;
    }
  }
  return "amazonaws.com";
}

} // namespace copyto

#endif
