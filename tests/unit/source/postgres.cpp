// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres.hpp>

#include <gtest/gtest.h>

#include <stop_token>
#include <string>

namespace {

using namespace copyto;

/// Of options that are refused before anything is connected.
error refusal(postgres_options options) {
  options.connection = "host=/nowhere/at/all";
  auto const source = postgres_source::open(options);
  EXPECT_FALSE(source);
  return source ? error(errc::stopped, "accepted") : source.error();
}

TEST(postgres, checks_its_options_before_it_connects) {
  EXPECT_EQ(refusal({})->message, "one of the options \"table\" and \"query\" is needed, not both");
  EXPECT_EQ(refusal({.table = "t", .query = "SELECT 1"})->message,
            "one of the options \"table\" and \"query\" is needed, not both");
  EXPECT_TRUE(refusal({.table = "a b"}).is(errc::invalid_argument));
  EXPECT_TRUE(refusal({.query = "DROP TABLE t"}).is(errc::invalid_argument));
  for (postgres_decimal const bad :
       {postgres_decimal{0, 0}, postgres_decimal{39, 0}, postgres_decimal{5, 6}, postgres_decimal{5, -1}}) {
    error const e = refusal({.table = "t", .numeric = bad});
    EXPECT_TRUE(e.is(errc::invalid_argument));
    EXPECT_NE(e->message.find("\"numeric\""), std::string::npos);
  }
}

TEST(postgres, says_that_a_socket_is_not_there) {
  error const e = refusal({.table = "t"});
  EXPECT_TRUE(e.is(errc::unreachable));
  EXPECT_TRUE(e.retryable());
  EXPECT_NE(e.message().find("/nowhere/at/all"), std::string::npos);
}

TEST(postgres, describes_its_methods) {
  EXPECT_EQ(to_string(postgres_method::copy_binary), "COPY in binary");
  EXPECT_EQ(to_string(postgres_method::cursor_binary), "a cursor in binary, since the server has no COPY of queries");
  EXPECT_EQ(to_string(postgres_method::cursor_text),
            "a cursor as text, since the server has no COPY of queries and no binary rows");
  EXPECT_EQ(to_string(postgres_method::plain_text),
            "the plain query as text, since the server has neither COPY of queries nor cursors");
}

} // namespace
