// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/detail/answer.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::chrono_literals;

TEST(retry_after, reads_both_headers) {
  EXPECT_EQ(retry_after({.headers = {{"Retry-After", "7"}}}), 7s);
  EXPECT_EQ(retry_after({.headers = {{"Retry-After", "7"}, {"x-amz-retry-after", "1500"}}}), 1500ms);
  EXPECT_FALSE(retry_after({.headers = {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}}));
  EXPECT_FALSE(retry_after({}));
  for (char const* const long_time : {"4294967295", "99999999999", "99999999999999999999999999"}) { // not "at once"
    EXPECT_EQ(retry_after({.headers = {{"Retry-After", long_time}}}), 4294967295s) << long_time;
    EXPECT_EQ(retry_after({.headers = {{"x-amz-retry-after", long_time}}}), 4294967295ms) << long_time;
  }
  for (char const* const nothing : {"", "-1", "7 ", "7.5", "99999999999x"}) {
    EXPECT_FALSE(retry_after({.headers = {{"Retry-After", nothing}}})) << nothing;
  }
}

TEST(clock_skew, is_the_servers_clock_minus_the_middle_of_the_exchange) {
  response answer{.headers = {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}};
  utc_time const server(784111777s);
  EXPECT_EQ(clock_skew(answer, server - 60s, server - 58s), 59s);
  answer.headers.push_back({"Age", "5"});
  EXPECT_FALSE(clock_skew(answer, server, server));
  EXPECT_FALSE(clock_skew({}, server, server));
}

} // namespace
