// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/part_pool.hpp>

#include <gtest/gtest.h>

#include <utility>

namespace {

TEST(PartPool, NeverHasMoreBuffersThanItsCountAndReusesThem) {
  copyto::part_pool pool(64, 2);
  auto a = pool.take();
  auto b = pool.take();
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->capacity(), 64U);
  EXPECT_FALSE(pool.take());
  a->append("something");
  std::byte const* const memory = a->data();
  pool.give_back(*std::move(a));
  auto c = pool.take();
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->empty());
  EXPECT_EQ(c->data(), memory);
  EXPECT_FALSE(pool.take());
}

} // namespace
