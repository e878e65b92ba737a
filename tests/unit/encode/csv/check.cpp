// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv/check.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::csv_nested;
using copyto::csv_options;
using copyto::errc;
using copyto::field;
using copyto::kind;

constexpr field text{.name = "a", .type = {.id = kind::string}};
constexpr field two[] = {text, {.name = "b", .type = {.id = kind::int32}}};

/// The message for these options, or "" if they are accepted.
std::string refusal(csv_options const& options, copyto::schema_view fields = two) {
  auto const checked = copyto::check(options, fields);
  if (checked) {
    return {};
  }
  EXPECT_TRUE(checked.error().is(errc::invalid_argument));
  EXPECT_FALSE(checked.error()->advice.empty());
  return checked.error()->message;
}

TEST(csv_options_check, refuses_a_name_that_looks_like_a_byte_order_mark_where_it_may_not_be_quoted) {
  field const marked[] = {{.name = "\xEF\xBB\xBFid", .type = {.id = kind::int32}}, text};
  field const later[] = {text, marked[0]};
  csv_options options{.header = copyto::csv_header::every_file, .quotes = copyto::csv_quotes::never};
  EXPECT_NE(refusal(options, marked).find("needs quotes in a header"), std::string::npos);
  EXPECT_EQ(refusal(options, later), "");
  options.header = copyto::csv_header::none;
  EXPECT_EQ(refusal(options, marked), "");
  options = {.header = copyto::csv_header::every_file};
  EXPECT_EQ(refusal(options, marked), "");
}

TEST(csv_options_check, accepts_what_postgresql_accepts) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({.delimiter = '\t',
                     .quote = '\'',
                     .escape = '\\',
                     .null_text = "\\N",
                     .header = copyto::csv_header::every_file}),
            "");
  EXPECT_EQ(refusal({.delimiter = ' ', .null_text = "NULL"}), "");
  EXPECT_EQ(refusal({.delimiter = 'x', .quote = '0', .escape = 'x'}), "");
  EXPECT_EQ(refusal({.null_text = "kein Wert: \xc3\xb8"}), "");
}

TEST(csv_options_check, names_the_option_that_is_wrong) {
  EXPECT_EQ(refusal({.delimiter = '"'}), "the CSV option \"delimiter\" is the same as the option \"quote\"");
  for (char const c : {'\r', '\n', '\0', '\x80', '\xff'}) {
    EXPECT_TRUE(refusal({.delimiter = c}).starts_with("the CSV option \"delimiter\" is ")) << int{c};
    EXPECT_TRUE(refusal({.quote = c}).starts_with("the CSV option \"quote\" is ")) << int{c};
    EXPECT_TRUE(refusal({.escape = c}).starts_with("the CSV option \"escape\" is ")) << int{c};
  }
  EXPECT_EQ(refusal({.null_text = "a,b"}), "the CSV option \"null_text\" holds the delimiter");
  EXPECT_EQ(refusal({.null_text = "\"\""}), "the CSV option \"null_text\" holds the quote character");
  EXPECT_EQ(refusal({.null_text = "a\n"}), "the CSV option \"null_text\" holds a line end");
  EXPECT_EQ(refusal({.null_text = "\r"}), "the CSV option \"null_text\" holds a line end");
  EXPECT_NE(refusal({.null_text = "\xff"}), "");
  EXPECT_NE(refusal({.null_text = std::string("a\0b", 3)}), "");
}

TEST(csv_options_check, refuses_an_end_of_data_mark_for_null_only_where_it_would_be_one) {
  EXPECT_EQ(refusal({.null_text = "\\."}), "");
  EXPECT_NE(refusal({.null_text = "\\."}, {&text, 1}), "");
}

TEST(csv_options_check, names_a_nested_column_that_it_is_to_refuse) {
  field const fields[] = {text, {.name = "tags", .type = {.id = kind::list}, .nodes = &text, .node_count = 1}};
  EXPECT_TRUE(copyto::check(csv_options{}, fields));
  auto const checked = copyto::check(csv_options{.nested = csv_nested::refuse}, fields);
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().is(errc::unsupported));
  EXPECT_EQ(checked.error()->column, "tags");
  EXPECT_NE(checked.error().message().find("list<string>"), std::string::npos);
}

TEST(csv_options_check, names_a_member_that_cannot_stand_in_json) {
  field const member[] = {{.name = "\xFF", .type = {.id = kind::int32}}};
  field const element[] = {{.name = "", .type = {.id = kind::structure}, .nodes = member, .node_count = 1}};
  field const fields[] = {{.name = "lines", .type = {.id = kind::list}, .nodes = element, .node_count = 1}};
  auto const checked = copyto::check(csv_options{}, fields);
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().is(errc::invalid_argument));
  EXPECT_EQ(checked.error()->column, "lines[].\xFF");
}

TEST(csv_options_check, takes_the_codecs_that_compressed_files_have) {
  EXPECT_EQ(refusal({.codec = copyto::gzip(9)}), "");
  EXPECT_EQ(refusal({.codec = copyto::zstd(-3)}), "");
  EXPECT_EQ(refusal({.codec = copyto::gzip(10)}), "the level of gzip is 10, and must be 1 to 9");
  auto const checked = copyto::check(csv_options{.codec = copyto::snappy()}, two);
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().is(errc::unsupported));
  EXPECT_TRUE(checked.error()->message.starts_with("snappy "));
}

TEST(csv_options_check, refuses_to_force_quotes_in_vain) {
  using enum copyto::csv_quotes;
  EXPECT_EQ(refusal({.force_quote = {"b", "a"}}), "");
  EXPECT_EQ(refusal({.quotes = non_numeric, .force_quote = {"b"}}), "");
  EXPECT_EQ(refusal({.force_quote = {"a", "c"}}),
            "the CSV option \"force_quote\" names a column that the schema does not have");
  EXPECT_EQ(refusal({.force_quote = {"a", "b", "a"}}), "the CSV option \"force_quote\" names a column twice");
  EXPECT_EQ(refusal({.quotes = all, .force_quote = {"a"}}),
            "the CSV option \"force_quote\" has no effect where \"quotes\" is all");
  EXPECT_EQ(refusal({.quotes = never, .force_quote = {"a"}}),
            "the CSV option \"force_quote\" has no effect where \"quotes\" is never");
}

TEST(csv_options_check, refuses_a_header_that_needs_quotes_where_there_are_none) {
  using enum copyto::csv_quotes;
  field const fields[] = {text, {.name = "b,c", .type = {.id = kind::int32}}};
  EXPECT_EQ(refusal({.quotes = never}, fields), "");
  EXPECT_EQ(refusal({.delimiter = ';', .header = copyto::csv_header::every_file, .quotes = never}, fields), "");
  EXPECT_NE(refusal({.header = copyto::csv_header::every_file, .quotes = never}, fields), "");
}

TEST(csv_options_check, refuses_a_header_that_is_is_not_text) {
  field const fields[] = {{.name = "\xc3", .type = {.id = kind::string}}};
  EXPECT_EQ(refusal({}, fields), "");
  EXPECT_NE(refusal({.header = copyto::csv_header::every_file}, fields), "");
}

} // namespace
