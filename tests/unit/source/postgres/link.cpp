// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/link.hpp>

#include <gtest/gtest.h>
#include <poll.h>

#include <stop_token>
#include <string>

namespace {

using namespace copyto;

TEST(pg_connection_mistake, finds_none_in_what_libpq_takes) {
  for (std::string const& good :
       {std::string(), std::string("host=db dbname=shop"),
        std::string("postgresql://u:p%40ss%2F@db:5432/shop?sslmode=require"),
        std::string("postgres:///shop?host=/run/x"), std::string("host='a b' password='it\\'s @ / all'"),
        std::string("postgresql://a:1,b:2/db"), std::string("postgresql://db/a%40b%2Fc?options=-c%20x%3D/@"),
        std::string("service=shop")}) {
    EXPECT_EQ(detail::pg_connection_mistake(good), "") << good;
  }
}

TEST(pg_connection_mistake, repeats_nothing_of_the_string) {
  for (std::string const& bad :
       {std::string("secret"), std::string("host=db password=my secret"), std::string("password='secret"),
        std::string("password=x secret=y"), std::string("postgresql://u:x%zzsecret@db/"),
        std::string("postgresql://u:p@secret@db/shop"), std::string("postgresql://u:secret/x@db/shop"),
        std::string("postgresql://db/shop?secret=1"), std::string("postgresql://localhost:/secret@h/db"),
        std::string("postgresql://localhost:1234/secret@h/db"), std::string("postgres:///shop/secret"),
        std::string("postgresql://[secret/"), std::string("host=a\0secret", 13)}) {
    std::string const mistake = detail::pg_connection_mistake(bad);
    EXPECT_NE(mistake, "") << bad;
    EXPECT_EQ(mistake.find("secret"), std::string::npos) << mistake;
    result<detail::pg_link> const link = detail::pg_link::open(bad, {});
    ASSERT_FALSE(link);
    EXPECT_TRUE(link.error().is(errc::invalid_argument));
    EXPECT_EQ(link.error().message().find("secret"), std::string::npos);
  }
}

TEST(pg_read_verbose, takes_the_sqlstate_out_of_the_text) {
  auto const read =
      detail::pg_read_verbose("connection to server at \"127.0.0.1\", port 5 failed: FATAL:  28P01: password "
                              "authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:338\n");
  EXPECT_EQ(read.sqlstate, "28P01");
  EXPECT_EQ(read.text,
            "connection to server at \"127.0.0.1\", port 5 failed: FATAL: password authentication failed for "
            "user \"x\"");
  auto const refused = detail::pg_read_verbose("connection failed: Connection refused\n\tIs the server running?\n");
  EXPECT_EQ(refused.sqlstate, "");
  EXPECT_EQ(refused.text, "connection failed: Connection refused Is the server running?");
  EXPECT_EQ(detail::pg_read_verbose("").text, "");
  EXPECT_EQ(detail::pg_read_verbose("FATAL:  abc12: no").sqlstate, "");
}

TEST(pg_bell, becomes_readable_once_rung) {
  detail::pg_bell const bell;
  pollfd waited{.fd = bell.descriptor(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&waited, 1, 0), 0);
  bell.ring();
  bell.ring();
  EXPECT_EQ(poll(&waited, 1, 0), 1);
}

} // namespace
