// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/session.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::errc;
using copyto::part_plan;
using copyto::upload_session;

TEST(UploadSession, NumbersPartsAndIsSettledWhenAllAreThere) {
  upload_session upload("k", {.min_part = 1}, part_plan{.first = 10});
  EXPECT_TRUE(upload.upload_id().empty());
  upload.opened("u1");
  EXPECT_EQ(upload.plan_part(10).value(), 1U);
  EXPECT_EQ(upload.plan_part(10).value(), 2U);
  EXPECT_EQ(upload.plan_part(3).value(), 3U);
  upload.acknowledged({.number = 3, .size = 3, .tag = "c"});
  upload.acknowledged({.number = 1, .size = 10, .tag = "a"});
  upload.closed();
  EXPECT_FALSE(upload.all_stored());
  upload.acknowledged({.number = 2, .size = 10, .tag = "b"});
  EXPECT_TRUE(upload.all_stored());
  EXPECT_EQ(upload.bytes(), 23U);
  ASSERT_EQ(upload.parts().size(), 3U);
  for (std::uint32_t i = 0; i != 3; ++i) {
    EXPECT_EQ(upload.parts()[i].number, i + 1);
    EXPECT_EQ(upload.parts()[i].tag, std::string(1, static_cast<char>('a' + i)));
  }
}

TEST(UploadSession, IsNotSettledWhileMorePartsMayCome) {
  upload_session upload("k", {}, part_plan{.first = 1});
  (void)upload.plan_part(1).value();
  upload.acknowledged({.number = 1, .size = 1, .tag = "a"});
  EXPECT_FALSE(upload.all_stored());
}

TEST(UploadSession, SaysWhatTheNextPartMayHave) {
  upload_session upload("k", {.min_part = 1, .max_object = 45}, {.first = 5, .grow_after = 2, .max_part = 20});
  for (std::uint64_t const size : {5U, 5U, 10U, 10U, 15U}) { // the fifth would have 20, but that is all that is left
    ASSERT_EQ(upload.next_size().value(), size);
    ASSERT_TRUE(upload.plan_part(size));
  }
  EXPECT_TRUE(upload.next_size().error().is(errc::limit_exceeded));
  EXPECT_NE(upload.next_size().error().message().find("would pass 45 bytes"), std::string::npos);
}

TEST(UploadSession, RefusesThePartThatTheStoreWouldNotTake) {
  upload_session few("key-of-the-file", {.min_part = 1, .max_parts = 2}, {.first = 1});
  EXPECT_TRUE(few.plan_part(1) && few.plan_part(1));
  auto const refused = few.plan_part(1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(errc::limit_exceeded));
  EXPECT_EQ(refused.error()->key, "key-of-the-file");
  EXPECT_NE(refused.error().message().find("this stream would pass 2 parts"), std::string::npos);
  upload_session small("k", {.min_part = 1, .max_object = 10}, {.first = 10});
  EXPECT_TRUE(small.plan_part(10));
  EXPECT_TRUE(small.plan_part(1).error().is(errc::limit_exceeded));
  upload_session planned("k", {.min_part = 1}, {.first = 4});
  EXPECT_TRUE(planned.plan_part(5).error().is(errc::limit_exceeded));
}

} // namespace
