// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/naming.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {

using copyto::export_names;
using namespace std::chrono_literals;

TEST(Naming, FilesSortByNumberAndBearTheExportId) {
  export_names const names("a/b", "x-1", "csv");
  EXPECT_EQ(names.file(0, 0), "a/b/part-0000-0000-x-1.csv");
  EXPECT_EQ(names.file(3, 12345), "a/b/part-0003-12345-x-1.csv");
  EXPECT_EQ(names.control(), "a/b/_copyto.INCOMPLETE");
  EXPECT_EQ(names.probe(), "a/b/_copyto.probe-x-1");
  EXPECT_EQ(names.pattern(), "part-{shard}-{file}-x-1.csv");
}

TEST(Naming, SlashesAtTheEndsOfThePrefixDoNotCount) {
  for (std::string_view const prefix : {"a/b", "/a/b", "a/b/", "//a/b//"}) {
    EXPECT_EQ(export_names(prefix).directory(), "a/b/");
  }
  EXPECT_EQ(export_names("").directory(), "");
  EXPECT_EQ(export_names("/").directory(), "");
  EXPECT_EQ(export_names("", "x", "csv").file(0, 1), "part-0000-0001-x.csv");
}

TEST(Naming, RecognisesOnlyWhatItMade) {
  export_names const names("p", "id", "csv");
  EXPECT_TRUE(names.is_file_of(names.file(0, 0), "id"));
  EXPECT_TRUE(names.is_file_of(names.file(12345, 99999), "id"));
  EXPECT_TRUE(names.is_file_of("p/part-0000-0000-id.parquet", "id"));
  for (std::string_view const key :
       {"p/part-0000-0000-other.csv", "p/part-000-0000-id.csv", "p/part-0000-id.csv", "q/part-0000-0000-id.csv",
        "p/sub/part-0000-0000-id.csv", "p/part-0000-0000-id", "p/part-0000-0000-idx.csv", "p/xpart-0000-0000-id.csv",
        "p/part-0000-0000-id.csv/x", "", "p/", "p/_copyto.INCOMPLETE"}) {
    EXPECT_FALSE(names.is_file_of(key, "id")) << key;
  }
  EXPECT_TRUE(names.is_control_name("p/_copyto.INCOMPLETE"));
  EXPECT_TRUE(names.is_control_name("p/_copyto.probe-x"));
  EXPECT_FALSE(names.is_control_name("p/_copyto"));
  EXPECT_FALSE(names.is_control_name("p/x/_copyto.INCOMPLETE"));
  EXPECT_FALSE(names.is_control_name("_copyto.INCOMPLETE"));
}

TEST(Naming, ExportIdsSortByTimeAndAreUnique) {
  using std::chrono::sys_days;
  copyto::utc_time const early = sys_days(std::chrono::year(2026) / 11 / 20) + 10h + 45min + 12s + 999999us;
  std::string const id = copyto::make_export_id(early);
  EXPECT_EQ(id.substr(0, 17), "20261120t104512z-");
  EXPECT_EQ(id.size(), 33U);
  EXPECT_LT(id, copyto::make_export_id(early + 1s));
  std::set<std::string> ids;
  for (int i = 0; i != 1000; ++i) {
    ids.insert(copyto::make_export_id(early));
  }
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_TRUE(copyto::valid_export_id(id));
  EXPECT_EQ(copyto::format_utc(early), "2026-11-20T10:45:12Z");
  EXPECT_EQ(copyto::format_utc(copyto::utc_time(-1us)), "1969-12-31T23:59:59Z");
}

TEST(Naming, ExportIdsAreShortAndPlain) {
  EXPECT_TRUE(copyto::valid_export_id("aZ09-"));
  EXPECT_TRUE(copyto::valid_export_id(std::string(64, 'a')));
  for (std::string const& id : {std::string(), std::string(65, 'a'), std::string("a/b"), std::string("a b"),
                                std::string("a~b"), std::string("a\0", 2), std::string("\xC3\xA4")}) {
    EXPECT_FALSE(copyto::valid_export_id(id)) << id;
  }
}

} // namespace
