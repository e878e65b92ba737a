// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/target.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(StoreTarget, IsABucketOrADirectory) {
  store_target const bucket = parse_target("gs://lake/a%20b").value();
  EXPECT_TRUE(bucket.is_bucket());
  EXPECT_EQ(bucket.scheme, "gs");
  EXPECT_EQ(bucket.bucket, "lake");
  EXPECT_EQ(bucket.prefix, "a%20b") << "keys are raw";
  for (auto const& [text, path] : {std::pair("out/here", "out/here"),
                                   {"file:///a%20b", "/a b"},
                                   {"file://localhost/a", "/a"},
                                   {"./s3:/x", "./s3:/x"},
                                   {"/", "/"}}) {
    store_target const directory = parse_target(text).value();
    EXPECT_FALSE(directory.is_bucket()) << text;
    EXPECT_EQ(directory.path, path);
    EXPECT_EQ(directory.text, text);
  }
}

TEST(StoreTarget, IsNothingElse) {
  for (char const* text : {"", "s3:/bucket/x", "s3:bucket", "s3://", "https://host/x", "file://host/x", "file:x",
                           "file:///a%00b", "file:///a%2"}) {
    auto const got = parse_target(text);
    ASSERT_FALSE(got) << text;
    EXPECT_TRUE(got.error().is(errc::invalid_argument));
    EXPECT_NE(got.error()->advice.find("s3://bucket/prefix"), std::string::npos) << text;
  }
}

TEST(StoreTarget, NamesAFileByItsLastName) {
  EXPECT_EQ(as_file(parse_target("s3://lake/a/b.csv").value())->prefix, "a/b.csv");
  store_target const below = as_file(parse_target("a/b.csv").value()).value();
  EXPECT_EQ(below.path, "a");
  EXPECT_EQ(below.prefix, "b.csv");
  EXPECT_EQ(as_file(parse_target("b.csv").value())->path, ".");
  EXPECT_EQ(as_file(parse_target("/b.csv").value())->path, "/");
  for (char const* text : {"s3://lake", "s3://lake/", "s3://lake/a/", "a/", ".", "..", "a/.."}) {
    EXPECT_FALSE(as_file(parse_target(text).value())) << text;
  }
}

} // namespace
