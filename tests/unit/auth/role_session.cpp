// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/detail/role_session.hpp>

#include "sts_fixture.hpp"

namespace {

using namespace copyto;
using namespace copyto::tests;
using namespace std::chrono_literals;

/// Requests of a role: retries, cures, errors.
using role_requests = sts_fixture;

TEST_F(role_requests, carry_the_options_and_are_signed_with_the_base) {
  give_sessions();
  auto p =
      make({.role_arn = std::string(role), .session_name = "nightly", .external_id = "ext-1", .region = "eu-west-1"});
  EXPECT_EQ(id(p), "S1");
  auto const sent = net.requests().at(0);
  EXPECT_EQ(url(sent.request), "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(sent.body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fexporter"
            "&RoleSessionName=nightly&ExternalId=ext-1&DurationSeconds=3600");
  EXPECT_NE(sent.header("authorization").find("Credential=BASEID/"), std::string::npos);
  EXPECT_NE(sent.header("authorization").find("/eu-west-1/sts/aws4_request"), std::string::npos);
  EXPECT_EQ(sent.header("x-amz-security-token"), base_token);
}

TEST_F(role_requests, are_not_made_with_options_that_cannot_be_right) {
  auto p = make({.role_arn = std::string(role), .external_id = "x"});
  EXPECT_TRUE(p.check().error().is(errc::invalid_argument));
  EXPECT_NE(id(p).find("external_id"), std::string::npos);
  EXPECT_EQ(requests(), 0u);
}

TEST_F(role_requests, are_repeated_when_they_may_pass) {
  net.fail(disposition::transient)
      .fail(disposition::in_doubt)
      .answer(503, "<html>busy")
      .answer(200, session_body("S", clock.now() + 1h));
  auto p = make();
  EXPECT_EQ(id(p), "S");
  EXPECT_EQ(clock.sleeps(), (std::vector<std::chrono::nanoseconds>{50ms, 100ms, 150ms}));
  EXPECT_NE(net.requests()[0].header("x-amz-date"), "");
}

TEST_F(role_requests, give_up_in_the_end_and_say_so) {
  net.otherwise([](auto const&) -> result<response> {
    return response{.status = 400, .body = sts_error("Throttling", "Rate exceeded")};
  });
  auto p = make();
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::throttled));
  EXPECT_EQ(e->disposition, disposition::exhausted);
  EXPECT_EQ(e->attempts, 4);
  EXPECT_EQ(e->operation, "AssumeRole");
  EXPECT_EQ(e->key, role);
  EXPECT_EQ(e->service_code, "Throttling");
  EXPECT_EQ(e->request_id, "REQ-1");
  EXPECT_EQ(requests(), 4u);
}

TEST_F(role_requests, leave_no_doubt_when_an_answer_is_lost) {
  net.otherwise([](auto const&) -> result<response> {
    return error(
        {.code = errc::unreachable, .disposition = disposition::in_doubt, .message = "cannot reach https://x"});
  });
  auto p = make();
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::unreachable));
  EXPECT_EQ(e->disposition, disposition::exhausted);
  EXPECT_EQ(e->message, "cannot assume the role: cannot reach https://x");
}

TEST_F(role_requests, do_not_repeat_a_refusal) {
  net.answer(403, sts_error("AccessDenied", "User: x is not authorized to perform: sts:AssumeRole"));
  auto p = make({.role_arn = std::string(role), .external_id = "wrong-one"});
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::access_denied));
  EXPECT_EQ(e->http_status, 403);
  EXPECT_NE(e.message().find("the server said AccessDenied 403"), std::string::npos) << e.message();
  EXPECT_NE(e.message().find("request id REQ-1"), std::string::npos) << e.message();
  EXPECT_NE(e.message().find("exactly this external id"), std::string::npos) << e.message();
  EXPECT_EQ(requests(), 1u);
}

TEST_F(role_requests, tell_a_server_that_is_not_sts) {
  net.answer(200, "<html><body>Welcome</body></html>");
  auto p = make();
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::bad_answer));
  EXPECT_NE(e.message().find("check the STS endpoint"), std::string::npos);
  EXPECT_EQ(e->operation, "AssumeRole");
  EXPECT_EQ(requests(), 1u);
}

TEST_F(role_requests, pass_on_why_the_base_has_no_credentials) {
  auto p = make(static_keys("id", ""));
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::bad_credentials));
  EXPECT_EQ(e->message, "the secret key is empty");
  EXPECT_EQ(requests(), 0u);
}

TEST_F(role_requests, stop_between_two_of_them) {
  std::stop_source stop;
  net.then([&](auto const&) -> result<response> {
    stop.request_stop();
    return response{.status = 500};
  });
  auto p = make();
  EXPECT_TRUE(p.get(clock.now(), stop.get_token()).error().is(errc::stopped));
  EXPECT_EQ(requests(), 1u);
  give_sessions();
  EXPECT_EQ(id(p), "S1") << "one caller's stop is no failure of the role";
}

