// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/clock.hpp>

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;

TEST(SystemClock, ASleepThatIsStoppedReturnsFalseAtOnce) {
  copyto::system_clock const clock;
  std::stop_source source;
  source.request_stop();
  auto const before = clock.elapsed();
  EXPECT_FALSE(clock.sleep(1h, source.get_token()));
  EXPECT_LT(clock.elapsed() - before, 1min);
}

TEST(SystemClock, ASleepToItsEndReturnsTrue) {
  EXPECT_TRUE(copyto::system_clock().sleep(0ns, {}));
  EXPECT_TRUE(copyto::system_clock().sleep(1us, std::stop_source().get_token()));
}

TEST(SystemClock, NowIsUtcAndElapsedNeverGoesBack) {
  copyto::system_clock const clock;
  EXPECT_GT(clock.now(), copyto::utc_time(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)));
  auto const first = clock.elapsed();
  EXPECT_GE(clock.elapsed(), first);
}

} // namespace
