// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/arrow/detail/toml.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace {

using copyto::detail::parse_toml;
using copyto::detail::toml_path;
using copyto::detail::toml_values;

toml_values read(std::string_view text) {
  auto values = parse_toml(text, "it");
  EXPECT_TRUE(values) << values.error().message();
  return values ? *std::move(values) : toml_values();
}

std::string text_at(std::string_view text, toml_path const& path) {
  toml_values const values = read(text);
  auto const found = values.find(path);
  return found == values.end() ? "nothing" : (found->second.is_string ? "" : "bare ") + found->second.text;
}

TEST(Toml, KeysAndTables) {
  toml_values const values = read("# first\n"
                                  "name = 'a' # last\n"
                                  "\n"
                                  "[ADBC]\r\n"
                                  "version = \"1.1.0\"\r\n"
                                  "[ ADBC . \"odd.key\" ]\n"
                                  "a.b-c.'d e' = 1\n"
                                  "[Driver.shared]\n"
                                  "\tlinux_amd64\t=\t'/x'");
  ASSERT_EQ(values.size(), 4U);
  EXPECT_EQ(values.at({"name"}).text, "a");
  EXPECT_EQ(values.at({"name"}).line, 2U);
  EXPECT_EQ(values.at({"ADBC", "version"}).text, "1.1.0");
  EXPECT_EQ(values.at({"ADBC", "odd.key", "a", "b-c", "d e"}).text, "1");
  EXPECT_EQ(values.at({"Driver", "shared", "linux_amd64"}).text, "/x");
  EXPECT_EQ(values.at({"Driver", "shared", "linux_amd64"}).line, 9U);
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("\n # only\r\n\t").empty());
}

TEST(Toml, Strings) {
  toml_path const a{"a"};
  EXPECT_EQ(text_at(R"(a = "\b\t\n\f\r\"\\ \u00e4 \U0001F600 #")", a), "\b\t\n\f\r\"\\ \xc3\xa4 \xf0\x9f\x98\x80 #");
  EXPECT_EQ(text_at(R"(a = 'C:\path\to # x')", a), R"(C:\path\to # x)");
  EXPECT_EQ(text_at("a = ''", a), "");
  EXPECT_EQ(text_at("a = \"\"\"\nx\r\n  y \\\n  \n  z\"\"\"", a), "x\r\n  y z");
  EXPECT_EQ(text_at("a = '''\\\n'q' '''", a), "\\\n'q' ");
  EXPECT_EQ(text_at("a = \"\"\"\"q\"\"\"\"\"", a), "\"q\"\"");
  EXPECT_EQ(text_at("a = \"\"\"\"\"\"", a), "");
  // What comes behind has its own line.
  EXPECT_EQ(read("a = '''\n\n'''\nb = \"\"\"\\\n\n\"\"\"\nc = 1").at({"c"}).line, 7U);
}

TEST(Toml, OtherValues) {
  toml_path const a{"a"};
  for (std::string_view const value :
       {"true", "false", "1", "-17", "+1_000", "0xdead", "1.5e-3", "inf", "-nan", "1979-05-27", "1979-05-27T07:32:00Z",
        "1979-05-27 07:32:00.5-07:00", "07:32:00"}) {
    EXPECT_EQ(text_at("a = " + std::string(value) + " # c", a), "bare " + std::string(value));
  }
  EXPECT_EQ(text_at("a = []", a), "bare ");
  EXPECT_EQ(text_at("a = [ 1, 'x', [ ], { b = [2], c = {} },\n # c\n 3\n , ]\nb = 1", {"b"}), "bare 1");
  EXPECT_EQ(read("a = [\n\n]\nb = 1").at({"b"}).line, 4U);
  toml_values const values = read("a = { b = 'x', c.d = \"y\" , e = [1] }\nf = {}");
  EXPECT_EQ(values.at({"a", "b"}).text, "x");
  EXPECT_EQ(values.at({"a", "c", "d"}).text, "y");
  EXPECT_EQ(values.size(), 3U);
}

