// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/testing/cancel_at.hpp>

#include <copyto/store/memory.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::as_bytes;
using copyto::errc;
using copyto::memory_store;
using copyto::testing::cancel_at_store;
using copyto::testing::cancellation;

static_assert(copyto::Reading<cancel_at_store<memory_store>> && copyto::Listing<cancel_at_store<memory_store>> &&
              copyto::Deleting<cancel_at_store<memory_store>>);

TEST(cancel_at_store, stops_an_operation_before_it_begins) {
  memory_store const memory;
  std::stop_source source;
  cancel_at_store store(memory, source, {.at = 1});
  EXPECT_TRUE(store.put("a", as_bytes("x"), {}, {}, source.get_token()));
  EXPECT_FALSE(source.stop_requested());
  EXPECT_TRUE(store.put("b", as_bytes("x"), {}, {}, source.get_token()).error().is(errc::stopped));
  EXPECT_EQ(memory.objects().size(), 1u);
  EXPECT_EQ(store.operations(), 2u);
}

TEST(cancel_at_store, stops_its_caller_afterwards) {
  memory_store const memory;
  std::stop_source source;
  cancel_at_store store(memory, source, {.at = 0, .when = cancellation::moment::after});
  EXPECT_TRUE(store.put("a", as_bytes("x"), {}, {}, source.get_token()));
  EXPECT_TRUE(source.stop_requested());
  EXPECT_TRUE(store.put("b", as_bytes("x"), {}, {}, source.get_token()).error().is(errc::stopped));
  EXPECT_EQ(memory.objects().size(), 1u);
}

} // namespace
