// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/testing/fail_at.hpp>

#include <copyto/store/memory.hpp>

#include <gtest/gtest.h>

namespace {

using copyto::as_bytes;
using copyto::disposition;
using copyto::errc;
using copyto::memory_store;
using copyto::testing::fail_at_store;
using copyto::testing::fault;

static_assert(copyto::Reading<fail_at_store<memory_store>> && copyto::Listing<fail_at_store<memory_store>> &&
              copyto::Deleting<fail_at_store<memory_store>> && copyto::Conditional<fail_at_store<memory_store>>);

TEST(fail_at_store, fails_the_operation_of_that_number_and_no_other) {
  memory_store const memory;
  fail_at_store store(memory, {.at = 1, .code = errc::throttled, .how = disposition::transient});
  EXPECT_TRUE(store.put("a", as_bytes("x"), {}, {}, {}));
  auto const failed = store.put("b", as_bytes("x"), {}, {}, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), errc::throttled);
  EXPECT_TRUE(failed.error().retryable());
  EXPECT_EQ(failed.error()->operation, "put");
  EXPECT_EQ(failed.error()->key, "b");
  EXPECT_TRUE(store.put("c", as_bytes("x"), {}, {}, {}));
  EXPECT_EQ(store.operations(), 3u);
  EXPECT_EQ(memory.objects().size(), 2u) << "a refused operation is not carried out";
}

TEST(fail_at_store, loses_the_answer_of_what_was_carried_out) {
  memory_store const memory;
  fail_at_store store(memory, {.at = 0, .count = 2, .when = fault::moment::after});
  auto const put = store.put("a", as_bytes("x"), {}, {}, {});
  ASSERT_FALSE(put);
  EXPECT_TRUE(put.error().in_doubt());
  EXPECT_EQ(memory.objects().size(), 1u);
  auto const head = store.head("a", {});
  ASSERT_FALSE(head);
  EXPECT_FALSE(head.error().in_doubt()) << "reading changes nothing";
  EXPECT_TRUE(store.head("a", {}));
}

TEST(fail_at_store, leaves_an_error_of_the_store_as_it_is) {
  fail_at_store store(memory_store(), {.at = 0, .when = fault::moment::after});
  EXPECT_TRUE(store.head("a", {}).error().is(errc::not_found));
}

TEST(fail_at_store, counts_over_copies_and_counts_abort) {
  fail_at_store first(memory_store(), {.at = 2, .count = 100});
  auto second = first;
  EXPECT_TRUE(first.remove("a", {}));
  EXPECT_TRUE(second.list("a", {}, {}));
  EXPECT_FALSE(first.abort("a", "id"));
  EXPECT_FALSE(second.abort("a", "id"));
  EXPECT_EQ(first.operations(), 4u);
  EXPECT_EQ(second.operations(), 4u);
}

} // namespace
