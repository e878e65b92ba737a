// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/session.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::errc;
using copyto::GiB;
using copyto::MiB;
using copyto::plan_part_size;
using copyto::store_limits;
using copyto::TiB;
using copyto::upload_session;

TEST(PlanPartSize, FitsEveryFileIntoTheLimits) {
  store_limits const s3;
  EXPECT_EQ(plan_part_size(s3, 256 * MiB, 8 * MiB).value(), 8 * MiB);
  EXPECT_EQ(plan_part_size(s3, 256 * MiB, 1).value(), 5 * MiB) << "raised to the store's least";
  EXPECT_EQ(plan_part_size(s3, 256 * MiB, 8 * MiB + 1).value(), 9 * MiB) << "a multiple of 1 MiB";
  for (std::uint64_t const file : {1 * MiB, 1 * GiB, 79 * GiB, 100 * GiB, 1 * TiB, 5 * TiB}) {
    std::uint64_t const part = plan_part_size(s3, file, 8 * MiB).value();
    EXPECT_GE(part, 8 * MiB);
    EXPECT_LE((file + part - 1) / part, s3.max_parts) << file;
    EXPECT_LE(part, s3.max_part);
  }
}

TEST(PlanPartSize, RefusesWhatNoSizeWillDo) {
  store_limits const s3;
  EXPECT_TRUE(plan_part_size(s3, 5 * TiB + 1, 8 * MiB).error().is(errc::limit_exceeded));
  EXPECT_TRUE(plan_part_size(s3, 1 * MiB, 6 * GiB).error().is(errc::limit_exceeded));
  store_limits const narrow{.min_part = 1, .max_part = 10, .max_parts = 10};
  EXPECT_EQ(plan_part_size(narrow, 100, 3).value(), 10U);
  EXPECT_TRUE(plan_part_size(narrow, 101, 3).error().is(errc::limit_exceeded));
}

TEST(PlanPartSize, KeepsToAStoreOfOneSize) {
  store_limits const fixed{.min_part = 8 * MiB + 3, .max_part = 8 * MiB + 3, .equal_parts = true};
  EXPECT_EQ(plan_part_size(fixed, 256 * MiB, 1).value(), 8 * MiB + 3);
  EXPECT_EQ(plan_part_size(fixed, 256 * MiB, 8 * MiB).value(), 8 * MiB + 3);
}

TEST(UploadSession, NumbersPartsAndIsSettledWhenAllAreThere) {
  upload_session upload("k", {.min_part = 1});
  EXPECT_TRUE(upload.upload_id().empty());
  upload.opened("u1");
  EXPECT_EQ(upload.plan_part(10).value(), 1U);
  EXPECT_EQ(upload.plan_part(10).value(), 2U);
  EXPECT_EQ(upload.plan_part(3).value(), 3U);
  upload.acknowledged({.number = 3, .size = 3, .tag = "c"});
  upload.acknowledged({.number = 1, .size = 10, .tag = "a"});
  upload.closed();
  EXPECT_FALSE(upload.settled());
  upload.acknowledged({.number = 2, .size = 10, .tag = "b"});
  EXPECT_TRUE(upload.settled());
  EXPECT_EQ(upload.bytes(), 23U);
  ASSERT_EQ(upload.parts().size(), 3U);
  for (std::uint32_t i = 0; i != 3; ++i) {
    EXPECT_EQ(upload.parts()[i].number, i + 1);
    EXPECT_EQ(upload.parts()[i].tag, std::string(1, static_cast<char>('a' + i)));
  }
}

TEST(UploadSession, IsNotSettledWhileMorePartsMayCome) {
  upload_session upload("k", {});
  (void)upload.plan_part(1).value();
  upload.acknowledged({.number = 1, .size = 1, .tag = "a"});
  EXPECT_FALSE(upload.settled());
}

TEST(UploadSession, RefusesThePartThatTheStoreWouldNotTake) {
  upload_session few("key-of-the-file", {.min_part = 1, .max_parts = 2});
  EXPECT_TRUE(few.plan_part(1) && few.plan_part(1));
  auto const refused = few.plan_part(1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(errc::limit_exceeded));
  EXPECT_EQ(refused.error()->key, "key-of-the-file");
  upload_session small("k", {.min_part = 1, .max_object = 10});
  EXPECT_TRUE(small.plan_part(10));
  EXPECT_TRUE(small.plan_part(1).error().is(errc::limit_exceeded));
}

} // namespace
