// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/open.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace {

using namespace copyto;

/// With an environment that says nothing.
class OpenStore : public testing::Test {
protected:
  void SetUp() override {
    for (char const* name : {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
                             "AWS_ENDPOINT_URL_STS", "CLOUDFLARE_ACCOUNT_ID"}) {
      ::unsetenv(name);
    }
  }
  static result<any_store> open(std::string_view uri, store_settings const& by = {}) {
    return open_store(parse_target(uri).value(), by);
  }
  static std::string refusal(std::string_view uri, store_settings const& by = {}) {
    auto const got = open(uri, by);
    EXPECT_FALSE(got) << uri;
    EXPECT_TRUE(got || got.error().is(errc::invalid_argument));
    return got ? std::string() : got.error().message();
  }
};

TEST_F(OpenStore, KnowsTheServiceByTheScheme) {
  EXPECT_EQ(open("s3://lake/x", {.region = "eu-west-1"}).value().uri("k"), "s3://lake/k");
  EXPECT_EQ(open("gs://lake/x").value().uri("k"), "gs://lake/k");
  EXPECT_EQ(open("r2://lake/x", {.account = "0123456789abcdef0123456789abcdef"}).value().uri("k"), "r2://lake/k");
  EXPECT_TRUE(open(testing::TempDir()));
}

TEST_F(OpenStore, TakesTheEnvironmentWhereNothingIsGiven) {
  ::setenv("AWS_REGION", "eu-west-1", 1);
  EXPECT_TRUE(open("s3://lake/x"));
  ::unsetenv("AWS_REGION");
  ::setenv("CLOUDFLARE_ACCOUNT_ID", "0123456789abcdef0123456789abcdef", 1);
  EXPECT_TRUE(open("r2://lake/x"));
}

TEST_F(OpenStore, RefusesWhatCannotBeRightByItsMember) {
  auto const says = [](std::string const& text, std::string_view part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says(refusal("s3://lake/x"), "give .region, or set AWS_REGION");
  says(refusal("r2://lake/x"), "give .account, or set CLOUDFLARE_ACCOUNT_ID");
  says(refusal("s3://lake/x", {.service = "s3-compatible"}), ".service s3-compatible needs an endpoint");
  says(refusal("s3://lake/x", {.service = "azure"}), "there is no profile `azure`");
  says(refusal("gs://lake/x", {.service = "aws"}), "gs:// and .service aws contradict each other");
  says(refusal("gs://lake/x", {.account = "a"}), ".account has no effect with the profile gcs");
  says(refusal("s3://lake/x", {.endpoint = "http://host"}), "set .allow_http");
  says(refusal("s3://lake/x", {.region = "r-1", .external_id = "x"}), ".external_id has no effect without .role_arn");
  says(refusal("s3://lake/x", {.region = "r-1", .sts_endpoint = "https://x"}), ".sts_endpoint has no effect");
  says(refusal("gs://lake/x", {.role_arn = "arn:aws:iam::123456789012:role/x"}), "there is no AssumeRole");
  says(refusal("s3://lake/x", {.region = "r-1", .role_arn = "no"}), "role_arn");
  says(refusal("out", {.region = "r-1"}), "is a directory, and the settings are for buckets");
}

} // namespace
