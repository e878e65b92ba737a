// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// endpoints: for each line "BUCKET REGION FLAGS" of its input, where requests to that bucket of Amazon S3 go, and for which
// region they are signed, or why nowhere. FLAGS: letters f(ips), d(ual stack), a(ccelerate), p(ath style), or -.
#include <copyto/store/service.hpp>

#include <fmt/format.h>

#include <iostream>
#include <string>

int main() {
  std::string bucket;
  std::string region;
  std::string flags;
  while (std::cin >> bucket >> region >> flags) {
    auto const has = [&](char flag) { return flags.find(flag) != std::string::npos; };
    copyto::s3_service const service = copyto::aws{.bucket = bucket,
                                                   .region = region,
                                                   .path_style = has('p'),
                                                   .fips = has('f'),
                                                   .dual_stack = has('d'),
                                                   .accelerate = has('a')};
    copyto::result<copyto::s3_endpoint> const at = copyto::resolve(service, service.region);
    if (at) {
      fmt::print("{}://{}{} {}\n", at->scheme, at->host, at->root, service.region);
    } else {
      fmt::print("error {}\n", at.error().message());
    }
  }
}
