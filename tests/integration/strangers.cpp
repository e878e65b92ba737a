// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

// The store contract on a server of which nothing is declared, for integration/strangers.py: prints what a store of
// the S3_TEST_* variables does otherwise, a line for each failed check, and their number in the last line.
#include <copyto/testing/store_contract.hpp>

#include <copyto/auth/keys.hpp>
#include <copyto/store/s3.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <string>

int main() {
  auto const variable = [](char const* name) {
    char const* const value = std::getenv(name);
    if (value == nullptr) {
      fmt::print(stderr, "{} is not set\n", name);
      std::exit(2);
    }
    return std::string(value);
  };
  std::random_device random;
  copyto::s3_store store(copyto::s3_compatible{.bucket = variable("S3_TEST_BUCKET"),
                                               .region = variable("S3_TEST_REGION"),
                                               .endpoint = variable("S3_TEST_ENDPOINT"),
                                               .allow_http = true},
                         copyto::static_keys(variable("S3_TEST_ACCESS_KEY"), variable("S3_TEST_SECRET_KEY")),
                         copyto::curl_transport());
  auto const report = copyto::testing::check_store_contract(
      store, {.prefix = fmt::format("contract/{:08x}{:08x}/", random(), random()), .aborted_is_gone = false});
  fmt::print("{}\n", report.text());
  return 0;
}
