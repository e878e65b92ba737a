// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/upload/uploader.hpp>

#include <copyto/store/memory.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fail_at.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <latch>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using copyto::byte_buffer;
using copyto::errc;
using copyto::memory_store;
using copyto::store_ref;
using copyto::upload_session;
using copyto::uploader;

copyto::part_job job(upload_session& file, std::string_view text) {
  byte_buffer buffer;
  buffer.append(text);
  copyto::part_body const body(buffer.view());
  return {.file = std::shared_ptr<upload_session>(&file, [](upload_session*) {}), // the test's own
          .number = file.plan_part(text.size()).value(),
          .body = body,
          .buffer = std::move(buffer)};
}
memory_store small_parts() { return memory_store({.limits = {.min_part = 1}}); }

TEST(Uploader, StoresEveryPartAndGivesTheBuffersBack) {
  memory_store store = small_parts();
  upload_session file("k", store.limits(), {.first = 64});
  file.opened(store.create_upload("k", {}, {}).value());
  uploader up(store_ref(store), 4, {});
  EXPECT_FALSE(up.next(true)) << "nothing is under way, so nothing is waited for";
  std::string expected;
  for (int i = 0; i != 50; ++i) {
    std::string const text = "part " + std::to_string(i) + ";";
    expected += text;
    up.submit(job(file, text));
  }
  EXPECT_EQ(up.in_flight(), 50U);
  file.closed();
  std::set<std::byte const*> buffers;
  while (auto done = up.next(true)) {
    EXPECT_EQ(done->file.get(), &file);
    buffers.insert(done->buffer.data());
    file.acknowledged(done->tag.value());
  }
  EXPECT_EQ(buffers.size(), 50U);
  EXPECT_EQ(up.in_flight(), 0U);
  ASSERT_TRUE(file.all_stored());
  ASSERT_TRUE(store.complete("k", file.upload_id(), file.parts(), {}, {}));
  EXPECT_EQ(store.objects().at("k").body, expected);
}

TEST(Uploader, ReportsAFailedPartWithItsBuffer) {
  copyto::testing::fail_at_store store(small_parts(), {.at = 1, .code = errc::access_denied});
  upload_session file("k", store.limits(), {.first = 64});
  file.opened(store.create_upload("k", {}, {}).value());
  uploader up(store_ref(store), 1, {});
  up.submit(job(file, "abc"));
  auto const done = up.next(true);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->tag.error().is(errc::access_denied));
  EXPECT_EQ(done->buffer.size(), 3U);
}

/// Does something in each put_part.
struct acting {
  std::function<void()> act;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view, Call call) const -> decltype(call()) {
    if (operation == "put_part") {
      act();
    }
    return call();
  }
};
using acting_store = copyto::testing::decorated_store<memory_store, acting>;
acting_store with(std::function<void()> act) { return acting_store(small_parts(), {std::move(act)}); }

TEST(Uploader, SendsAsManyPartsAtATimeAsItHasThreads) {
  auto all_here = std::make_shared<std::latch>(4);
  auto store = with([all_here] { all_here->arrive_and_wait(); }); // returns only if all four run at once
  upload_session file("k", store.limits(), {.first = 64});
  file.opened(store.create_upload("k", {}, {}).value());
  uploader up(store_ref(store), 4, {});
  for (int i = 0; i != 4; ++i) {
    up.submit(job(file, "x"));
  }
  for (int i = 0; i != 4; ++i) {
    EXPECT_TRUE(up.next(true)->tag);
  }
}

TEST(Uploader, AnExceptionOfAStoreIsAnError) {
  auto standard = with([] { throw std::runtime_error("a bug of the store"); });
  auto odd = with([] { throw 7; });
  auto const try_it = [](acting_store& store) {
    upload_session file("k", store.limits(), {.first = 64});
    file.opened(store.create_upload("k", {}, {}).value());
    uploader up(store_ref(store), 1, {});
    up.submit(job(file, "x"));
    return up.next(true)->tag.error();
  };
  EXPECT_NE(try_it(standard).message().find("a bug of the store"), std::string::npos);
  EXPECT_TRUE(try_it(odd).is(errc::io_failed));
}

TEST(Uploader, AStopReachesThePartsUnderWay) {
  memory_store store = small_parts();
  std::stop_source source;
  upload_session file("k", store.limits(), {.first = 64});
  file.opened(store.create_upload("k", {}, {}).value());
  uploader up(store_ref(store), 2, source.get_token());
  source.request_stop();
  up.submit(job(file, "x"));
  EXPECT_TRUE(up.next(true)->tag.error().is(errc::stopped));
}

TEST(Uploader, ItsEndStopsAndJoinsAndAbortsNothing) {
  memory_store store = small_parts();
  upload_session file("k", store.limits(), {.first = 64});
  file.opened(store.create_upload("k", {}, {}).value());
  {
    uploader up(store_ref(store), 2, {});
    for (int i = 0; i != 20; ++i) {
      up.submit(job(file, "x"));
    }
  }
  EXPECT_EQ(store.pending_uploads(), 1U);
}

} // namespace
