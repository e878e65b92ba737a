// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/stream.hpp>

#include <copyto/store/memory.hpp>
#include <copyto/testing/decorated_store.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <string>

namespace {

using copyto::errc;
using copyto::memory_store;
using copyto::store_limits;
using copyto::store_ref;
using copyto::upload_engine;
using copyto::upload_stream;

std::string text_of(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i != size; ++i) {
    text[i] = static_cast<char>('a' + i * 7 % 26 + i / 1000 % 2);
  }
  return text;
}

struct sent {
  copyto::result<void> wrote = {};
  std::size_t parts = 0;
  std::string stored = {};
};

/// Writes `size` bytes in steps of `step`, completes if that went well.
sent send(std::size_t size, std::size_t step, store_limits const& limits, std::uint64_t part) {
  memory_store store({.limits = limits});
  upload_engine engine(store_ref(store), {.buffer_bytes = 4 * limits.max_part, .parts_in_flight = 3}, {});
  upload_stream file(engine, "k", {.token = "t"}, copyto::plan_parts(limits, std::nullopt, part).value());
  std::string const text = text_of(size);
  sent out;
  for (std::size_t at = 0; at < size && out.wrote; at += step) {
    out.wrote = file.write(copyto::as_bytes(std::string_view(text).substr(at, step)));
  }
  out.parts = file.session().parts().size();
  if (!out.wrote) {
    EXPECT_TRUE(store.objects().empty());
    return out;
  }
  EXPECT_TRUE(file.close());
  EXPECT_TRUE(engine.finish());
  EXPECT_TRUE(file.session().all_stored());
  out.parts = file.session().parts().size();
  EXPECT_EQ(file.crc64nvme(), copyto::crc64nvme(copyto::as_bytes(text)));
  EXPECT_TRUE(store.complete("k", file.session().upload_id(), file.session().parts(), {}, {}));
  out.stored = store.objects().at("k").body;
  EXPECT_EQ(out.stored, text);
  return out;
}

TEST(UploadStream, OfEveryLengthAtTheEdgesOfItsParts) {
  store_limits const limits{.min_part = 16, .max_part = 16, .equal_parts = true};
  for (std::size_t const step : {1U, 7U, 16U, 64U}) {
    EXPECT_EQ(send(0, step, limits, 16).parts, 1U) << "an empty upload is one empty part";
    EXPECT_EQ(send(1, step, limits, 16).parts, 1U);
    EXPECT_EQ(send(16, step, limits, 16).parts, 1U) << "no empty part behind a full one";
    EXPECT_EQ(send(17, step, limits, 16).parts, 2U);
    EXPECT_EQ(send(32, step, limits, 16).parts, 2U);
    EXPECT_EQ(send(160, step, limits, 16).parts, 10U);
  }
}

TEST(UploadStream, AtTheStoresNumberOfParts) {
  store_limits const limits{.min_part = 8, .max_part = 8}; // 10,000 parts
  for (std::size_t const parts : {1U, 2U, 9'999U, 10'000U}) {
    EXPECT_EQ(send(parts * 8, 8000, limits, 8).parts, parts);
    EXPECT_EQ(send(parts * 8 - 3, 1001, limits, 8).parts, parts);
  }
  sent const over = send(10'000 * 8 + 1, 8000, limits, 8);
  ASSERT_FALSE(over.wrote) << "said at the first byte over, not at the end";
  EXPECT_TRUE(over.wrote.error().is(errc::limit_exceeded));
  EXPECT_NE(over.wrote.error().message().find("this stream would pass 10000 parts"), std::string::npos);
  EXPECT_EQ(over.parts, 10'000U);
}

TEST(UploadStream, PartsGrowWhereTheStoreAllowsIt) {
  store_limits const limits{.min_part = 4, .max_part = 64, .max_parts = 50, .parts_grow_after = 10};
  // 10 parts each of 4, 8, 16, 32 and 64 bytes
  EXPECT_EQ(send(40, 3, limits, 4).parts, 10U);
  EXPECT_EQ(send(41, 3, limits, 4).parts, 11U);
  EXPECT_EQ(send(40 + 80 + 160, 11, limits, 4).parts, 30U);
  constexpr std::size_t most = 1240;
  EXPECT_EQ(send(most, 100, limits, 4).parts, 50U);
  EXPECT_FALSE(send(most + 1, 100, limits, 4).wrote);
}

TEST(UploadStream, AtTheStoresSizeOfAnObject) {
  store_limits const limits{.min_part = 8, .max_part = 8, .max_object = 20};
  EXPECT_EQ(send(20, 3, limits, 8).parts, 3U);
  sent const over = send(21, 3, limits, 8);
  ASSERT_FALSE(over.wrote);
  EXPECT_NE(over.wrote.error().message().find("this stream would pass 20 bytes"), std::string::npos);
}

TEST(UploadStream, StartsNothingBeforeItsFirstPart) {
  memory_store store({.limits = {.min_part = 1}});
  upload_engine engine(store_ref(store), {.buffer_bytes = 100, .parts_in_flight = 1}, {});
  {
    upload_stream file(engine, "k", {}, {.first = 10});
    ASSERT_TRUE(file.write(copyto::as_bytes("short")));
    EXPECT_EQ(store.pending_uploads(), 0U);
  }
  EXPECT_EQ(store.pending_uploads(), 0U);
}

/// Parts wait until the latch is open.
struct gate {
  std::latch* open;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view, Call call) const -> decltype(call()) {
    if (operation == "put_part") {
      open->wait();
    }
    return call();
  }
};
TEST(UploadStream, MayBeDroppedWhileItsPartsAreUnderWay) {
  memory_store store({.limits = {.min_part = 1}});
  std::latch open(1);
  copyto::testing::decorated_store<memory_store, gate> gated(store, {&open});
  upload_engine engine(store_ref(gated), {.buffer_bytes = 100, .parts_in_flight = 2}, {});
  std::string id;
  {
    upload_stream file(engine, "k", {}, {.first = 10});
    ASSERT_TRUE(file.write(copyto::as_bytes("twenty-five bytes or more")));
    id = file.session().upload_id();
  }
  open.count_down();
  EXPECT_TRUE(engine.finish());
  EXPECT_EQ(store.list_parts("k", id, {}, {}).value().items.size(), 2U);
}

} // namespace
