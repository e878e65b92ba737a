// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/naming.hpp>

#include <gtest/gtest.h>

#include <set>

namespace {

using copyto::export_names;
using copyto::export_place;
using copyto::name_template;
using namespace std::chrono_literals;

export_names standard(std::string_view prefix, std::string_view id, std::string_view extension) {
  return {prefix, name_template().bind(id, extension, {})};
}

TEST(Naming, FilesSortByNumberAndBearTheExportId) {
  export_names const names = standard("a/b", "x-1", "csv");
  EXPECT_EQ(names.file(0, 0), "a/b/part-0000-0000-x-1.csv");
  EXPECT_EQ(names.file(3, 12345), "a/b/part-0003-12345-x-1.csv");
  EXPECT_EQ(names.pattern(), "part-{shard}-{file}-x-1.csv");
  EXPECT_EQ(standard("", "x", "csv").file(0, 1), "part-0000-0001-x.csv");
}

TEST(Naming, RecognisesOnlyWhatItMade) {
  export_names const names = standard("p", "id", "csv");
  EXPECT_TRUE(names.is_file(names.file(0, 0)));
  EXPECT_TRUE(names.is_file(names.file(12345, 99999)));
  for (std::string_view const key :
       {"p/part-0000-0000-other.csv", "p/part-000-0000-id.csv", "p/part-0000-id.csv", "q/part-0000-0000-id.csv",
        "p/sub/part-0000-0000-id.csv", "p/part-0000-0000-id", "p/part-0000-0000-idx.csv", "p/xpart-0000-0000-id.csv",
        "p/part-0000-0000-id.csv/x", "p/part-0000-0000-id.parquet", "", "p/", "p/_copyto.INCOMPLETE"}) {
    EXPECT_FALSE(names.is_file(key)) << key;
  }
}

TEST(Naming, OneKeyIsFollowedByParts) {
  export_names const names(export_place::key("a/b.csv"), {});
  EXPECT_EQ(names.file(0, 0), "a/b.csv");
  EXPECT_EQ(names.file(0, 1), "a/b.csv_part2");
  EXPECT_EQ(names.file(0, 9999), "a/b.csv_part10000");
  EXPECT_TRUE(names.is_file("a/b.csv"));
  EXPECT_TRUE(names.is_file("a/b.csv_part2"));
  EXPECT_FALSE(names.is_file("a/b.csv_part1"));
  EXPECT_FALSE(names.is_file("a/b.csv.gz"));
}

TEST(Naming, IsReadBackFromAControlObject) {
  export_names const names("p", name_template::parse("y={year}/{file}_{id}.{ext}").value().bind("i-9", "csv.gz", {}));
  EXPECT_EQ(names.pattern(), "y=1970/{file}_i-9.csv.gz");
  export_names const same = export_names::recorded("p", names.pattern()).value();
  EXPECT_EQ(same.file(0, 7), "p/y=1970/0007_i-9.csv.gz");
  EXPECT_TRUE(same.is_file(names.file(0, 7)));
  EXPECT_TRUE(export_names::recorded("p", "{later}").error().is(copyto::errc::bad_answer));
  EXPECT_EQ(export_names::recorded(export_place::key("k"), "{key}_part{file}").value().file(0, 1), "k_part2");
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
