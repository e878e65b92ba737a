// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/detail/answer.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::chrono_literals;

TEST(one_line, keeps_a_servers_text_on_one_short_line) {
  EXPECT_EQ(one_line("a\nb\x7f\tc"), "a b  c");
  EXPECT_EQ(one_line(std::string(401, 'x')), std::string(400, 'x') + "...");
  EXPECT_EQ(one_line(std::string(399, 'x') + "\xc3\xa4"), std::string(399, 'x') + "...");
}

TEST(redact, takes_every_occurrence_out_and_no_short_text) {
  std::string text = "a hunter2hunter2 and hunter2hunter2";
  redact(text, "hunter2hunter2");
  EXPECT_EQ(text, "a [redacted] and [redacted]");
  redact(text, "a");
  redact(text, "");
  EXPECT_EQ(text, "a [redacted] and [redacted]");
}

TEST(redact, takes_the_beginning_of_a_secret_out_on_which_a_text_was_cut) {
  std::string const token(1000, 'q');
  std::string text = one_line("the token " + token + " is over");
  redact(text, token);
  EXPECT_EQ(text, "the token [redacted]...");
  text = "ends in hunter2hun";
  redact(text, "hunter2hunter2");
  EXPECT_EQ(text, "ends in [redacted]");
  text = "ends in hunter2";
  redact(text, "hunter2hunter2");
  EXPECT_EQ(text, "ends in hunter2");
}

TEST(retry_after, reads_both_headers) {
  EXPECT_EQ(retry_after({.headers = {{"Retry-After", "7"}}}), 7s);
  EXPECT_EQ(retry_after({.headers = {{"Retry-After", "7"}, {"x-amz-retry-after", "1500"}}}), 1500ms);
  EXPECT_FALSE(retry_after({.headers = {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}}));
  EXPECT_FALSE(retry_after({}));
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
