// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/key.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::check_key;
using copyto::errc;

TEST(check_key, takes_any_valid_utf8) {
  for (std::string_view const key : {"a", "a/b", "/", "\x01", "n\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\xa6\x86"}) {
    EXPECT_TRUE(check_key(key, 1024)) << key;
  }
}

TEST(check_key, counts_bytes) {
  EXPECT_TRUE(check_key(std::string(1024, 'k'), 1024));
  auto const long_key = check_key(std::string(1025, 'k'), 1024);
  ASSERT_FALSE(long_key);
  EXPECT_EQ(long_key.error().code(), errc::invalid_argument);
  EXPECT_NE(long_key.error().message().find("1025 bytes"), std::string::npos) << long_key.error().message();
  EXPECT_FALSE(check_key("", 1024));
}

TEST(check_key, refuses_what_is_no_utf8_text) {
  // A lone continuation, a cut sequence, an overlong slash, a surrogate, beyond U+10FFFF, NUL.
  for (std::string const& key :
       {std::string("a\x80"), std::string("a\xe6\x97"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("a\0b", 3)}) {
    auto const checked = check_key(key, 1024);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), errc::invalid_argument);
  }
}

} // namespace
