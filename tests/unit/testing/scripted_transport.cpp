// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/testing/scripted_transport.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using copyto::testing::scripted_transport;
using copyto::testing::sent_request;

TEST(scripted_transport, answers_in_order_and_remembers) {
  scripted_transport t;
  t.answer(200, "one", {{"ETag", "x"}}).fail(disposition::in_doubt);
  scripted_transport copy = t;
  std::string body = "body";
  auto const first = copy.perform({.method = "PUT", .path = "/a b", .query = {{"q", ""}}, .body = as_bytes(body)}, {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->body, "one");
  EXPECT_EQ(first->header("etag"), "x");
  EXPECT_EQ(t.left(), 1u);
  EXPECT_TRUE(t.perform({}, {}).error().in_doubt());
  EXPECT_TRUE(t.perform({}, {}).error().is(errc::bad_answer)); // the script is over
  body = "gone";
  ASSERT_EQ(t.requests().size(), 3u);
  EXPECT_EQ(t.requests()[0].body, "body");
  EXPECT_EQ(t.requests()[0].line(), "PUT /a%20b?q=");
}

TEST(scripted_transport, falls_back_to_a_function) {
  scripted_transport t;
  t.otherwise([](sent_request const& r) -> result<response> { return response{.status = 200, .body = r.line()}; });
  EXPECT_EQ(t.perform({.path = "/x"}, {})->body, "GET /x");
}

TEST(scripted_transport, stops) {
  scripted_transport t;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(t.perform({}, stop.get_token()).error().is(errc::stopped));
  EXPECT_TRUE(t.requests().empty());
}

} // namespace
