// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/message.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(request, is_sent_with_the_path_encoded_once_and_the_query_sorted) {
  request const r{.host = "h", .path = "/a b//../c", .query = {{"z", "1"}, {"a b", "x/y"}, {"a", ""}, {"a", "!"}}};
  EXPECT_EQ(encoded_query(r), "a=&a=%21&a%20b=x%2Fy&z=1");
  EXPECT_EQ(url(r), "https://h/a%20b//../c?a=&a=%21&a%20b=x%2Fy&z=1");
  EXPECT_EQ(encoded_path({.path = ""}), "/");
}

TEST(request, names_the_port_only_where_it_is_not_the_schemes_own) {
  EXPECT_EQ(authority({.scheme = "https", .host = "h"}), "h");
  EXPECT_EQ(authority({.scheme = "https", .host = "h", .port = 443}), "h");
  EXPECT_EQ(authority({.scheme = "https", .host = "h", .port = 80}), "h:80");
  EXPECT_EQ(authority({.scheme = "http", .host = "h", .port = 80}), "h");
  EXPECT_EQ(authority({.scheme = "http", .host = "[::1]", .port = 8080}), "[::1]:8080");
}

TEST(request, takes_its_content_from_its_own_text_first) {
  request r{.body = as_bytes("borrowed")};
  EXPECT_EQ(as_text(r.content()), "borrowed");
  r.text = "owned";
  EXPECT_EQ(as_text(request(r).content()), "owned");
}

TEST(response, finds_headers_without_regard_to_case) {
  response const r{.status = 200, .headers = {{"ETag", "1"}, {"etag", "2"}}};
  EXPECT_EQ(r.header("etAG"), "1");
  EXPECT_FALSE(r.header("ETa"));
  EXPECT_FALSE(same_name("a", "ab"));
  EXPECT_TRUE(r.ok());
  EXPECT_FALSE(response{.status = 304}.ok());
  EXPECT_FALSE(response{.status = 199}.ok());
}

TEST(request, wipes_the_values_of_sensitive_headers_only) {
  copyto::request r;
  r.headers = {{.name = "Authorization", .value = "hidden", .sensitive = true}, {.name = "Host", .value = "h"}};
  r.wipe_secrets();
  EXPECT_EQ(r.headers[0].value, std::string(6, '\0'));
  EXPECT_EQ(r.headers[1].value, "h");
}

} // namespace
