// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/object.hpp>

#include <copyto/store/memory.hpp>
#include <copyto/testing/cancel_at.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace copyto;

memory_store small_parts() { return memory_store({.limits = {.min_part = 1, .complete_creates_only = true}}); }
upload_options in_parts_of(std::uint64_t size) { return {.object = {.token = "t"}, .part_size = size}; }

std::string text_of(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i != size; ++i) {
    text[i] = static_cast<char>('a' + i * 7 % 26);
  }
  return text;
}

TEST(UploadObject, IsOnePutOrAnUploadInParts) {
  for (std::size_t const size : {0U, 1U, 9U, 10U, 11U, 20U, 95U, 1000U}) {
    memory_store store = small_parts();
    copyto::testing::fail_at_store counted(store, {});
    std::string const text = text_of(size);
    auto const tag = upload_object(store_ref(counted), "k", as_bytes(text), in_parts_of(10), {});
    ASSERT_TRUE(tag) << tag.error().message();
    EXPECT_EQ(store.objects().at("k").body, text);
    EXPECT_EQ(store.objects().at("k").tag, *tag);
    EXPECT_EQ(store.objects().at("k").token, "t");
    EXPECT_EQ(counted.operations(), size <= 10 ? 1U : 2 + (size + 9) / 10);
    EXPECT_EQ(store.pending_uploads(), 0U);
  }
}

TEST(UploadObject, CreatesOnlyWhereTheStoreHonoursIt) {
  for (std::size_t const size : {5U, 50U}) {
    memory_store store = small_parts();
    upload_options options = in_parts_of(10);
    options.condition = put_condition::absent();
    EXPECT_TRUE(upload_object(store_ref(store), "k", as_bytes(text_of(size)), options, {}));
    auto const second = upload_object(store_ref(store), "k", as_bytes("other bytes, more than ten"), options, {});
    EXPECT_TRUE(second.error().is(errc::precondition_failed));
    EXPECT_EQ(store.objects().at("k").body, text_of(size));
    EXPECT_EQ(store.pending_uploads(), 0U);
  }
  memory_store without({.limits = {.min_part = 1}});
  upload_options options = in_parts_of(10);
  options.condition = put_condition::absent();
  auto const refused = upload_object(store_ref(without), "k", as_bytes(text_of(50)), options, {});
  EXPECT_TRUE(refused.error().is(errc::unsupported)) << "instead of being ignored";
  EXPECT_TRUE(upload_object(store_ref(without), "k", as_bytes(text_of(5)), options, {})) << "a put has conditions";
}

/// Every Complete meets a concurrent writer, so many times.
struct conflicts {
  std::shared_ptr<int> left;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view, Call call) const -> decltype(call()) {
    if (operation == "complete" && *left > 0) {
      --*left;
      return error({.code = errc::conflict, .message = "somebody else writes it"});
    }
    return call();
  }
};

TEST(UploadObject, BeginsAnewAfterAConflictAsItHoldsTheBytes) {
  for (int const times : {1, 2, 3, 5}) {
    memory_store store = small_parts();
    auto left = std::make_shared<int>(times);
    copyto::testing::decorated_store contested(store, conflicts{left});
    auto const done = upload_object(store_ref(contested), "k", as_bytes(text_of(50)), in_parts_of(10), {});
    EXPECT_EQ(done.has_value(), times < 3);
    if (done) {
      EXPECT_EQ(store.objects().at("k").body, text_of(50));
    } else {
      EXPECT_TRUE(done.error().is(errc::conflict));
    }
    EXPECT_EQ(store.pending_uploads(), 0U) << "uploads that were lost are thrown away";
  }
}

TEST(UploadObject, LeavesNothingHalfDoneWhereverItFails) {
  bool done = false;
  for (std::uint64_t at = 0; !done; ++at) {
    for (auto const when : {copyto::testing::fault::moment::before, copyto::testing::fault::moment::after}) {
      memory_store store = small_parts();
      copyto::testing::fail_at_store failing(store, {.at = at, .when = when});
      auto const tag = upload_object(store_ref(failing), "k", as_bytes(text_of(35)), in_parts_of(10), {});
      done = tag.has_value();
      if (!done && !tag.error().in_doubt()) {
        EXPECT_TRUE(store.objects().empty()) << at;
        EXPECT_EQ(store.pending_uploads(), 0U) << at;
      }
      for (auto const& [key, object] : store.objects()) {
        EXPECT_EQ(object.body, text_of(35));
      }
    }
  }
}

TEST(UploadObject, StopsWithoutLeavingAnything) {
  bool done = false;
  for (std::uint64_t at = 0; !done; ++at) {
    memory_store store = small_parts();
    std::stop_source source;
    copyto::testing::cancel_at_store cancelling(store, source, {.at = at});
    auto const tag =
        upload_object(store_ref(cancelling), "k", as_bytes(text_of(35)), in_parts_of(10), source.get_token());
    done = tag.has_value();
    if (!done) {
      EXPECT_TRUE(tag.error().is(errc::stopped));
      EXPECT_TRUE(store.objects().empty());
      EXPECT_EQ(store.pending_uploads(), 0U);
    }
  }
}

} // namespace
