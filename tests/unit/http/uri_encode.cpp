// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/uri_encode.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(uri_encode, keeps_the_unreserved_characters_only) {
  std::string const plain = "ABCXYZabcxyz0189-._~";
  EXPECT_EQ(uri_encode(plain, uri_part::component), plain);
  EXPECT_EQ(uri_encode(" +%*@:=&?#;,'()!", uri_part::component), "%20%2B%25%2A%40%3A%3D%26%3F%23%3B%2C%27%28%29%21");
  EXPECT_EQ(uri_encode("\xc3\xa4\x01\x7f", uri_part::component), "%C3%A4%01%7F");
}

TEST(uri_encode, keeps_slashes_in_paths_and_never_normalises) {
  EXPECT_EQ(uri_encode("/a//b/./../c", uri_part::path), "/a//b/./../c");
  EXPECT_EQ(uri_encode("/", uri_part::component), "%2F");
  EXPECT_EQ(uri_encode("%2F", uri_part::path), "%252F");
}

TEST(uri_decode, reverses_it_for_every_byte) {
  std::string all;
  for (int i = 0; i != 256; ++i) {
    all += static_cast<char>(i);
  }
  EXPECT_EQ(uri_decode(uri_encode(all, uri_part::component)).value(), all);
  EXPECT_EQ(uri_decode(uri_encode(all, uri_part::path)).value(), all);
  EXPECT_EQ(uri_decode("a+b%2f").value(), "a+b/");
}

TEST(form_decode, takes_a_plus_for_a_space) {
  EXPECT_EQ(form_decode("a+b%2Bc%20d").value(), "a b+c d");
  EXPECT_TRUE(form_decode("50%").error().is(errc::invalid_argument));
}

TEST(uri_decode, refuses_a_broken_escape) {
  for (char const* text : {"%", "%2", "%2G", "%-1", "a%", "%%20", "% 2"}) {
    auto const decoded = uri_decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_TRUE(decoded.error().is(errc::invalid_argument));
  }
}

} // namespace
