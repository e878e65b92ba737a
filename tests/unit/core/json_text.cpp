// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/json_text.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace {

using copyto::json_text;

TEST(JsonText, EscapesWhatMustBe) {
  EXPECT_EQ(json_text(""), R"("")");
  EXPECT_EQ(json_text("a/b {c}"), R"("a/b {c}")");
  EXPECT_EQ(json_text("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_text(std::string_view("\0\n\x1f\x7f", 4)), "\"\\u0000\\u000a\\u001f\x7f\"");
  EXPECT_EQ(json_text("\xC3\xA4\xF0\x9F\x98\x80"), "\"\xC3\xA4\xF0\x9F\x98\x80\"");
}

TEST(JsonText, WhatIsNoUtf8IsReplaced) { EXPECT_EQ(json_text("a\xFF z"), "\"a\xEF\xBF\xBD z\""); }

} // namespace