TEST_F(role_requests, never_show_a_secret_that_the_server_repeats) {
  net.answer(403, sts_error("AccessDenied", fmt::format("key {} token {}", base_secret, base_token)));
  auto p = make();
  std::string const message = id(p);
  EXPECT_NE(message.find("key [redacted] token [redacted]"), std::string::npos) << message;
}

// --- clocks ---------------------------------------------------------------------------------------

TEST_F(role_requests, learn_the_servers_clock_and_keep_it) {
  utc_time const there = clock.now() + 2h;
  net.answer(403, sts_error("SignatureDoesNotMatch"), {{"Date", http_date(there)}})
      .answer(200, session_body("S1", there + 1h), {{"Date", http_date(there)}});
  auto p = make();
  EXPECT_EQ(id(p), "S1");
  ASSERT_EQ(requests(), 2u);
  EXPECT_EQ(net.requests()[1].header("x-amz-date").substr(9, 2), http_date(there).substr(17, 2));
  clock.advance(44min);
  EXPECT_EQ(id(p), "S1") << "the hour counts on our clock";
  clock.advance(2min);
  net.answer(200, session_body("S2", there + 2h), {{"Date", http_date(there + 46min)}});
  EXPECT_EQ(id(p), "S2");
  EXPECT_EQ(requests(), 3u);
}

TEST_F(role_requests, do_not_turn_in_circles_over_the_clock) {
  net.otherwise([this](auto const&) -> result<response> {
    return response{
        .status = 403, .headers = {{"Date", http_date(clock.now())}}, .body = sts_error("SignatureDoesNotMatch")};
  });
  auto p = make();
  EXPECT_NE(id(p).find("check the secret key"), std::string::npos);
  EXPECT_EQ(requests(), 1u);
}

TEST_F(role_requests, count_the_end_of_a_session_on_a_clock_that_is_wrong) {
  // Ours is two hours ahead: by it, the session would be over before it begins.
  utc_time const there = clock.now() - 2h;
  net.answer(200, session_body("S1", there + 1h), {{"Date", http_date(there)}});
  auto p = make();
  auto const set = p.get(clock.now(), {});
  ASSERT_TRUE(set) << set.error().message();
  EXPECT_EQ(set->expiry, clock.now() + 1h);
}

TEST_F(role_requests, refuse_a_session_that_is_over_already) {
  net.answer(200, session_body("S1", clock.now() - 1s), {{"Date", http_date(clock.now())}});
  auto p = make();
  EXPECT_NE(id(p).find("already ended"), std::string::npos);
}

// --- the base's own session -----------------------------------------------------------------------

/// A base whose sets are B1, B2, ...: the next one after `expire`.
struct renewable {
  static constexpr issuer issued_by = issuer::aws;
  std::shared_ptr<int> number = std::make_shared<int>(1);
  bool ends = false; ///< there is no second one

  result<credentials> get(utc_time, std::stop_token) const {
    if (ends && *number > 1) {
      return error(errc::bad_credentials, "no more of them");
    }
    return credentials{.access_key_id = fmt::format("B{}", *number),
                       .secret_key = secret(base_secret),
                       .session_token = secret(fmt::format("T{}", *number))};
  }
  void expire(credentials const& rejected) const {
    if (rejected.access_key_id == fmt::format("B{}", *number)) {
      ++*number;
    }
  }
};
static_assert(RefreshableProvider<renewable>);

TEST_F(role_requests, renew_the_base_once_when_its_session_is_refused) {
  net.answer(403, sts_error("ExpiredToken")).answer(200, session_body("S1", clock.now() + 1h));
  auto p = make(renewable{});
  EXPECT_EQ(id(p), "S1");
  EXPECT_NE(net.requests().at(1).header("authorization").find("Credential=B2/"), std::string::npos);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(role_requests, do_not_turn_in_circles_over_the_base) {
  net.otherwise(
      [](auto const&) -> result<response> { return response{.status = 403, .body = sts_error("ExpiredToken")}; });
  auto p = make(renewable{});
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::bad_credentials));
  EXPECT_EQ(e->service_code, "ExpiredToken");
  EXPECT_EQ(requests(), 2u);
}

TEST_F(role_requests, say_why_the_base_cannot_be_renewed) {
  net.answer(403, sts_error("ExpiredToken"));
  auto p = make(renewable{.ends = true});
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_EQ(e->service_code, "ExpiredToken");
  ASSERT_EQ(e->suppressed.size(), 1u);
  EXPECT_EQ(e->suppressed[0]->message, "no more of them");
}

TEST_F(role_requests, do_not_ask_for_long_term_keys_again) {
  net.answer(403, sts_error("InvalidClientTokenId"));
  auto p = make(static_keys("id", base_secret));
  auto const e = p.get(clock.now(), {}).error();
  EXPECT_TRUE(e.is(errc::bad_credentials));
  EXPECT_NE(e.message().find("the credentials that it is assumed with are not accepted"), std::string::npos);
  EXPECT_EQ(requests(), 1u);
}

} // namespace
