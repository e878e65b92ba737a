// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/detail/base64.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace copyto::detail;

std::string base64_of(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  EXPECT_EQ(put_base64(text.data(), bytes), text.data() + text.size());
  return text;
}

TEST(base64, known_answers) { // RFC 4648, section 10
  EXPECT_EQ(base64_of(""), "");
  EXPECT_EQ(base64_of("f"), "Zg==");
  EXPECT_EQ(base64_of("fo"), "Zm8=");
  EXPECT_EQ(base64_of("foo"), "Zm9v");
  EXPECT_EQ(base64_of("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_of("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_of("\xFF\xFE\xFB\xEF\xBE"), "//77774=");
}

} // namespace