TEST(Toml, WhatIsWrongIsSaidWithItsLine) {
  std::string const deep(100, '[');
  for (auto const& [text, says] : {
           std::pair<std::string_view, std::string_view>{"a", "line 1: there is no = behind `a`"},
           {"a.b", "there is no = behind `a.b`"},
           {"\n\na =", "line 3: a value is missing"},
           {"\na = /usr/lib/x.so", "line 2: `/usr/lib/x.so` is no value: a text stands in quotes"},
           {"a = True", "`True` is no value"},
           {"a = 1x!", "`1x!` is no value"},
           {"= 1", "line 1: a key is missing"},
           {"a. = 1", "a key is missing"},
           {"'''a''' = 1", "a key goes over several lines"},
           {"a = 1 b = 2", "line 1: `b = 2` stands where the line should end"},
           {"a = 'x' 'y'", "`'y'` stands where"},
           {"a = \"x", "line 1: a text in quotes does not end on its line"},
           {"a = 'x\n'", "line 1: a text in quotes does not end on its line"},
           {"a = '''x\n\n", "line 3: a text in three quotes does not end"},
           {"a = \"\\x\"", "a \\ in a text has no meaning"},
           {"a = \"C:\\users\"", "a \\ in a text has no meaning"},
           {"a = \"\\ud800\"", "a \\ in a text has no meaning"},
           {"a = \"\\U00110000\"", "a \\ in a text has no meaning"},
           {"a = \"\\u12\"", "a \\ in a text has no meaning"},
           {"a = \"\\", "a \\ in a text has no meaning"},
           {"a = \"x\x01\"", "a text holds a control character"},
           {"a = '''x\x7f'''", "a text holds a control character"},
           {"# \x01", "a comment holds a control character"},
           {"a = '\xff'", "line 1: it is not valid UTF-8"},
           {"[a", "the header of a table does not end with ]"},
           {"[a] b", "`b` stands where the line should end"},
           {"[]", "a key is missing"},
           {"[a]\n[b]\n[a]", "line 3: the table `a` comes twice"},
           {"[[a]]", "there is no array of tables in it"},
           {"a = 1\na = 2", "line 2: `a` comes twice"},
           {"a = {b = 1, b = 2}", "`a.b` comes twice"},
           {"a = 1\n[a]", "line 2: `a` is a value and a table"},
           {"a = 1\n[a.b]", "`a` is a value and a table"},
           {"a = 1\na.b = 2", "`a` is a value and a table"},
           {"a.b = 1\na = 2", "`a` is a value and a table"},
           {"[a.b]\n[c]\n[a]\nb = 1", "line 4: `a.b` is a value and a table"},
           {"a = [1 2]", "the array `a` does not end with ]"},
           {"a = [1,\n2", "line 2: the array `a` does not end with ]"},
           {"a = [,]", "a value is missing"},
           {"a = {b = 1", "the table `a` does not end with } on its line"},
           {"a = {b = 1,\nc = 2}", "a key is missing"},
           {"a = {b = 1 c = 2}", "the table `a` does not end with }"},
       }) { // fmt: skip
    auto const values = parse_toml(text, "it");
    ASSERT_FALSE(values) << text;
    EXPECT_TRUE(values.error().is(copyto::errc::invalid_argument));
    EXPECT_EQ(values.error().message().rfind("it, line ", 0), 0U) << values.error().message();
    EXPECT_NE(values.error().message().find(says), std::string::npos) << text << ": " << values.error().message();
  }
  auto const values = parse_toml("a = " + deep, "it");
  ASSERT_FALSE(values);
  EXPECT_NE(values.error().message().find("too deep"), std::string::npos) << values.error().message();
  EXPECT_FALSE(parse_toml(std::string_view("a = 'x\0'", 8), "it"));
  EXPECT_FALSE(parse_toml(std::string_view("a = 1\0", 6), "it"));
}

/// Whatever is cut off, the reader ends, and keeps what stands before.
TEST(Toml, EveryBeginning) {
  std::string_view const whole =
      "a = \"\\u00e4\" # c\n[b.'c']\nd = ['x', {e = 1.5}, \"\"\"\n\\\n y\"\"\"]\nf = { g = '''h''' }\n";
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    auto const values = parse_toml(whole.substr(0, n), "it");
    EXPECT_TRUE(values || values.error().is(copyto::errc::invalid_argument)) << n;
  }
}

} // namespace
