// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// tests/property/aws_config.py compares with botocore; here is what a reader of the header may want to see.
#include <copyto/auth/aws_config.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::aws_config;
using words = std::vector<std::string>;

std::string value(aws_config::settings const* set, std::string_view name) {
  auto const found = set->find(name);
  return found == set->end() ? "(none)" : std::string(found->second.reveal());
}

TEST(AwsConfig, HasProfilesByTheirQuotedNamesAndSectionsByTheirOwn) {
  aws_config const config = aws_config::parse("[profile \"my lake\"]\nREGION = eu-west-1\n"
                                              "s3 =\n  addressing_style = path\n"
                                              "[default]\nrole_arn: arn:aws:iam::1:role/x\n# region = a\n")
                                .value();
  ASSERT_NE(config.profile("my lake"), nullptr);
  EXPECT_EQ(value(config.profile("my lake"), "region"), "eu-west-1");
  EXPECT_EQ(value(config.profile("my lake"), "s3"), "\naddressing_style = path");
  EXPECT_EQ(value(config.profile("default"), "role_arn"), "arn:aws:iam::1:role/x");
  EXPECT_EQ(value(config.profile("default"), "region"), "(none)");
  EXPECT_NE(config.section("profile \"my lake\""), nullptr);
  EXPECT_EQ(config.section("my lake"), nullptr);
  EXPECT_EQ(config.profile("profile my lake"), nullptr);
}

TEST(AwsConfig, NamesTheLineThatIsWrongAndNotWhatIsInIt) {
  for (auto const& [text, words] : {std::pair{"region = a\n", "line 1: it begins with no section"},
                                    {"[a]\n\nsecret-key\n", "line 3: this is neither"},
                                    {"[a]\nx = 1\nX = 2\n", "line 3: this setting is there already"},
                                    {"[a]\r\n[b]\r\n[a]\r\n", "line 3: this section is there already"}}) {
    copyto::result<aws_config> const read = aws_config::parse(text);
    ASSERT_FALSE(read);
    EXPECT_TRUE(read.error().is(copyto::errc::invalid_argument));
    EXPECT_TRUE(read.error().message().starts_with(words)) << read.error().message();
    EXPECT_EQ(read.error().message().find("secret"), std::string::npos);
  }
}

TEST(ShellWords, AreSplitAsAShellDoes) {
  EXPECT_EQ(copyto::shell_words(""), words{});
  EXPECT_EQ(copyto::shell_words(" a  'b c'\t\"d\\\"e\\f\" g\\ h \"\" "), (words{"a", "b c", "d\"e\\f", "g h", ""}));
  EXPECT_EQ(copyto::shell_words("'open"), std::nullopt);
  EXPECT_EQ(copyto::shell_words("end\\"), std::nullopt);
}

} // namespace
