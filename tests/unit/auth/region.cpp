// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/region.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;

TEST(is_region_name, takes_what_can_be_a_label_of_a_host_name) {
  for (std::string const good : {"eu-west-1", "auto", "x", "Default1"}) {
    EXPECT_TRUE(is_region_name(good)) << good;
  }
  for (std::string const& bad : {std::string(), std::string("-x"), std::string("x-"), std::string("a.b"),
                                 std::string("a/b"), std::string("a b"), std::string(64, 'x')}) {
    EXPECT_FALSE(is_region_name(bad)) << bad;
  }
}

TEST(aws_domain, is_the_partitions) {
  EXPECT_EQ(aws_domain("eu-west-1"), "amazonaws.com");
  EXPECT_EQ(aws_domain("us-gov-west-1"), "amazonaws.com");
  EXPECT_EQ(aws_domain("cn-north-1"), "amazonaws.com.cn");
  EXPECT_EQ(aws_domain("us-isob-east-1"), "sc2s.sgov.gov");
  EXPECT_EQ(aws_domain("eusc-de-east-1"), "amazonaws.eu");
}

TEST(aws_endpoint, is_botocores) {
  struct row {
    std::string_view service;
    std::string_view region;
    aws_network network;
    std::string_view wanted;
  };
  for (row const& r :
       {row{"sts", "eu-west-1", {}, "https://sts.eu-west-1.amazonaws.com"},
        {"sts", "eu-west-1", {.fips = true}, "https://sts-fips.eu-west-1.amazonaws.com"},
        {"sts", "eu-west-1", {.dual_stack = true}, "https://sts.eu-west-1.api.aws"},
        {"sts", "us-east-1", {true, true}, "https://sts-fips.us-east-1.api.aws"},
        {"sts", "us-gov-west-1", {.fips = true}, "https://sts.us-gov-west-1.amazonaws.com"},
        {"sts", "us-gov-west-1", {true, true}, "https://sts-fips.us-gov-west-1.api.aws"},
        {"sts", "cn-north-1", {.dual_stack = true}, "https://sts.cn-north-1.api.amazonwebservices.com.cn"},
        {"portal.sso", "us-east-1", {}, "https://portal.sso.us-east-1.amazonaws.com"},
        {"portal.sso", "us-east-1", {.fips = true}, "https://portal.sso-fips.us-east-1.amazonaws.com"},
        {"portal.sso", "us-gov-east-1", {.fips = true}, "https://portal.sso.us-gov-east-1.amazonaws.com"},
        {"portal.sso", "us-east-1", {true, true}, "https://portal.sso-fips.us-east-1.api.aws"}}) {
    EXPECT_EQ(aws_endpoint(r.service, r.region, r.network), r.wanted);
  }
}

} // namespace
