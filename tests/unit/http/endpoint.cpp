// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/endpoint.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(parse_endpoint, takes_scheme_host_port_and_path_apart) {
  auto const full = parse_endpoint("http://[::1]:9000/a%20b/c").value();
  EXPECT_EQ(full.scheme, "http");
  EXPECT_EQ(full.host, "[::1]");
  EXPECT_EQ(full.port, 9000);
  EXPECT_EQ(full.path, "/a b/c");
  auto const bare = parse_endpoint("https://sts.example.com").value();
  EXPECT_EQ(bare.host, "sts.example.com");
  EXPECT_EQ(bare.port, 0);
  EXPECT_EQ(bare.path, "");
  EXPECT_EQ(parse_endpoint("https://h/p/")->path, "/p/");
}

TEST(parse_endpoint, refuses_what_cannot_be_one_without_repeating_it) {
  for (std::string const text :
       {"", "h", "ftp://h", "https://", "https:///p", "https://user:hunter2@h", "https://h?hunter2", "https://h/p#x",
        "https://h:0", "https://h:99999", "https://h:hunter2", "https://a b", "https://[::1", "https://h/%zz"}) {
    auto const e = parse_endpoint(text);
    ASSERT_FALSE(e) << text;
    EXPECT_TRUE(e.error().is(errc::invalid_argument));
    EXPECT_EQ(e.error().message().find("hunter2"), std::string::npos);
  }
}

} // namespace
