// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/detail/redact.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::detail::one_line;
using copyto::detail::redact;

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

} // namespace
