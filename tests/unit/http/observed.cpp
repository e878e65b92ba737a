// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/observed.hpp>

#include <copyto/testing/fake_clock.hpp>
#include <copyto/testing/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace copyto;

TEST(observed_transport, tells_of_each_exchange_and_of_no_secret) {
  copyto::testing::scripted_transport net;
  copyto::testing::fake_clock clock;
  std::vector<http_exchange> seen;
  observed_transport transport(
      net, [&](http_exchange const& x) { seen.push_back(x); }, clock);
  static_assert(Transport<decltype(transport)>);
  net.then([clock](auto const&) mutable -> result<response> {
       clock.advance(std::chrono::milliseconds(7));
       return response{
           .status = 503, .headers = {{"x-amz-request-id", "R1 TOPSECRET"}}, .body = "slow down", .sends = 2};
     })
      .fail(disposition::transient);
  request const r{.method = "PUT",
                  .host = "s3.test",
                  .path = "/b/a key",
                  .query = {{.name = "partNumber", .value = "1"}},
                  .headers = {{.name = "Authorization", .value = "TOPSECRET", .sensitive = true}},
                  .text = "TOPSECRET"};
  EXPECT_EQ(transport.perform(r, {})->status, 503);
  EXPECT_FALSE(transport.perform(r, {}));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].method, "PUT");
  EXPECT_EQ(seen[0].url, "https://s3.test/b/a%20key?partNumber=1");
  EXPECT_EQ(seen[0].bytes_sent, 9U);
  EXPECT_EQ(seen[0].bytes_received, 9U);
  EXPECT_EQ(seen[0].status, 503);
  EXPECT_EQ(seen[0].sends, 2);
  EXPECT_EQ(seen[0].request_id, "R1 [redacted]");
  EXPECT_EQ(seen[0].duration, std::chrono::milliseconds(7));
  EXPECT_EQ(seen[1].status, 0);
  EXPECT_EQ(seen[1].failure, "the line was cut");
  for (http_exchange const& x : seen) {
    EXPECT_EQ((x.method + x.url + x.request_id + x.failure).find("TOPSECRET"), std::string::npos);
  }
}

} // namespace
