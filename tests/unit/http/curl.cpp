// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/curl.hpp>

#include "loopback_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <future>

namespace {

using namespace copyto;
using copyto::tests::connection;
using copyto::tests::loopback_server;

request to(loopback_server const& server, std::string method = "GET", std::string path = "/") {
  return {.method = std::move(method),
          .scheme = "http",
          .host = "127.0.0.1",
          .port = server.port(),
          .path = std::move(path)};
}

/// Answers every request with its own text.
void echo(connection& c) {
  for (std::string text = c.read(); !text.empty(); text = c.read()) {
    c.answer(text, "X-Name:  a value \r\n");
  }
}

TEST(curl_transport, sends_the_target_as_it_is_and_the_headers_as_given) {
  loopback_server const server(echo);
  curl_transport t;
  request r = to(server, "GET", "/a//b/./../c d+%");
  r.query = {{"uploads", ""}, {"a", "x y"}};
  r.headers = {{"X-One", "1"}, {"X-Empty", ""}};
  auto const answer = t.perform(r, {});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->sends, 1);
  EXPECT_EQ(answer->header("x-name"), "a value");
  EXPECT_TRUE(answer->body.starts_with("GET /a//b/./../c%20d%2B%25?a=x%20y&uploads= HTTP/1.1\r\n")) << answer->body;
  EXPECT_NE(answer->body.find("\r\nX-One: 1\r\n"), std::string::npos);
  EXPECT_NE(answer->body.find("\r\nX-Empty:\r\n"), std::string::npos);
  EXPECT_NE(answer->body.find("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"), std::string::npos);
}

TEST(curl_transport, says_the_length_of_every_body_also_of_an_empty_one) {
  loopback_server const server(echo);
  curl_transport t;
  std::string const large(3 << 20, 'x'); // large enough that libcurl would ask for 100-continue
  for (char const* method : {"PUT", "POST"}) {
    for (std::string const& body : {std::string(), std::string("text"), large}) {
      request r = to(server, method);
      r.body = as_bytes(body);
      r.max_answer = 4 << 20;
      auto const answer = t.perform(r, {});
      ASSERT_TRUE(answer) << answer.error().message();
      EXPECT_TRUE(answer->body.starts_with(method));
      EXPECT_NE(answer->body.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
      EXPECT_EQ(answer->body.find("Expect"), std::string::npos);
      EXPECT_EQ(answer->body.find("Transfer-Encoding"), std::string::npos);
      EXPECT_TRUE(answer->body.ends_with("\r\n\r\n" + body));
    }
  }
  EXPECT_EQ(server.connections(), 1); // kept, and the body of each answer was read to its end
}

TEST(curl_transport, reads_head_and_delete_answers) {
  loopback_server const server([](connection& c) {
    std::string const head = c.read();
    c.write("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n");
    std::string const gone = c.read();
    c.write("HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HEAD / ") && gone.starts_with("DELETE / "));
    c.read();
  });
  curl_transport t;
  auto const head = t.perform(to(server, "HEAD"), {});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->header("content-length"), "5");
  EXPECT_EQ(head->body, "");
  auto const removed = t.perform(to(server, "DELETE"), {});
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->status, 204);
}

TEST(curl_transport, follows_no_redirect_and_forgets_interim_answers) {
  loopback_server const server([](connection& c) {
    c.read();
    c.write("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n");
    c.answer("", "Location: http://127.0.0.1:1/\r\n", "307 Temporary Redirect");
  });
  curl_transport t;
  auto const answer = t.perform(to(server), {});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 307);
  EXPECT_FALSE(answer->header("x-early"));
}

TEST(curl_transport, tells_no_login_of_a_proxy_that_it_cannot_use) {
  for (char const* proxy : {"http://user:S3cr3tPass@proxy.example:99999", "htp://user:S3cr3tPass@proxy.example",
                            "http://user:S3cr3tPass@proxy .example", "http://user:S3cr3tPass@[proxy.example"}) {
    curl_transport t({.proxy = proxy});
    request r;
    r.host = "bucket.example";
    auto const got = t.perform(r, {});
    ASSERT_FALSE(got) << proxy;
    std::string const said = got.error().message();
    EXPECT_EQ(said.find("S3cr3tPass"), said.npos) << said;
    EXPECT_NE(said.find("proxy"), said.npos) << said;
    EXPECT_FALSE(got.error().retryable()) << said;
  }
}

TEST(curl_transport, knows_that_a_refused_connection_sent_nothing) {
  std::uint16_t port = 0;
  {
    loopback_server const server(echo);
    port = server.port();
  }
  curl_transport t;
  auto const answer = t.perform({.scheme = "http", .host = "127.0.0.1", .port = port, .path = "/secret-key"}, {});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().is(errc::unreachable));
  EXPECT_EQ(answer.error()->disposition, disposition::transient);
  EXPECT_NE(answer.error().message().find("127.0.0.1:" + std::to_string(port)), std::string::npos);
  EXPECT_EQ(answer.error().message().find("secret-key"), std::string::npos);
  EXPECT_FALSE(answer.error()->advice.empty());
}

TEST(curl_transport, is_in_doubt_when_the_answer_is_lost_or_cut) {
  loopback_server const silent([](connection& c) { c.read(); });
  curl_transport t;
  auto const lost = t.perform(to(silent, "PUT"), {});
  ASSERT_FALSE(lost);
  EXPECT_TRUE(lost.error().is(errc::unreachable));
  EXPECT_TRUE(lost.error().in_doubt());

  loopback_server const cutting([](connection& c) {
    c.read();
    c.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
  });
  auto const cut = t.perform(to(cutting), {});
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().in_doubt());
}

