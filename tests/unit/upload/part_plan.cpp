// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/part_plan.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

using copyto::errc;
using copyto::GiB;
using copyto::MiB;
using copyto::part_plan;
using copyto::plan_parts;
using copyto::store_limits;
using copyto::TiB;

constexpr store_limits s3;
constexpr store_limits growing{.max_object = 10'000 * (5 * GiB), .parts_grow_after = 1000};

TEST(PartPlan, FitsEveryFileIntoTheLimitsWithPartsOfOneSize) {
  EXPECT_EQ(plan_parts(s3, 256 * MiB, 8 * MiB)->first, 8 * MiB);
  EXPECT_EQ(plan_parts(s3, 256 * MiB, 1)->first, 5 * MiB) << "raised to the store's least";
  EXPECT_EQ(plan_parts(s3, 256 * MiB, 8 * MiB + 1)->first, 9 * MiB) << "a multiple of 1 MiB";
  for (std::uint64_t const file : {1 * MiB, 1 * GiB, 79 * GiB, 100 * GiB, 1 * TiB, 5 * TiB}) {
    part_plan const plan = plan_parts(s3, file, 8 * MiB).value();
    EXPECT_GE(plan.first, 8 * MiB);
    EXPECT_EQ(plan.largest(file), plan.first);
    EXPECT_LE((file + plan.first - 1) / plan.first, s3.max_parts) << file;
    EXPECT_LE(plan.first, s3.max_part);
  }
}

TEST(PartPlan, GrowsSoThatLongStreamsBeginWithSmallParts) {
  part_plan const plan = plan_parts(growing, 5 * TiB, 8 * MiB).value();
  EXPECT_EQ(plan.first, 8 * MiB);
  EXPECT_EQ(plan.size(1), 8 * MiB);
  EXPECT_EQ(plan.size(1000), 8 * MiB);
  EXPECT_EQ(plan.size(1001), 16 * MiB);
  EXPECT_EQ(plan.size(10'000), 4 * GiB);
  EXPECT_EQ(plan.capacity(2001), 1000 * (8 * MiB) + 1000 * (16 * MiB) + 32 * MiB);
  EXPECT_GE(plan.capacity(10'000), 5 * TiB);
  EXPECT_EQ(plan.largest(1000 * (8 * MiB)), 8 * MiB);
  EXPECT_EQ(plan.parts(0), 0U);
  EXPECT_EQ(plan.parts(1), 1U);
  EXPECT_EQ(plan.parts(1000 * (8 * MiB)), 1000U);
  EXPECT_EQ(plan.parts(1000 * (8 * MiB) + 16 * MiB + 1), 1002U);
  EXPECT_EQ(plan.largest(1000 * (8 * MiB) + 1), 16 * MiB);
}

TEST(PartPlan, DoesNotGrowWhereALittleMoreForAllWillDo) {
  part_plan const plan = plan_parts(growing, 100 * GiB, 8 * MiB).value();
  EXPECT_EQ(plan.first, 11 * MiB);
  EXPECT_EQ(plan.largest(100 * GiB), 11 * MiB);
  EXPECT_EQ(plan_parts(growing, 10'000 * (32 * MiB), 8 * MiB)->first, 32 * MiB);
  EXPECT_EQ(plan_parts(growing, 10'000 * (32 * MiB) + 1, 8 * MiB)->first, 8 * MiB) << "these grow";
}

TEST(PartPlan, OfTheLargestObjectOfAll) { // 48.8 TiB: 10,000 parts of 5 GiB
  part_plan const plan = plan_parts(growing, growing.max_object, 8 * MiB).value();
  EXPECT_EQ(plan.first, 5 * GiB) << "nothing smaller would do";
  EXPECT_EQ(plan.capacity(10'000), growing.max_object);
  EXPECT_EQ(plan.largest(growing.max_object), 5 * GiB);
  auto const above = plan_parts(growing, growing.max_object + 1, 8 * MiB);
  EXPECT_TRUE(above.error().is(errc::limit_exceeded));
}

TEST(PartPlan, IsTheSmallestThatFits) {
  std::mt19937_64 random(7);
  for (int i = 0; i != 2000; ++i) {
    store_limits const limits{.min_part = 1 + random() % 8,
                              .max_part = 8 + random() % 1000,
                              .max_parts = static_cast<std::uint32_t>(1 + random() % 50),
                              .max_object = TiB,
                              .parts_grow_after = static_cast<std::uint32_t>(random() % 12)};
    std::uint64_t const most = random() % 60'000;
    auto const fits = [&](std::uint64_t first, std::uint32_t grow_after) {
      std::uint64_t bytes = 0;
      part_plan const plan{.first = first, .grow_after = grow_after, .max_part = limits.max_part};
      for (std::uint32_t n = 1; n <= limits.max_parts; ++n) {
        EXPECT_EQ(plan.capacity(n - 1), bytes);
        if (plan.size(n) != 0 && bytes < most) {
          EXPECT_LE(plan.size(n), plan.largest(most));
        }
        bytes += plan.size(n);
      }
      return bytes >= most;
    };
    auto const plan = plan_parts(limits, most, limits.min_part);
    ASSERT_EQ(plan.has_value(), fits(limits.max_part, 0));
    if (plan) {
      bool const constant = fits(std::min(4 * limits.min_part, limits.max_part), 0);
      EXPECT_EQ(plan->grow_after, constant ? 0 : limits.parts_grow_after);
      EXPECT_TRUE(fits(plan->first, plan->grow_after));
      std::uint64_t const parts = plan->parts(most);
      EXPECT_LE(parts, limits.max_parts);
      EXPECT_GE(plan->capacity(static_cast<std::uint32_t>(parts)), most);
      EXPECT_TRUE(parts == 0 || plan->capacity(static_cast<std::uint32_t>(parts - 1)) < most) << parts;
      EXPECT_TRUE(plan->first == limits.min_part || !fits(plan->first - 1, plan->grow_after));
    }
  }
}

TEST(PartPlan, RefusesWhatNoSizeWillDo) {
  EXPECT_TRUE(plan_parts(s3, 5 * TiB + 1, 8 * MiB).error().is(errc::limit_exceeded));
  EXPECT_TRUE(plan_parts(s3, 1 * MiB, 6 * GiB).error().is(errc::limit_exceeded));
  store_limits const narrow{.min_part = 1, .max_part = 10, .max_parts = 10};
  EXPECT_EQ(plan_parts(narrow, 100, 3)->first, 10U);
  auto const above = plan_parts(narrow, 101, 3);
  EXPECT_TRUE(above.error().is(errc::limit_exceeded));
  EXPECT_NE(above.error().message().find("this stream would pass 10 parts"), std::string::npos)
      << above.error().message();
}

TEST(PartPlan, KeepsToAStoreOfOneSize) {
  store_limits const fixed{.min_part = 8 * MiB + 3, .max_part = 8 * MiB + 3, .equal_parts = true};
  EXPECT_EQ(plan_parts(fixed, 256 * MiB, 1)->first, 8 * MiB + 3);
  EXPECT_EQ(plan_parts(fixed, 256 * MiB, 8 * MiB)->first, 8 * MiB + 3);
  store_limits const small{.min_part = 64 * copyto::KiB, .max_part = 64 * copyto::KiB, .equal_parts = true};
  EXPECT_EQ(plan_parts(small, 256 * MiB, 8 * MiB)->first, 64U * 1024) << "there is no choice";
}

TEST(PartPlan, NeverGrowsWhereAllPartsMustBeEqual) {
  store_limits limits = growing;
  limits.equal_parts = true;
  for (std::optional<std::uint64_t> const most : {std::optional<std::uint64_t>(), std::optional(5 * TiB)}) {
    EXPECT_NE(plan_parts(growing, most, 8 * MiB)->grow_after, 0U);
    EXPECT_EQ(plan_parts(limits, most, 8 * MiB)->grow_after, 0U);
  }
}

TEST(PartPlan, OfAStreamOfUnknownLengthIsWhatWasWished) {
  EXPECT_EQ(plan_parts(s3, std::nullopt, 8 * MiB)->first, 8 * MiB);
  EXPECT_EQ(plan_parts(growing, std::nullopt, 8 * MiB)->first, 8 * MiB);
}

} // namespace
