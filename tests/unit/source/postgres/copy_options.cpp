// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/copy_options.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;

std::string list(std::string_view text) {
  auto const options = detail::pg_read_copy_options(text);
  EXPECT_TRUE(options) << text << ": " << options.error().message();
  return options ? options->list : "";
}

TEST(pg_read_copy_options, quotes_every_name_and_value) {
  EXPECT_EQ(list(""), "");
  EXPECT_EQ(list("  -- none"), "");
  EXPECT_EQ(list("format text"), "\"format\" 'text'");
  EXPECT_EQ(list("format csv, delimiter $$:$$"), "\"format\" 'csv', \"delimiter\" ':'");
  EXPECT_EQ(list("FORMAT Binary,encoding WIN1253"), "\"format\" 'binary', \"encoding\" 'win1253'");
  EXPECT_EQ(list("format csv, header, quote '''', escape $e$\\$e$"),
            "\"format\" 'csv', \"header\", \"quote\" '''', \"escape\" E'\\\\'");
  EXPECT_EQ(list("format 'csv', delimiter E'\\t'"), "\"format\" 'csv', \"delimiter\" E'\\t'");
  EXPECT_EQ(list("format csv, header 1, null ''"), "\"format\" 'csv', \"header\" 1, \"null\" ''");
  EXPECT_EQ(list("format csv, force_quote *"), "\"format\" 'csv', \"force_quote\" *");
  EXPECT_EQ(list("format csv, force_quote (Id, \"My \"\"Note\")"),
            "\"format\" 'csv', \"force_quote\" ('id', 'My \"Note')");
  EXPECT_EQ(list("null 'a)b; DROP'"), "\"null\" 'a)b; DROP'");
}

TEST(pg_read_copy_options, knows_format_and_header) {
  auto const read = [](std::string_view text) { return detail::pg_read_copy_options(text).value(); };
  EXPECT_EQ(read("").format, "text");
  EXPECT_EQ(read("format CSV").format, "csv");
  EXPECT_EQ(read("format \"binary\"").format, "binary");
  EXPECT_EQ(read("encoding 'WIN1253'").encoding, "WIN1253");
  EXPECT_EQ(read("format csv").encoding, "");
  EXPECT_FALSE(read("format csv").header);
  EXPECT_TRUE(read("header").header);
  EXPECT_TRUE(read("header, format csv").header);
  EXPECT_TRUE(read("header true").header);
  EXPECT_TRUE(read("header 'ON'").header);
  EXPECT_FALSE(read("header off").header);
  EXPECT_FALSE(read("header 0").header);
  EXPECT_FALSE(read("header False").header);
  auto const other = detail::pg_read_copy_options("format json");
  ASSERT_FALSE(other);
  EXPECT_TRUE(other.error().is(errc::unsupported));
}

TEST(pg_read_copy_options, lets_nothing_leave_the_parentheses) {
  for (std::string_view const text : {"format csv)",
                                      "format csv); DROP TABLE t; --",
                                      "(format csv)",
                                      "format csv;",
                                      "format csv header",
                                      ",",
                                      "format csv,",
                                      "format csv,,header",
                                      "format (",
                                      "force_quote (a",
                                      "force_quote ()",
                                      "force_quote (a,)",
                                      "force_quote (a b)",
                                      "force_quote ((a))",
                                      "delimiter 'x",
                                      "delimiter $$x",
                                      "delimiter E'\\'",
                                      "\"open",
                                      "format =",
                                      "'format' csv",
                                      "E'format' csv",
                                      "1",
                                      "format csv) TO PROGRAM 'rm'",
                                      "format -1",
                                      "null $1"}) {
    auto const options = detail::pg_read_copy_options(text);
    ASSERT_FALSE(options) << text << " became " << options->list;
    EXPECT_TRUE(options.error().is(errc::invalid_argument)) << text;
    EXPECT_NE(options.error()->message.find("byte"), std::string::npos);
  }
  EXPECT_FALSE(detail::pg_read_copy_options(std::string_view("header\0", 7)));
}

} // namespace
