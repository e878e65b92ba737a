// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/detail/json_set.hpp>

#include <copyto/auth/detail/secret_file.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::chrono_literals;

utc_time const day = std::chrono::sys_days(std::chrono::year(2030) / 1 / 2);

TEST(JsonSet, ReadsTimesInEachForm) {
  EXPECT_EQ(read_json_time("2030-01-02T00:00:00Z"), day);
  EXPECT_EQ(read_json_time("2030-01-02T00:00:00.250Z"), day + 250ms);
  EXPECT_EQ(read_json_time("2030-01-02T00:00:00UTC"), day);
  EXPECT_EQ(read_json_time("2030-01-02 00:00:00Z"), day);
  EXPECT_EQ(read_json_time("2030-01-02T02:30:00+02:30"), day);
  EXPECT_EQ(read_json_time("2030-01-01T19:00:00-05:00"), day);
  EXPECT_EQ(read_json_time("1893542400000"), day);
  for (char const* bad :
       {"", "soon", "2030-01-02", "2030-01-02T00:00:00", "2030-01-02T00:00:00+2", "2030-01-02T00:00:00+99:00",
        "2030-13-02T00:00:00Z", "-1", "99999999999999999999", "2030-01-02T00:00:00+aa:bb"}) {
    EXPECT_FALSE(read_json_time(bad)) << bad;
  }
}

TEST(JsonSet, WipesWhatItReads) {
  std::string text = R"({"a": {"b": "hidden"}, "c": 1, "d": null})";
  auto const members = read_json_members(text);
  EXPECT_EQ(member(*members, "a/b"), "hidden");
  EXPECT_EQ(member(*members, "c"), "1");
  EXPECT_EQ(member(*members, "d"), "");
  EXPECT_EQ(member(*members, "e"), "");
  EXPECT_TRUE(text.empty());
}

TEST(JsonSet, IsSmallAndFlat) {
  for (std::string bad :
       {std::string(), std::string("[]"), std::string("\"x\""), std::string("{\"a\": }"),
        "{" + std::string(70'000, ' ') + "}", std::string(9, '{'), "{\"a\":" + std::string(100'000, '[')}) {
    EXPECT_FALSE(read_json_members(bad)) << bad.substr(0, 20);
  }
}

TEST(JsonSet, IsASetOfCredentialsOrSaysWhatIsMissing) {
  auto const read = [](std::string text) {
    auto const members = read_json_members(text);
    return read_json_set(*members, {});
  };
  EXPECT_EQ(read(R"({"AccessKeyId": "a", "SecretAccessKey": "b"})")->access_key_id, "a");
  EXPECT_FALSE(read(R"({"AccessKeyId": "a", "SecretAccessKey": "b"})")->expiry);
  EXPECT_EQ(read(R"({"AccessKeyId": "a"})").error()->message, "SecretAccessKey is missing");
  EXPECT_EQ(read(R"({"AccessKeyId": null, "SecretAccessKey": "b"})").error()->message, "AccessKeyId is missing");
  EXPECT_EQ(read(R"({"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "x\ny"})").error()->message,
            "Token holds a character that it cannot");
  EXPECT_EQ(read(R"({"AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": "x"})").error()->message,
            "Expiration is no time");
}

TEST(SecretFile, IsTakenWithoutTheBlanksBehindIt) {
  std::string const path = testing::TempDir() + "copyto_secret_file";
  auto const read = [&](std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
    return read_secret_file(path, "the token file");
  };
  EXPECT_EQ(read("one\r\n \t")->reveal(), "one");
  EXPECT_EQ(read(std::string(100'000, 'x'))->reveal().size(), 100'000U);
  EXPECT_NE(read("\n").error().message().find("is empty"), std::string::npos);
  EXPECT_NE(read(std::string(2 << 20, 'x')).error().message().find("larger than 1 MiB"), std::string::npos);
  EXPECT_NE(read_secret_file(testing::TempDir(), "the token file").error().message().find("a directory"),
            std::string::npos);
  EXPECT_NE(read_secret_file(path + "none", "the token file").error().message().find("cannot be read"),
            std::string::npos);
  read("one").value();
  ::chmod(path.c_str(), 0666);
  EXPECT_NE(read_secret_file(path, "the token file").error().message().find("written by everybody"), std::string::npos);
  std::remove(path.c_str());
  ::mkfifo(path.c_str(), 0600);
  EXPECT_FALSE(read_secret_file(path, "the token file")); // nobody writes: this does not wait
  std::remove(path.c_str());
}

} // namespace