TEST(curl_transport, takes_an_answer_that_ends_in_its_headers_for_lost) {
  loopback_server const server([&](connection& c) {
    c.read();
    c.write("HTTP/1.1 200 OK\r\nETag: \"x\"\r\n"); // and no more
  });
  auto const answer = curl_transport().perform(to(server, "PUT"), {});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().in_doubt());
}

TEST(curl_transport, tells_when_a_dead_connection_made_it_send_twice) {
  std::atomic<int> requests = 0;
  loopback_server const server([&](connection& c) {
    bool const first = requests == 0;
    c.read();
    ++requests;
    c.answer("one");
    if (first) { // takes a second request on this connection, and hangs up
      c.read();
      ++requests;
    } else {
      c.read();
    }
  });
  curl_transport t;
  ASSERT_TRUE(t.perform(to(server), {}));
  std::string const body = "the body";
  request r = to(server, "PUT");
  r.body = as_bytes(body);
  auto const again = t.perform(r, {});
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->sends, 2);
  EXPECT_EQ(requests, 3);
  EXPECT_EQ(server.connections(), 2);
}

// A server that closes what it takes for idle just when a large body comes: a reset in the middle of sending.
TEST(curl_transport, sends_a_large_body_again_where_a_kept_connection_was_closed) {
  std::atomic<int> requests = 0;
  loopback_server const server([&](connection& c) {
    if (c.read().empty()) {
      return;
    }
    ++requests;
    c.answer();
    if (requests == 1) {
      c.read_some(); // of the next request, and no more: closing with bytes unread is a reset
      return;
    }
    while (!c.read().empty()) {
      ++requests;
      c.answer();
    }
  });
  curl_transport t;
  ASSERT_TRUE(t.perform(to(server, "GET"), {}));
  std::string const large(8 << 20, 'x');
  request r = to(server, "PUT");
  r.body = as_bytes(large);
  auto const answer = t.perform(r, {});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->sends, 2) << "it tells, as the server may have seen it twice";
  EXPECT_FALSE(answer->kept_connection);
  EXPECT_EQ(server.connections(), 2);
  auto const kept = t.perform(to(server, "GET"), {});
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->kept_connection);
}

TEST(curl_transport, stops_at_once_while_it_waits_for_an_answer) {
  using namespace std::chrono_literals;
  auto quickest = 1h + 0ns;
  // On a busy machine any one may take longer; without the wake-up each would, as nothing else ends the wait.
  for (int attempt = 0; attempt != 20 && quickest >= 100ms; ++attempt) {
    std::stop_source stop;
    std::atomic<std::chrono::steady_clock::time_point> asked;
    loopback_server const server([&](connection& c) {
      c.read();
      asked = std::chrono::steady_clock::now();
      stop.request_stop();
      c.read(); // until the client is gone
    });
    curl_transport t;
    request r = to(server, "PUT");
    r.patience.low_speed_time = std::chrono::seconds(0); // no timer of libcurl wakes it
    auto const answer = t.perform(r, stop.get_token());
    quickest = std::min<std::chrono::nanoseconds>(quickest, std::chrono::steady_clock::now() - asked.load());
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().is(errc::stopped));
    EXPECT_TRUE(answer.error().in_doubt());

    auto const never = t.perform(r, stop.get_token());
    EXPECT_TRUE(never.error().is(errc::stopped));
    EXPECT_FALSE(never.error().in_doubt());
    EXPECT_EQ(server.connections(), 1);
  }
  EXPECT_LT(quickest, 100ms);
}

TEST(curl_transport, refuses_answers_that_are_too_long) {
  loopback_server const server(echo);
  curl_transport t;
  request r = to(server);
  r.max_answer = 10;
  auto const answer = t.perform(r, {});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().is(errc::limit_exceeded));
  EXPECT_EQ(answer.error()->disposition, disposition::permanent);
}

TEST(curl_transport, refuses_headers_that_would_break_the_request) {
  curl_transport t;
  request r{.host = "127.0.0.1", .port = 1, .headers = {{"X-A", "1\r\nX-B: 2"}}};
  EXPECT_TRUE(t.perform(r, {}).error().is(errc::invalid_argument));
}

TEST(curl_transport, refuses_urls_that_are_none) {
  curl_transport t;
  for (request const& r : {request{.host = "a b"}, request{.scheme = "ftp", .host = "127.0.0.1"}}) {
    auto const answer = t.perform(r, {});
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().is(errc::invalid_argument)) << answer.error().message();
    EXPECT_EQ(answer.error()->disposition, disposition::permanent);
  }
}

TEST(curl_transport, serves_many_threads_through_copies) {
  loopback_server const server(echo);
  curl_transport const t;
  std::vector<std::future<int>> threads;
  for (int i = 0; i != 8; ++i) {
    threads.push_back(std::async(std::launch::async, [&, i] {
      curl_transport mine = t;
      int good = 0;
      for (int n = 0; n != 25; ++n) {
        std::string const body = std::to_string(i * 1000 + n);
        request r = to(server, "PUT");
        r.text = body;
        auto const answer = mine.perform(r, {});
        good += answer && answer->body.ends_with("\r\n\r\n" + body) ? 1 : 0;
      }
      return good;
    }));
  }
  for (auto& thread : threads) {
    EXPECT_EQ(thread.get(), 25);
  }
  EXPECT_LE(server.connections(), 8);
}

TEST(curl_transport, keeps_sigpipe_from_the_program) {
  std::signal(SIGPIPE, SIG_DFL);
  loopback_server const server([](connection&) {}); // hangs up at once
  curl_transport t;
  std::string const body(8 << 20, 'x');
  request r = to(server, "PUT");
  r.body = as_bytes(body);
  for (int i = 0; i != 5; ++i) {
    EXPECT_FALSE(t.perform(r, {}));
  }
}

} // namespace
