// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/engine.hpp>

#include <copyto/store/memory.hpp>
#include <copyto/testing/fail_at.hpp>
#include <copyto/upload/stream.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace {

using copyto::errc;
using copyto::memory_store;
using copyto::store_ref;
using copyto::upload_engine;
using copyto::upload_stream;

memory_store small_parts() { return memory_store({.limits = {.min_part = 1}}); }

TEST(UploadEngine, WaitsForAPartToBeStoredWhereAllMemoryIsInUse) {
  memory_store store = small_parts();
  upload_engine engine(store_ref(store), {.buffer_bytes = 20, .parts_in_flight = 1}, {});
  upload_stream file(engine, "k", {}, {.first = 10});
  std::string text;
  for (int i = 0; i != 300; ++i) {
    text += std::to_string(i);
    ASSERT_TRUE(file.write(copyto::as_bytes(std::to_string(i))));
    ASSERT_LE(engine.allocated(), 20U);
  }
  ASSERT_TRUE(file.close());
  ASSERT_TRUE(engine.finish());
  EXPECT_TRUE(file.session().all_stored());
  EXPECT_EQ(engine.acknowledged(), text.size());
  EXPECT_EQ(file.crc64nvme(), copyto::crc64nvme(copyto::as_bytes(text)));
}

// Streams that share memory: half-filled parts may hold all of it, and then nobody would ever give any back.
TEST(UploadEngine, NeverWaitsForMemoryThatOpenFilesHold) {
  for (std::size_t const streams : {1U, 2U, 3U, 5U, 8U}) {
    for (std::uint64_t const buffers : {1U, 2U, 4U, 8U, 9U}) {
      memory_store store = small_parts();
      upload_engine engine(store_ref(store), {.buffer_bytes = buffers * 10, .parts_in_flight = 2}, {});
      std::deque<upload_stream> files;
      for (std::size_t i = 0; i != streams; ++i) {
        files.emplace_back(engine, "k" + std::to_string(i), copyto::object_options(), copyto::part_plan{.first = 10});
      }
      // A byte to each in turn: after a round every stream holds a part that is not full.
      copyto::result<void> wrote;
      for (std::size_t i = 0; i != 400 && wrote; ++i) {
        wrote = files[i % streams].write(copyto::as_bytes("x"));
      }
      if (buffers >= streams) {
        EXPECT_TRUE(wrote) << streams << " streams, " << buffers << " buffers: " << wrote.error().message();
      } else { // refused at once, instead of waiting for ever
        ASSERT_FALSE(wrote);
        EXPECT_TRUE(wrote.error().is(errc::limit_exceeded));
        EXPECT_NE(wrote.error().message().find("close the largest open file"), std::string::npos);
        // As the advice says:
        ASSERT_TRUE(files.front().close());
        EXPECT_TRUE(files.back().write(copyto::as_bytes("x")));
      }
      engine.halt();
    }
  }
}

TEST(UploadEngine, TheFirstFailedPartIsTheError) {
  copyto::testing::fail_at_store store(small_parts(), {.at = 3, .code = errc::access_denied});
  upload_engine engine(store_ref(store), {.buffer_bytes = 20, .parts_in_flight = 2}, {});
  upload_stream file(engine, "k", {}, {.first = 10});
  copyto::result<void> wrote;
  for (int i = 0; i != 100 && wrote; ++i) {
    wrote = file.write(copyto::as_bytes("0123456789"));
  }
  ASSERT_FALSE(wrote);
  EXPECT_TRUE(wrote.error().is(errc::access_denied));
}

TEST(UploadEngine, AStopEndsTheWaiting) {
  memory_store store = small_parts();
  std::stop_source source;
  upload_engine engine(store_ref(store), {.buffer_bytes = 10, .parts_in_flight = 1}, source.get_token());
  upload_stream file(engine, "k", {}, {.first = 10});
  ASSERT_TRUE(file.write(copyto::as_bytes("0123456789")));
  source.request_stop();
  copyto::result<void> wrote;
  for (int i = 0; i != 3 && wrote; ++i) {
    wrote = file.write(copyto::as_bytes("0123456789"));
  }
  ASSERT_FALSE(wrote);
  EXPECT_TRUE(wrote.error().is(errc::stopped));
}

} // namespace
