// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/place.hpp>

#include <copyto/store/memory.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::export_place;

TEST(Place, SlashesAtTheEndsOfAPrefixDoNotCount) {
  for (std::string_view const prefix : {"a/b", "/a/b", "a/b/", "//a/b//"}) {
    EXPECT_EQ(export_place(prefix).stem(), "a/b/");
  }
  EXPECT_EQ(export_place("").stem(), "");
  EXPECT_EQ(export_place("/").stem(), "");
  EXPECT_EQ(export_place::key("/a/b.csv").stem(), "/a/b.csv") << "a key is taken as it is";
}

TEST(Place, HasItsControlObject) {
  EXPECT_EQ(export_place("a/b").control(), "a/b/_copyto.INCOMPLETE");
  EXPECT_EQ(export_place("").control(), "_copyto.INCOMPLETE");
  EXPECT_EQ(export_place::shared("a/b", "x-1").control(), "a/b/_copyto.x-1.INCOMPLETE");
  EXPECT_EQ(export_place::key("a/b.csv").control(), "a/b.csv_copyto.INCOMPLETE");
  EXPECT_EQ(export_place("a/b").probe("x-1"), "a/b/_copyto.probe-x-1");
  EXPECT_EQ(export_place::key("a/b.csv").probe("x-1"), "a/b.csv_copyto.probe-x-1");
  for (export_place const& place :
       {export_place("a/b"), export_place(""), export_place::shared("a", "x-1"), export_place::key("a/b.csv")}) {
    EXPECT_TRUE(export_place::is_control(place.control()));
    EXPECT_TRUE(place.is_own_name(place.control()));
    EXPECT_TRUE(place.is_own_name(place.probe("i")));
    EXPECT_FALSE(export_place::is_control(place.probe("i")));
  }
  for (std::string_view const key :
       {"INCOMPLETE", "a/INCOMPLETE", "_copyto.x/INCOMPLETE", "a/_copyto.manifest-1.json"}) {
    EXPECT_FALSE(export_place::is_control(key)) << key;
  }
}

TEST(Place, IsFoundByItsControlObject) {
  auto const exclusive = export_place::of_control("a", "a/_copyto.INCOMPLETE");
  ASSERT_TRUE(exclusive);
  EXPECT_FALSE(exclusive->is_shared());
  auto const shared = export_place::of_control("a/", "a/_copyto.x-1.INCOMPLETE");
  ASSERT_TRUE(shared);
  EXPECT_TRUE(shared->is_shared());
  EXPECT_EQ(shared->control(), "a/_copyto.x-1.INCOMPLETE");
  for (std::string_view const key : {"a/_copyto..INCOMPLETE", "a/_copyto.x", "a/b/_copyto.INCOMPLETE", "a/x",
                                     "a/_copyto.xINCOMPLETE", "b/_copyto.INCOMPLETE", "a/b.csv_copyto.INCOMPLETE"}) {
    EXPECT_FALSE(export_place::of_control("a", key)) << key;
  }
}

TEST(Place, HoldsWhatIsBelowAPrefixOrIsAKeyAndItsParts) {
  EXPECT_TRUE(export_place("a/b").holds("a/b/c/d"));
  EXPECT_FALSE(export_place("a/b").holds("a/bc"));
  EXPECT_FALSE(export_place("a/b").holds("a/b"));
  EXPECT_TRUE(export_place("").holds("x"));
  export_place const key = export_place::key("a/b");
  for (std::string_view const mine : {"a/b", "a/b_part2", "a/b_part10", "a/b_part123456"}) {
    EXPECT_TRUE(key.holds(mine)) << mine;
  }
  for (std::string_view const other : {"a/bc", "a/b/c", "a/b_part", "a/b_part1", "a/b_part02", "a/b_part2x",
                                       "a/b_partx", "a/b_copyto.INCOMPLETE", "a/", "x"}) {
    EXPECT_FALSE(key.holds(other)) << other;
  }
  EXPECT_EQ(key.numbered(0), "a/b");
  EXPECT_EQ(key.numbered(1), "a/b_part2");
  EXPECT_EQ(key.numbered(4294967295U), "a/b_part4294967296");
}

TEST(Place, IsAddressedAsACommandLineNamesIt) {
  copyto::memory_store store;
  copyto::store_ref const ref(store);
  EXPECT_EQ(export_place("a").address(ref), "memory://a/");
  EXPECT_EQ(export_place::key("a").address(ref), "memory://a");
  EXPECT_EQ(export_place::shared("a", "x-1").address(ref), "memory://a/ --export-id x-1");
}

} // namespace
