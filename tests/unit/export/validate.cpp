// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/validate.hpp>

#include <copyto/store/memory.hpp>
#include <copyto/testing/fail_at.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using namespace copyto;
using verdict = validation_check::verdict;

TEST(Validate, IsGoodWhereAllIsThereAndLeavesNothing) {
  memory_store store;
  validation const found = validate(store_ref(store), "a/b");
  EXPECT_EQ(found.verdict(), verdict::good);
  EXPECT_EQ(found.checks.size(), 9U);
  EXPECT_TRUE(store.list("", "", {})->items.empty());
  EXPECT_TRUE(store.list_uploads("", "", {})->items.empty());
}

TEST(Validate, EachOperationThatFailsIsNamed) {
  std::set<std::string> named;
  for (std::uint64_t at = 0;; ++at) {
    memory_store store;
    copyto::testing::fail_at_store failing(store, {.at = at, .code = errc::access_denied});
    validation const found = validate(store_ref(failing), "a");
    if (failing.operations() <= at) {
      EXPECT_GT(at, 8U);
      break;
    }
    int bad = 0;
    for (validation_check const& c : found.checks) {
      bad += c.result != verdict::good ? 1 : 0;
      if (c.result != verdict::good) {
        named.insert(c.name);
        EXPECT_TRUE(c.why) << c.name;
      }
    }
    EXPECT_GE(bad, 1) << at;
    EXPECT_NE(found.verdict(), verdict::good) << at;
  }
  EXPECT_GE(named.size(), 6U);
}

TEST(Validate, EndsWhereNothingElseCouldWork) {
  memory_store store;
  copyto::testing::fail_at_store failing(store, {.at = 0, .code = errc::bad_credentials});
  validation const found = validate(store_ref(failing), "a");
  ASSERT_EQ(found.checks.size(), 1U);
  EXPECT_EQ(found.checks[0].name, "list");
  EXPECT_EQ(found.verdict(), verdict::refused);
}

TEST(Validate, OfADirectoryIsThatOfItsStore) {
  std::string const path = ::testing::TempDir() + "copyto_validate";
  validation const found = validate(parse_target(path).value()).value();
  EXPECT_EQ(found.verdict(), verdict::good);
  EXPECT_FALSE(validate(parse_target(path).value(), {.region = "eu-west-1"})); // settings are for buckets
}

} // namespace
