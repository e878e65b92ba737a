// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/uri.hpp>

#include <copyto/testing/key_corpus.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(bucket_uri, is_taken_apart_in_all_its_spellings) {
  for (auto const& [text, scheme] :
       {std::pair("s3://lake/a/b", "s3"), std::pair("s3a://lake/a/b", "s3"), std::pair("S3://lake/a/b", "s3"),
        std::pair("gs://lake/a/b", "gs"), std::pair("gcs://lake/a/b", "gs"), std::pair("r2://lake/a/b", "r2")}) {
    auto const uri = parse_bucket_uri(text);
    ASSERT_TRUE(uri) << text;
    EXPECT_EQ(uri->scheme, scheme);
    EXPECT_EQ(uri->bucket, "lake");
    EXPECT_EQ(uri->key, "a/b");
  }
  EXPECT_EQ(parse_bucket_uri("s3://lake")->key, "");
  EXPECT_EQ(parse_bucket_uri("s3://lake/")->key, "");
}

TEST(bucket_uri, leaves_keys_as_they_are) {
  for (std::string_view const key : copyto::testing::key_corpus) {
    auto const uri = parse_bucket_uri("s3://lake/" + std::string(key));
    ASSERT_TRUE(uri);
    EXPECT_EQ(uri->bucket, "lake");
    EXPECT_EQ(uri->key, key);
  }
}

TEST(bucket_uri, is_none_without_scheme_and_bucket) {
  for (std::string_view const text :
       {"", "lake/a", "/lake/a", "s3:/lake", "s3://", "s3:///a", "http://lake/a", "file:///a", "s4://lake", "s3//x"}) {
    auto const uri = parse_bucket_uri(text);
    ASSERT_FALSE(uri) << text;
    EXPECT_TRUE(uri.error().is(errc::invalid_argument));
    EXPECT_NE(uri.error().message().find("s3://bucket/key"), std::string::npos);
  }
}

TEST(bucket_uri, knows_the_scheme_of_any_uri) {
  EXPECT_EQ(uri_scheme_of("file:///x"), "file");
  EXPECT_EQ(uri_scheme_of("a+b-c.d://x"), "a+b-c.d");
  EXPECT_EQ(uri_scheme_of("c:\\x"), "");
  EXPECT_EQ(uri_scheme_of("dir/a://b"), "");
}

TEST(bucket_uri, an_access_point_is_a_bucket) {
  auto const slash = copyto::parse_bucket_uri("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/lake/a/b").value();
  EXPECT_EQ(slash.bucket, "arn:aws:s3:eu-west-1:123456789012:accesspoint/lake");
  EXPECT_EQ(slash.key, "a/b");
  auto const colon = copyto::parse_bucket_uri("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint:lake/a").value();
  EXPECT_EQ(colon.bucket, "arn:aws:s3:eu-west-1:123456789012:accesspoint:lake");
  EXPECT_EQ(colon.key, "a");
  EXPECT_EQ(copyto::parse_bucket_uri("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/lake")->key, "");
}

} // namespace
