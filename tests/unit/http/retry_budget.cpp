// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/retry_budget.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::retry_budget;

TEST(retry_budget, ends_and_is_earned_again_by_successes) {
  retry_budget budget({.capacity = 20, .transient = 10, .throttled = 4, .earned = 1});
  EXPECT_EQ(budget.cost(false), 10);
  EXPECT_EQ(budget.cost(true), 4);
  EXPECT_TRUE(budget.spend(10));
  EXPECT_TRUE(budget.spend(10));
  EXPECT_FALSE(budget.spend(4));
  for (int i = 0; i != 3; ++i) {
    budget.succeeded(0);
    EXPECT_FALSE(budget.spend(4));
  }
  budget.succeeded(0);
  EXPECT_TRUE(budget.spend(4));
}

TEST(retry_budget, gives_back_what_a_request_spent_that_succeeds_in_the_end) {
  retry_budget budget({.capacity = 20, .transient = 10, .throttled = 4, .earned = 1});
  EXPECT_TRUE(budget.spend(10) && budget.spend(10));
  budget.succeeded(20);
  EXPECT_TRUE(budget.spend(10) && budget.spend(10));
  budget.succeeded(100);
  EXPECT_TRUE(budget.spend(20)) << "never more than its capacity";
  EXPECT_FALSE(budget.spend(1));
}

} // namespace
