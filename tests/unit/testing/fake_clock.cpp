// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/testing/fake_clock.hpp>

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using copyto::utc_time;
using copyto::testing::fake_clock;

TEST(fake_clock, stands_still_but_for_sleeps_and_advances) {
  fake_clock clock(utc_time(100s));
  fake_clock copy = clock;
  EXPECT_EQ(clock.now(), utc_time(100s));
  EXPECT_TRUE(copy.sleep(2s, {}));
  copy.advance(1s);
  EXPECT_EQ(clock.now(), utc_time(103s));
  EXPECT_EQ(clock.elapsed(), 3s);
  ASSERT_EQ(clock.sleeps().size(), 1u);
  EXPECT_EQ(clock.sleeps()[0], 2s);
}

TEST(fake_clock, can_be_set_back_without_moving_the_elapsed_time) {
  fake_clock clock(utc_time(100s));
  clock.set(utc_time(50s));
  EXPECT_EQ(clock.now(), utc_time(50s));
  EXPECT_EQ(clock.elapsed(), 0s);
}

TEST(fake_clock, does_not_sleep_after_a_stop) {
  fake_clock clock;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(clock.sleep(1s, stop.get_token()));
  EXPECT_EQ(clock.elapsed(), 0s);
}

} // namespace
