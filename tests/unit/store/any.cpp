// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/any.hpp>

#include <copyto/store/memory.hpp>
#include <copyto/testing/decorated_store.hpp>

#include <gtest/gtest.h>

#include <type_traits>

namespace {

using copyto::any_store;
using copyto::as_bytes;
using copyto::errc;
using copyto::memory_store;

static_assert(copyto::ObjectStore<any_store> && copyto::Reading<any_store> && copyto::Listing<any_store> &&
              copyto::Deleting<any_store> && copyto::Conditional<any_store>);
static_assert(!std::is_constructible_v<any_store, int>);
static_assert(!std::is_constructible_v<any_store, copyto::store_ref>, "a store_ref owns nothing");

// An ObjectStore, and nothing more.
class write_only {
public:
  explicit write_only(memory_store store) : store_(std::move(store)) {}
  [[nodiscard]] copyto::store_limits limits() const { return store_.limits(); }
  [[nodiscard]] std::string uri(std::string_view key) const { return store_.uri(key); }
  auto put(std::string_view key, copyto::bytes_view body, copyto::object_options const& options,
           copyto::put_condition const& condition, std::stop_token stop) {
    return store_.put(key, body, options, condition, stop);
  }
  auto create_upload(std::string_view key, copyto::object_options const& options, std::stop_token stop) {
    return store_.create_upload(key, options, stop);
  }
  auto put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, copyto::bytes_view body,
                std::stop_token stop) {
    return store_.put_part(key, upload_id, number, body, stop);
  }
  auto complete(std::string_view key, std::string_view upload_id, std::span<copyto::part_tag const> parts,
                copyto::put_condition const& condition, std::stop_token stop) {
    return store_.complete(key, upload_id, parts, condition, stop);
  }
  auto abort(std::string_view key, std::string_view upload_id) { return store_.abort(key, upload_id); }

private:
  memory_store store_;
};
static_assert(copyto::ObjectStore<write_only> && !copyto::Reading<write_only> && !copyto::Listing<write_only> &&
              !copyto::Deleting<write_only> && !copyto::Conditional<write_only>);

void expect_write_only(copyto::store_ref store) {
  EXPECT_FALSE(store.reads());
  EXPECT_FALSE(store.lists());
  EXPECT_FALSE(store.deletes());
  EXPECT_EQ(store.put_conditions(), copyto::conditions::none);
  EXPECT_EQ(store.head("k", {}).error().code(), errc::unsupported);
  EXPECT_EQ(store.get("k", 1, {}).error().code(), errc::unsupported);
  EXPECT_EQ(store.list("k", {}, {}).error().code(), errc::unsupported);
  EXPECT_EQ(store.list_uploads("k", {}, {}).error().code(), errc::unsupported);
  EXPECT_EQ(store.list_parts("k", "id", {}, {}).error().code(), errc::unsupported);
  EXPECT_EQ(store.remove("k", {}).error().code(), errc::unsupported);
}

TEST(any_store, forwards_to_a_copy_of_what_it_was_made_from) {
  memory_store const memory({.limits = {.max_key = 99}});
  any_store store = memory;
  ASSERT_TRUE(store.put("key", as_bytes("x"), {}, {}, {}));
  EXPECT_EQ(memory.objects().at("key").body, "x");
  EXPECT_EQ(store.limits().max_key, 99u);
  EXPECT_EQ(store.uri("key"), "memory://key");
  EXPECT_TRUE(store.reads() && store.lists() && store.deletes());
  EXPECT_EQ(store.put_conditions(), copyto::conditions::compare_and_swap);
}

TEST(any_store, is_a_shared_handle) {
  std::optional<any_store> first(memory_store{});
  any_store const second = *first;
  any_store third = std::move(*first);
  first.reset();
  ASSERT_TRUE(third.put("key", as_bytes("x"), {}, {}, {}));
  third = any_store(memory_store());
  EXPECT_EQ(second.get("key", 1, {}).value().body, "x");
  EXPECT_TRUE(third.get("key", 1, {}).error().is(errc::not_found));
}

TEST(any_store, tells_what_the_store_inside_lacks) {
  write_only plain{memory_store()};
  expect_write_only(copyto::store_ref(plain));
  any_store erased = plain;
  EXPECT_FALSE(erased.reads() || erased.lists() || erased.deletes());
  EXPECT_EQ(erased.get("k", 1, {}).error().code(), errc::unsupported);
}

TEST(any_store, does_not_hide_it_from_a_store_ref_nor_behind_a_decorator) {
  any_store erased = write_only{memory_store()};
  expect_write_only(copyto::store_ref(erased));
  auto const as_is = [](std::string_view, std::string_view, auto call) { return call(); };
  copyto::testing::decorated_store decorated(erased, as_is);
  expect_write_only(copyto::store_ref(decorated));
  any_store twice = decorated;
  expect_write_only(copyto::store_ref(twice));
}

} // namespace
