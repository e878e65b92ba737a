// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/concept.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

// The exemplar: all that a provider needs.
struct exemplar {
  static constexpr issuer issued_by = issuer::aws;
  result<credentials> get(utc_time, std::stop_token) { return credentials{.access_key_id = "id"}; }
};
static_assert(CredentialProvider<exemplar>);

struct without_issuer {
  result<credentials> get(utc_time, std::stop_token);
};
static_assert(!CredentialProvider<without_issuer> && HasGet<without_issuer>);

struct without_get {
  static constexpr issuer issued_by = issuer::any;
};
static_assert(!CredentialProvider<without_get> && HasIssuer<without_get>);

struct refreshable : exemplar {
  void expire(credentials const&) {}
};
static_assert(RefreshableProvider<refreshable> && !RefreshableProvider<exemplar>);

TEST(issuer_set, holds_any_issuer_and_its_own) {
  constexpr issuer_set only_aws{.aws = true};
  EXPECT_TRUE(only_aws.holds(issuer::any));
  EXPECT_TRUE(only_aws.holds(issuer::aws));
  EXPECT_FALSE(only_aws.holds(issuer::gcs));
  EXPECT_FALSE(only_aws.holds(issuer::r2));
  EXPECT_TRUE(issuer_set{}.holds(issuer::any));
}

} // namespace
