// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/retry.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

constexpr std::uint64_t least = 0;
constexpr std::uint64_t most = ~std::uint64_t(0);

TEST(full_jitter, doubles_its_ceiling_up_to_the_cap) {
  full_jitter const policy{.attempts = 100};
  EXPECT_EQ(policy.delay({.number = 1}, least), 0ns);
  for (int n = 1; n != 20; ++n) {
    auto const ceiling = std::min<std::chrono::nanoseconds>(50ms * (1LL << (n - 1)), 20s);
    auto const longest = policy.delay({.number = n}, most).value();
    EXPECT_LE(longest, ceiling) << n;
    EXPECT_GT(longest, ceiling - 1us) << n;
    auto const half = policy.delay({.number = n}, most / 2).value();
    EXPECT_NEAR(static_cast<double>(half.count()), static_cast<double>(ceiling.count()) / 2, 1000.0) << n;
  }
}

TEST(full_jitter, waits_longer_when_throttled) {
  EXPECT_GT(full_jitter{}.delay({.number = 1, .throttled = true}, most).value(), 999ms);
  EXPECT_LE(full_jitter{}.delay({.number = 1, .throttled = true}, most).value(), 1s);
}

TEST(full_jitter, gives_up_after_the_last_attempt) {
  EXPECT_TRUE(full_jitter{}.delay({.number = 4}, most));
  EXPECT_FALSE(full_jitter{}.delay({.number = 5}, most));
  EXPECT_FALSE(full_jitter{.attempts = 1}.delay({.number = 1}, least));
}

TEST(full_jitter, follows_the_servers_wish_within_five_seconds) {
  EXPECT_EQ(full_jitter{}.delay({.number = 1, .retry_after = 3s}, least), 3s);
  EXPECT_EQ((full_jitter{.attempts = 50}.delay({.number = 40, .retry_after = 1s}, most)), 6s);
  EXPECT_FALSE(full_jitter{}.delay({.number = 1, .retry_after = 1h}, least));
}

} // namespace
