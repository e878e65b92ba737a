// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_DOUBLE_STORES_HPP
#define COPYTO_TESTS_DOUBLE_STORES_HPP

#include "rules.hpp"

#include <copyto/store/service.hpp>

#include <string>
#include <vector>

/// The library's profile for each service that the double plays, with limits that make small tests large.
namespace copyto::doubles {

struct pairing {
  rules service = {};
  s3_service profile = {};
};

/// With parts of `min_part` bytes or more.
[[nodiscard]] inline std::vector<pairing> all_services(std::string const& endpoint, std::uint64_t min_part) {
  std::vector<pairing> all = {
      {rules::aws(),
       aws{.bucket = "lake", .region = "eu-west-1", .endpoint = endpoint, .path_style = true, .allow_http = true}},
      {rules::r2(), r2{.bucket = "lake", .endpoint = endpoint, .allow_http = true}},
      {rules::gcs(), gcs{.bucket = "lake", .endpoint = endpoint, .allow_http = true}},
      {rules::compatible(),
       s3_compatible{.bucket = "lake", .region = "eu-west-1", .endpoint = endpoint, .allow_http = true}},
      {rules::ignoring(),
       s3_compatible{.bucket = "lake", .region = "eu-west-1", .endpoint = endpoint, .allow_http = true}},
  };
  for (pairing& p : all) {
    p.service.min_part = min_part;
    p.profile.limits.min_part = min_part;
  }
  return all;
}

} // namespace copyto::doubles

#endif
