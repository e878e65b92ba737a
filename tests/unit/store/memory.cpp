// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/memory.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

// What all stores share is in tests/contract; here is what this one adds.
namespace {

using copyto::as_bytes;
using copyto::errc;
using copyto::memory_store;
using copyto::part_tag;

static_assert(copyto::ObjectStore<memory_store> && copyto::Reading<memory_store> && copyto::Listing<memory_store> &&
              copyto::Deleting<memory_store> && copyto::Conditional<memory_store>);

struct upload {
  explicit upload(copyto::memory_options options) : store(options) {
    id = store.create_upload("key", {.content_type = "text/csv", .token = "t-1"}, {}).value();
  }
  part_tag part(std::uint32_t number, std::string const& body) {
    return store.put_part("key", id, number, as_bytes(body), {}).value();
  }
  copyto::result<std::string> complete(std::vector<part_tag> const& parts) {
    return store.complete("key", id, parts, {}, {});
  }
  memory_store store;
  std::string id;
};

TEST(memory_store, shows_its_objects_and_counts_uploads) {
  upload u({.limits = {.min_part = 1}});
  EXPECT_EQ(u.store.pending_uploads(), 1u);
  EXPECT_TRUE(u.store.objects().empty());
  auto const tag = u.complete({u.part(1, "ab"), u.part(2, "c")});
  ASSERT_TRUE(tag);
  EXPECT_EQ(u.store.pending_uploads(), 0u);
  auto const objects = u.store.objects();
  ASSERT_EQ(objects.size(), 1u);
  auto const& [key, object] = *objects.begin();
  EXPECT_EQ(key, "key");
  EXPECT_EQ(object.body, "abc");
  EXPECT_EQ(object.content_type, "text/csv");
  EXPECT_EQ(object.token, "t-1");
  EXPECT_EQ(object.tag, *tag);
  EXPECT_EQ(u.store.uri(key), "memory://key");
}

TEST(memory_store, refuses_a_small_part_unless_it_is_the_last) {
  upload u({.limits = {.min_part = 3}});
  auto const done = u.complete({u.part(1, "12"), u.part(2, "123")});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), errc::limit_exceeded);
  EXPECT_TRUE(u.complete({u.part(1, "123"), u.part(2, "1")}));
}

TEST(memory_store, refuses_unequal_parts_where_the_limits_say_so) {
  upload u({.limits = {.min_part = 1, .equal_parts = true}});
  EXPECT_FALSE(u.complete({u.part(1, "12"), u.part(2, "123"), u.part(3, "1")}));
  EXPECT_FALSE(u.complete({u.part(1, "12"), u.part(2, "123")})) << "the last may not be larger";
  EXPECT_TRUE(u.complete({u.part(1, "12"), u.part(2, "12"), u.part(3, "1")}));
}

TEST(memory_store, refuses_a_part_list_that_is_not_what_was_stored) {
  upload u({.limits = {.min_part = 1}});
  part_tag const one = u.part(1, "1");
  part_tag const two = u.part(2, "2");
  part_tag wrong = two;
  wrong.tag = one.tag;
  part_tag missing = two;
  missing.number = 3;
  for (std::vector<part_tag> const& parts : {std::vector<part_tag>{}, std::vector{two, one}, std::vector{one, one},
                                             std::vector{one, wrong}, std::vector{one, missing}}) {
    auto const done = u.complete(parts);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), errc::invalid_argument);
    EXPECT_EQ(done.error()->operation, "complete");
  }
  EXPECT_EQ(u.store.pending_uploads(), 1u) << "a refused complete leaves the upload";
  EXPECT_TRUE(u.complete({one, two}));
}

TEST(memory_store, takes_only_the_listed_parts) {
  upload u({.limits = {.min_part = 1}});
  part_tag const one = u.part(1, "1");
  (void)u.part(2, "2");
  part_tag const three = u.part(3, "3");
  ASSERT_TRUE(u.complete({one, three}));
  EXPECT_EQ(u.store.objects().at("key").body, "13");
}

TEST(memory_store, enforces_sizes_and_numbers) {
  upload u({.limits = {.min_part = 1, .max_part = 3, .max_parts = 2, .max_object = 5, .max_put = 4}});
  for (auto const& refused :
       {u.store.put_part("key", u.id, 1, as_bytes("1234"), {}), u.store.put_part("key", u.id, 0, as_bytes("1"), {}),
        u.store.put_part("key", u.id, 3, as_bytes("1"), {})}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), errc::limit_exceeded);
  }
  EXPECT_EQ(u.store.put("key", as_bytes("12345"), {}, {}, {}).error().code(), errc::limit_exceeded);
  EXPECT_EQ(u.complete({u.part(1, "123"), u.part(2, "123")}).error().code(), errc::limit_exceeded);
  EXPECT_TRUE(u.complete({u.part(1, "123"), u.part(2, "12")}));
}

TEST(memory_store, repeats_a_complete_only_where_it_is_told_to) {
  for (bool const repeats : {true, false}) {
    upload u({.limits = {.min_part = 1}, .complete_repeats = repeats});
    part_tag const one = u.part(1, "1");
    auto const first = u.complete({one});
    auto const again = u.complete({one});
    ASSERT_TRUE(first);
    EXPECT_EQ(again.has_value(), repeats);
    EXPECT_EQ(repeats ? *again : "", repeats ? *first : "");
    EXPECT_TRUE(repeats || again.error().is(errc::no_such_upload));
  }
}

TEST(memory_store, answers_a_swap_of_nothing_as_s3_does) {
  memory_store const store;
  auto const swapped = store.put("key", as_bytes("x"), {}, copyto::put_condition::matches("tag"), {});
  ASSERT_FALSE(swapped);
  EXPECT_EQ(swapped.error().code(), errc::not_found);
}

TEST(memory_store, imitates_a_server_that_ignores_conditions) {
  memory_store const store({.put_conditions = copyto::conditions::unknown, .ignores_conditions = true});
  ASSERT_TRUE(store.put("key", as_bytes("one"), {}, copyto::put_condition::absent(), {}));
  ASSERT_TRUE(store.put("key", as_bytes("two"), {}, copyto::put_condition::absent(), {}));
  ASSERT_TRUE(store.put("key", as_bytes("three"), {}, copyto::put_condition::matches("no such tag"), {}));
  EXPECT_EQ(store.objects().at("key").body, "three");
}

TEST(memory_store, pages_uploads_of_one_key_too) {
  memory_store const store({.page_size = 2});
  std::vector<std::string> ids;
  for (int i = 0; i != 5; ++i) {
    ids.push_back(store.create_upload("same", {}, {}).value());
  }
  std::vector<std::string> listed;
  std::string from;
  do {
    auto const page = store.list_uploads("sa", from, {}).value();
    EXPECT_LE(page.items.size(), 2u);
    for (auto const& u : page.items) {
      EXPECT_EQ(u.key, "same");
      listed.push_back(u.upload_id);
    }
    from = page.next;
  } while (!from.empty());
  EXPECT_EQ(listed, ids);
}

TEST(memory_store, keeps_its_contents_as_long_as_a_copy_lives) {
  std::optional<memory_store> first(std::in_place);
  memory_store const second = *first;
  ASSERT_TRUE(first->put("key", as_bytes("x"), {}, {}, {}));
  first.reset();
  EXPECT_EQ(second.get("key", 1, {}).value().body, "x");
}

} // namespace
