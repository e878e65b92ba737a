// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/name_template.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using copyto::name_template;
using namespace std::chrono_literals;

name_template bound(std::string_view text) {
  using std::chrono::sys_days;
  copyto::utc_time const start = sys_days(std::chrono::year(2026) / 3 / 9) + 7h + 5min + 4s + 999999us;
  return name_template::parse(text).value().bind("x-1", "csv.gz", start);
}
std::string refusal(std::string_view text) {
  auto const parsed = name_template::parse(text);
  return parsed ? "" : parsed.error()->message;
}

TEST(NameTemplate, PutsInEveryPlaceholder) {
  EXPECT_EQ(bound("{year}-{month}-{day}T{hour}{minute}{second}/{shard}-{file}.{id}.{ext}").name(2, 12345),
            "2026-03-09T070504/0002-12345.x-1.csv.gz");
  EXPECT_EQ(bound("{prefix}/a{file}").name(0, 0), "a0000");
  EXPECT_EQ(bound(name_template::standard).name(0, 3), "part-0000-0003-x-1.csv.gz");
  EXPECT_EQ(name_template().text(), name_template::standard);
  // materialize.md 2: mz-<sink id>-batch-<BBBB>-<NNNN>.<ext>
  EXPECT_EQ(bound(name_template::materialize).name(0, 0), "mz-x-1-batch-0000-0000.csv.gz");
}

TEST(NameTemplate, KnowsWhatItMade) {
  for (std::string_view const text :
       {name_template::standard, name_template::materialize, std::string_view("d/{file}"),
        std::string_view("{id}{file}x{shard}"), std::string_view("{year}/{month}{file}.{file}")}) {
    name_template const names = bound(text);
    std::set<std::string> all;
    for (std::uint32_t const shard : {0U, 1U, 9999U, 10000U}) {
      for (std::uint32_t const number : {0U, 1U, 42U, 9999U, 10000U, 4294967295U}) {
        std::string const name = names.name(shard, number);
        EXPECT_TRUE(names.makes(name)) << name;
        EXPECT_FALSE(names.makes(name + "x")) << name;
        EXPECT_FALSE(names.makes("x" + name)) << name;
        EXPECT_FALSE(names.makes(std::string_view(name).substr(1))) << name;
        all.insert(name);
      }
    }
    EXPECT_EQ(all.size(), names.has("{shard}") ? 24U : 6U) << text;
  }
  EXPECT_FALSE(bound("{file}.csv").makes("001.csv"));
  EXPECT_FALSE(bound("{file}.csv").makes(""));
}

TEST(NameTemplate, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("a b-{file}~\xC3\xA4/{id}"), "");
  for (auto const& [text, why] : {std::pair<std::string_view, std::string_view>{"", "empty"},
                                  {"{prefix}/", "empty"},
                                  {"a/{prefix}/{file}", "{prefix}/ can only be the beginning"},
                                  {"{prefix}{file}", "{prefix}/ can only be the beginning"},
                                  {"{fil}", "there is no placeholder {fil}"},
                                  {"{File}", "there is no placeholder {File}"},
                                  {"{{file}}", "there is no placeholder {{file}"},
                                  {"x{file", "a `}` is missing"},
                                  {"x}{file}", "a `}` has no `{`"},
                                  {"{file}}", "a `}` has no `{`"},
                                  {"/x{file}", "there must be a name"},
                                  {"a//{file}", "there must be a name"},
                                  {"{file}/", "there must be a name"},
                                  {"./{file}", "there must be a name"},
                                  {"a/../{file}", "there must be a name"},
                                  {"..", "there must be a name"},
                                  {"_copyto.{file}", "the library's own"},
                                  {"{prefix}/_copyto.{file}", "the library's own"},
                                  {"a\n{file}", "control character"},
                                  {"{file}7", "no digit"},
                                  {"{shard}{file}", "no digit"},
                                  {"{file}{id}", "no digit"}}) {
    EXPECT_NE(refusal(text).find(why), std::string::npos) << text << ": " << refusal(text);
  }
}

} // namespace
