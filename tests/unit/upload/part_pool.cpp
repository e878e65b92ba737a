// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/part_pool.hpp>

#include <gtest/gtest.h>

#include <utility>

namespace {

TEST(PartPool, NeverHasMoreBytesThanItsLimitAndReusesBuffers) {
  copyto::part_pool pool(150);
  auto a = pool.take(64);
  auto b = pool.take(64);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->capacity(), 64U);
  EXPECT_FALSE(pool.take(64));
  a->append("something");
  std::byte const* const memory = a->data();
  pool.give_back(*std::move(a));
  auto c = pool.take(64);
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->empty());
  EXPECT_EQ(c->data(), memory);
  EXPECT_FALSE(pool.take(64));
  EXPECT_TRUE(pool.take(22)) << "what is left";
  EXPECT_EQ(pool.allocated(), 150U);
}

TEST(PartPool, ReleasesBuffersThatAreNotInUse) {
  copyto::part_pool pool(150);
  auto a = pool.take(64);
  auto b = pool.take(64);
  ASSERT_TRUE(a && b);
  pool.give_back(*std::move(a));
  pool.release();
  EXPECT_EQ(pool.allocated(), 64U);
  pool.give_back(*std::move(b));
  pool.release();
  EXPECT_EQ(pool.allocated(), 0U);
  EXPECT_TRUE(pool.take(150));
}

TEST(PartPool, GivesSmallBuffersUpForLargerOnesAsPartsGrow) {
  copyto::part_pool pool(200);
  auto a = pool.take(50);
  auto b = pool.take(50);
  auto c = pool.take(100);
  ASSERT_TRUE(a && b && c);
  pool.give_back(*std::move(a));
  EXPECT_FALSE(pool.take(100)) << "half of the room is in use";
  EXPECT_EQ(pool.allocated(), 150U) << "the free one went";
  pool.give_back(*std::move(b));
  EXPECT_TRUE(pool.take(100));
  EXPECT_EQ(pool.allocated(), 200U);
}

} // namespace
