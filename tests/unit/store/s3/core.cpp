// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/s3/detail/core.hpp>

#include "fixture.hpp"

namespace {

using namespace copyto;
using namespace std::chrono_literals;

/// Retries, cures and doubt.
using s3_attempts = copyto::tests::s3_fixture;

/// Keys for two requests.
struct failing {
  static constexpr issuer issued_by = issuer::any;
  std::shared_ptr<int> calls = std::make_shared<int>(0);
  result<credentials> get(utc_time, std::stop_token) {
    if (++*calls > 2) {
      return error({.code = errc::bad_credentials, .message = "no more keys"});
    }
    return credentials{.access_key_id = "id", .secret_key = secret("key")};
  }
};

/// Keys that somebody renews.
struct rotating {
  static constexpr issuer issued_by = issuer::any;
  std::shared_ptr<std::string> id;
  result<credentials> get(utc_time, std::stop_token) {
    return credentials{.access_key_id = *id, .secret_key = secret("key")};
  }
};

part_tag const one_part[] = {{.number = 1, .size = 3, .tag = {}}};

TEST_F(s3_attempts, repeat_what_may_pass_and_sign_anew) {
  net.fail(disposition::transient)
      .answer(500, error_body("InternalError"))
      .answer(503, error_body("SlowDown"))
      .answer(200, "", {{"ETag", "t"}});
  auto store = make_aws();
  ASSERT_TRUE(store.put_part("k", "id", 1, as_bytes("abc"), {}));
  ASSERT_EQ(net.requests().size(), 4u);
  EXPECT_EQ(clock.sleeps(), (std::vector<std::chrono::nanoseconds>{50ms, 100ms, 3000ms}));
  EXPECT_EQ(nth(3).body, "abc");
  EXPECT_NE(nth(0).header("x-amz-date"), nth(3).header("x-amz-date"));
  EXPECT_NE(nth(0).header("authorization"), nth(3).header("authorization"));
}

TEST_F(s3_attempts, give_up_in_the_end_and_say_so) {
  net.otherwise([](auto const&) -> result<response> {
    return response{.status = 503,
                    .headers = {{"x-amz-request-id", "REQ"}},
                    .body = "<Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>"};
  });
  auto const e = make_aws().put_part("k", "id", 1, as_bytes("abc"), {}).error();
  EXPECT_TRUE(e.is(errc::throttled));
  EXPECT_EQ(e->disposition, disposition::exhausted);
  EXPECT_EQ(e->attempts, 5);
  EXPECT_EQ(e->operation, "UploadPart");
  EXPECT_EQ(e->key, "s3://lake/k");
  EXPECT_EQ(e->http_status, 503);
  EXPECT_EQ(e->service_code, "SlowDown");
  EXPECT_EQ(e->service_text, "Reduce your rate");
  EXPECT_EQ(e->request_id, "REQ");
  EXPECT_EQ(net.requests().size(), 5u);
}

TEST_F(s3_attempts, follow_the_servers_wish) {
  net.answer(503, error_body("SlowDown"), {{"Retry-After", "7"}}).answer(200, "", {{"ETag", "t"}});
  ASSERT_TRUE(make_aws().put("k", {}, {}, {}, {}));
  EXPECT_EQ(clock.sleeps(), (std::vector<std::chrono::nanoseconds>{7s}));
}

TEST_F(s3_attempts, do_not_repeat_a_refusal) {
  net.answer(403, error_body("AccessDenied"));
  auto const e = make_aws().put("k", {}, {}, {}, {}).error();
  EXPECT_TRUE(e.is(errc::access_denied));
  EXPECT_EQ(e->disposition, disposition::permanent);
  EXPECT_EQ(e->attempts, 1);
  net.fail(disposition::permanent);
  EXPECT_EQ(make_aws().put("k", {}, {}, {}, {}).error()->disposition, disposition::permanent);
  EXPECT_EQ(net.requests().size(), 2u);
}

TEST_F(s3_attempts, stop_between_two_of_them) {
  std::stop_source stop;
  net.then([&](auto const&) -> result<response> {
    stop.request_stop();
    return response{.status = 503, .body = "<Error><Code>SlowDown</Code></Error>"};
  });
  auto const e = make_aws().put("k", {}, {}, {}, stop.get_token()).error();
  EXPECT_TRUE(e.is(errc::stopped));
  EXPECT_FALSE(e.in_doubt()); // a throttled request did nothing
  EXPECT_EQ(net.requests().size(), 1u);
  EXPECT_TRUE(make_aws().head("k", stop.get_token()).error().is(errc::stopped));
  EXPECT_EQ(net.requests().size(), 1u);
}

TEST_F(s3_attempts, leave_doubt_when_stopped_after_sending) {
  net.fail(disposition::in_doubt, errc::stopped);
  auto const e = make_aws().put("k", {}, {}, {}, {}).error();
  EXPECT_TRUE(e.is(errc::stopped));
  EXPECT_TRUE(e.in_doubt());
}

TEST_F(s3_attempts, ask_for_credentials_each_time_and_never_send_without) {
  net.answer(500).answer(500);
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, failing{}, net, no_jitter{}, clock);
  auto const e = store.get("k", 10, {}).error();
  EXPECT_TRUE(e.is(errc::bad_credentials));
  EXPECT_EQ(e->message, "no more keys");
  EXPECT_EQ(e->attempts, 2);
  EXPECT_EQ(e->operation, "GetObject");
}

// --- cures --------------------------------------------------------------------------------------

TEST_F(s3_attempts, learn_the_region_and_keep_it) {
  net.answer(400, error_body("AuthorizationHeaderMalformed", "<Region>us-west-2</Region>"))
      .answer(200, "", {{"ETag", "t"}})
      .answer(200, "", {{"ETag", "t"}});
  auto store = make_aws();
  ASSERT_TRUE(store.put("k", {}, {}, {}, {}));
  EXPECT_EQ(nth(0).request.host, "lake.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(nth(1).request.host, "lake.s3.us-west-2.amazonaws.com");
  EXPECT_NE(nth(1).header("authorization").find("/us-west-2/s3/"), std::string::npos);
  auto copy = store;
  ASSERT_TRUE(copy.put("k", {}, {}, {}, {}));
  EXPECT_EQ(last().request.host, "lake.s3.us-west-2.amazonaws.com");
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(s3_attempts, learn_the_region_of_a_head_without_body) {
  net.answer(301, "", {{"x-amz-bucket-region", "us-west-2"}}).answer(404);
  EXPECT_TRUE(make_aws().head("k", {}).error().is(errc::not_found));
  EXPECT_EQ(last().request.host, "lake.s3.us-west-2.amazonaws.com");
}

TEST_F(s3_attempts, follow_a_redirect_once_and_only_to_a_region) {
  net.otherwise([](auto const& r) -> result<response> {
    bool const west = r.request.host.find("us-west-2") != std::string::npos;
    return response{.status = 301, .headers = {{"x-amz-bucket-region", west ? "us-west-3" : "us-west-2"}}};
  });
  auto const e = make_aws().put("k", {}, {}, {}, {}).error();
  EXPECT_EQ(net.requests().size(), 2u);
  EXPECT_NE(e->advice.find("us-west-3"), std::string::npos);

  copyto::testing::scripted_transport evil;
  evil.otherwise([](auto const&) -> result<response> {
    return response{.status = 301, .headers = {{"x-amz-bucket-region", "evil.example/#"}}};
  });
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, static_keys("id", "key"), evil, no_jitter{}, clock);
  EXPECT_FALSE(store.put("k", {}, {}, {}, {}));
  EXPECT_EQ(evil.requests().size(), 1u);
}

TEST_F(s3_attempts, learn_the_clock_and_keep_it) {
  clock.set(utc_time(784111777s) - 2h);
  net.answer(403, error_body("RequestTimeTooSkewed"), {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}})
      .answer(200, "", {{"ETag", "t"}})
      .answer(200, "", {{"ETag", "t"}});
  auto store = make_aws();
  ASSERT_TRUE(store.put("k", {}, {}, {}, {}));
  EXPECT_EQ(nth(0).header("x-amz-date"), "19941106T064937Z");
  EXPECT_EQ(nth(1).header("x-amz-date"), "19941106T084937Z");
  ASSERT_TRUE(store.put("k", {}, {}, {}, {}));
  EXPECT_EQ(last().header("x-amz-date"), "19941106T084937Z");
}

TEST_F(s3_attempts, do_not_turn_in_circles_over_the_clock) {
  clock.set(utc_time(784111777s));
  net.otherwise([](auto const&) -> result<response> {
    return response{.status = 403,
                    .headers = {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}},
                    .body = error_body("RequestTimeTooSkewed")};
  });
  EXPECT_TRUE(make_aws().put("k", {}, {}, {}, {}).error().is(errc::bad_credentials));
  EXPECT_EQ(net.requests().size(), 1u); // the clocks agree: nothing would change
  clock.set(utc_time(784111777s) - 2h);
  EXPECT_FALSE(make_aws().put("k", {}, {}, {}, {}));
  EXPECT_EQ(net.requests().size(), 3u);
}

TEST_F(s3_attempts, take_fresh_credentials_once_when_a_session_is_over) {
  auto const id = std::make_shared<std::string>("old");
  net.then([=](auto const&) -> result<response> {
       *id = "new";
       return response{.status = 400, .body = "<Error><Code>ExpiredToken</Code></Error>"};
     })
      .answer(200, "", {{"ETag", "t"}})
      .answer(400, error_body("ExpiredToken"));
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, rotating{id}, net, no_jitter{}, clock);
  ASSERT_TRUE(store.put("k", {}, {}, {}, {}));
  EXPECT_NE(last().header("authorization").find("Credential=new/"), std::string::npos);
  auto const same = store.put("k", {}, {}, {}, {});
  EXPECT_TRUE(same.error().is(errc::bad_credentials)); // no others to be had: no second request
  EXPECT_EQ(net.requests().size(), 3u);
}

/// Sessions S1, S2, ...: the next one after `expire`.
struct sessions {
  static constexpr issuer issued_by = issuer::aws;
  std::shared_ptr<int> number = std::make_shared<int>(1);
  int last = 1000;
  std::optional<utc_time> expiry = std::nullopt;

  [[nodiscard]] result<credentials> get(utc_time, std::stop_token) const {
    if (*number > last) {
      return error({.code = errc::access_denied,
                    .message = "cannot assume the role",
                    .operation = "AssumeRole",
                    .key = "arn:aws:iam::1:role/x",
                    .attempts = 3});
    }
    return credentials{.access_key_id = "S" + std::to_string(*number),
                       .secret_key = secret("key"),
                       .session_token = secret("T" + std::to_string(*number)),
                       .expiry = expiry};
  }
  void expire(credentials const& rejected) const {
    if (rejected.access_key_id == "S" + std::to_string(*number)) {
      ++*number;
    }
  }
};
static_assert(RefreshableProvider<sessions>);

TEST_F(s3_attempts, give_a_refused_session_back_and_take_the_next_once) {
  for (auto const& [status, code] : {std::pair(403, "InvalidAccessKeyId"), std::pair(403, "ExpiredToken"),
                                     std::pair(400, "ExpiredToken"), std::pair(400, "RequestExpired")}) {
    copyto::testing::scripted_transport once;
    once.answer(status, error_body(code)).answer(200, "", {{"ETag", "t"}});
    s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, sessions{}, once, no_jitter{}, clock);
    ASSERT_TRUE(store.put("k", {}, {}, {}, {})) << code;
    ASSERT_EQ(once.requests().size(), 2u) << code;
    EXPECT_NE(once.requests()[0].header("authorization").find("Credential=S1/"), std::string::npos);
    EXPECT_NE(once.requests()[1].header("authorization").find("Credential=S2/"), std::string::npos);
    EXPECT_EQ(once.requests()[1].header("x-amz-security-token"), "T2");

    copyto::testing::scripted_transport always;
    always.otherwise(
        [&](auto const&) -> result<response> { return response{.status = status, .body = error_body(code)}; });
    s3_store refused(aws{.bucket = "lake", .region = "eu-west-1"}, sessions{}, always, no_jitter{}, clock);
    auto const e = refused.put("k", {}, {}, {}, {}).error();
    EXPECT_TRUE(e.is(errc::bad_credentials)) << code;
    EXPECT_EQ(e->service_code, code);
    EXPECT_EQ(always.requests().size(), 2u) << code;
  }
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(s3_attempts, do_not_ask_again_for_long_term_keys_that_are_refused) {
  net.otherwise([&](auto const&) -> result<response> {
    return response{.status = 403, .body = error_body("InvalidAccessKeyId")};
  });
  auto const calls = std::make_shared<int>(0);
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, failing{calls}, net, no_jitter{}, clock);
  EXPECT_TRUE(store.put("k", {}, {}, {}, {}).error().is(errc::bad_credentials));
  EXPECT_EQ(net.requests().size(), 1u);
  EXPECT_EQ(*calls, 1);
}

TEST_F(s3_attempts, say_why_there_is_no_next_session) {
  net.answer(403, error_body("InvalidAccessKeyId"));
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, sessions{.last = 1}, net, no_jitter{}, clock);
  auto const e = store.put("k", {}, {}, {}, {}).error();
  EXPECT_EQ(e->service_code, "InvalidAccessKeyId");
  ASSERT_EQ(e->suppressed.size(), 1u);
  EXPECT_EQ(e->suppressed[0]->operation, "AssumeRole");
}

TEST_F(s3_attempts, pass_on_an_error_of_the_providers_own_server) {
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, sessions{.last = 0}, net, no_jitter{}, clock);
  auto const e = store.put("k", {}, {}, {}, {}).error();
  EXPECT_TRUE(e.is(errc::bad_credentials)) << "access_denied would speak of the object";
  EXPECT_EQ(e->message, "cannot assume the role");
  EXPECT_EQ(e->operation, "AssumeRole");
  EXPECT_EQ(e->key, "arn:aws:iam::1:role/x");
  EXPECT_EQ(e->attempts, 3);
  EXPECT_TRUE(net.requests().empty());
}

/// A provider that finds no file of its own.
struct without_file {
  static constexpr issuer issued_by = issuer::any;
  result<credentials> get(utc_time, std::stop_token) {
    return error({.code = errc::not_found, .message = "there is no credentials file"});
  }
};

TEST_F(s3_attempts, do_not_take_a_providers_missing_file_for_a_missing_object) {
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, without_file{}, net, no_jitter{}, clock);
  EXPECT_TRUE(store.head("k", {}).error().is(errc::bad_credentials));
  EXPECT_TRUE(store.remove("k", {}).error().is(errc::bad_credentials));
  EXPECT_TRUE(store.abort("k", "id").error().is(errc::bad_credentials));
  EXPECT_TRUE(store.list("", "", {}).error().is(errc::bad_credentials));
}

TEST_F(s3_attempts, take_the_next_session_for_a_head_that_came_after_the_end) {
  sessions const over{.expiry = clock.now() + 1s};
  net.then([this](auto const&) -> result<response> {
       clock.advance(2s);
       return response{.status = 403};
     })
      .answer(200, "", {{"ETag", "t"}, {"Content-Length", "3"}});
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, over, net, no_jitter{}, clock);
  ASSERT_TRUE(store.head("k", {}));
  // A refusal within the session's life is one.
  sessions const running{.expiry = clock.now() + 1h};
  s3_store other(aws{.bucket = "lake", .region = "eu-west-1"}, running, net, no_jitter{}, clock);
  net.answer(403);
  EXPECT_TRUE(other.head("k", {}).error().is(errc::access_denied));
  EXPECT_EQ(*running.number, 1);
}

TEST_F(s3_attempts, refuse_session_tokens_where_the_service_has_none) {
  auto const e = make(gcs{.bucket = "lake"}).put("k", {}, {}, {}, {}).error();
  EXPECT_TRUE(e.is(errc::bad_credentials));
  EXPECT_TRUE(net.requests().empty());
}

// --- answers that are no success ----------------------------------------------------------------

TEST_F(s3_attempts, take_a_success_without_a_tag_for_a_lost_answer) {
  net.answer(200).answer(200, "", {{"ETag", "t"}});
  ASSERT_TRUE(make_aws().put_part("k", "id", 1, as_bytes("abc"), {}));
  EXPECT_EQ(net.requests().size(), 2u);
}

TEST_F(s3_attempts, believe_a_complete_only_with_its_result) {
  for (std::string const& body :
       {std::string(""), std::string("  \n"), error_body("InternalError"), std::string("<html/>"),
        completed().substr(0, 60), completed(""), std::string("<CompleteMultipartUploadResult/>")}) {
    net.answer(200, body);
    net.answer(200, "\n  " + completed("real"));
    auto const done = make_aws().complete("k", "id", one_part, {}, {});
    ASSERT_TRUE(done) << body << ": " << done.error().message();
    EXPECT_EQ(*done, "real");
    EXPECT_EQ(net.left(), 0u) << body;
  }
}

TEST_F(s3_attempts, report_an_error_inside_a_success) {
  net.answer(200, error_body("AccessDenied"));
  auto const e = make_aws().complete("k", "id", one_part, {}, {}).error();
  EXPECT_TRUE(e.is(errc::access_denied));
  EXPECT_FALSE(e.in_doubt());
}

// --- doubt --------------------------------------------------------------------------------------

TEST_F(s3_attempts, leave_doubt_where_the_answer_of_a_change_stays_lost) {
  net.otherwise([](auto const&) -> result<response> {
    return error({.code = errc::unreachable, .disposition = disposition::in_doubt, .message = "cut"});
  });
  auto store = make_aws();
  EXPECT_TRUE(store.put("k", {}, {}, put_condition::absent(), {}).error().in_doubt());
  EXPECT_TRUE(store.create_upload("k", {}, {}).error().in_doubt());
  EXPECT_TRUE(store.complete("k", "id", one_part, {}, {}).error().in_doubt());
  EXPECT_TRUE(store.remove("k", {}).error().in_doubt());
  EXPECT_EQ(store.put_part("k", "id", 1, bytes_view(), {}).error()->disposition, disposition::exhausted);
  EXPECT_EQ(store.head("k", {}).error()->disposition, disposition::exhausted);
  EXPECT_EQ(store.abort("k", "id").error()->disposition, disposition::exhausted);
}

TEST_F(s3_attempts, leave_no_doubt_where_nothing_was_sent) {
  net.otherwise([](auto const&) -> result<response> {
    return error({.code = errc::unreachable, .disposition = disposition::transient, .message = "refused"});
  });
  auto const e = make_aws().put("k", {}, {}, put_condition::absent(), {}).error();
  EXPECT_EQ(e->disposition, disposition::exhausted);
  EXPECT_TRUE(e.is(errc::unreachable));
}

TEST_F(s3_attempts, doubt_a_failed_condition_only_after_a_lost_answer) {
  auto store = make_aws();
  net.fail(disposition::in_doubt).answer(412, error_body("PreconditionFailed"));
  auto const lost = store.put("k", {}, {}, put_condition::absent(), {}).error();
  EXPECT_TRUE(lost.is(errc::precondition_failed));
  EXPECT_TRUE(lost.in_doubt());
  EXPECT_EQ(lost->attempts, 2);

  net.answer(503, error_body("SlowDown")).answer(412, error_body("PreconditionFailed"));
  EXPECT_FALSE(store.put("k", {}, {}, put_condition::absent(), {}).error().in_doubt());

  // The transport sent it twice by itself, on a connection that turned out to be dead.
  net.then([](auto const&) -> result<response> {
    return response{.status = 412, .body = error_body("PreconditionFailed"), .sends = 2};
  });
  EXPECT_TRUE(store.put("k", {}, {}, put_condition::absent(), {}).error().in_doubt());
}

TEST_F(s3_attempts, repeat_a_conflict_of_two_conditional_writes) {
  net.answer(409, error_body("ConditionalRequestConflict")).answer(412, error_body("PreconditionFailed"));
  auto const e = make_aws().put("k", {}, {}, put_condition::absent(), {}).error();
  EXPECT_TRUE(e.is(errc::precondition_failed));
  EXPECT_FALSE(e.in_doubt());
  EXPECT_EQ(e->attempts, 2);
}

// --- a Complete whose answer was lost -----------------------------------------------------------

/// An upload "id" with token "tok", whose Complete is lost and then finds no upload.
class a_lost_complete : public copyto::tests::s3_fixture {
protected:
  void SetUp() override {
    net.answer(200, initiated("id"));
    ASSERT_TRUE(store.create_upload("k", {.token = "tok"}, {}));
    net.fail(disposition::in_doubt).answer(404, error_body("NoSuchUpload"));
  }
  result<std::string> complete() { return store.complete("k", "id", one_part, {}, {}); }
  store_type store = make_aws();
};

TEST_F(a_lost_complete, succeeded_if_the_object_bears_our_token_and_size) {
  net.answer(200, "", {{"ETag", "\"t\""}, {"Content-Length", "3"}, {"x-amz-meta-copyto-token", "tok"}});
  auto const done = complete();
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(*done, "t");
  EXPECT_EQ(last().line(), "HEAD /k");
}

TEST_F(a_lost_complete, is_in_doubt_if_the_object_is_anothers) {
  net.answer(200, "", {{"ETag", "t"}, {"Content-Length", "3"}, {"x-amz-meta-copyto-token", "other"}});
  auto const done = complete();
  EXPECT_TRUE(done.error().is(errc::no_such_upload));
  EXPECT_TRUE(done.error().in_doubt());
}

TEST_F(a_lost_complete, is_in_doubt_if_the_size_is_another) {
  net.answer(200, "", {{"ETag", "t"}, {"Content-Length", "4"}, {"x-amz-meta-copyto-token", "tok"}});
  EXPECT_TRUE(complete().error().in_doubt());
}

TEST_F(a_lost_complete, did_not_happen_if_there_is_no_object) {
  net.answer(404);
  auto const done = complete();
  EXPECT_TRUE(done.error().is(errc::no_such_upload));
  EXPECT_EQ(done.error()->disposition, disposition::permanent);
}

TEST_F(a_lost_complete, is_in_doubt_if_nobody_may_look) {
  net.answer(403);
  auto const done = complete();
  EXPECT_TRUE(done.error().in_doubt());
  ASSERT_EQ(done.error()->suppressed.size(), 1u);
  EXPECT_TRUE(done.error()->suppressed[0].is(errc::access_denied));
}

TEST_F(a_lost_complete, is_told_from_an_upload_that_was_gone_before) {
  copyto::testing::scripted_transport other;
  other.answer(404, error_body("NoSuchUpload"));
  s3_store gone(aws{.bucket = "lake", .region = "eu-west-1"}, static_keys("id", "key"), other, no_jitter{}, clock);
  auto const e = gone.complete("k", "id", one_part, {}, {}).error();
  EXPECT_TRUE(e.is(errc::no_such_upload));
  EXPECT_FALSE(e.in_doubt());
  EXPECT_EQ(other.requests().size(), 1u);
}

// --- secrets ------------------------------------------------------------------------------------

TEST_F(s3_attempts, never_show_a_secret_that_the_server_repeats) {
  std::string const key(copyto::tests::test_secret), token(copyto::tests::test_token);
  net.answer(403,
             "<Error><Code>AccessDenied</Code><Message>token " + token + " and key " + key + " and " + token +
                 "</Message></Error>",
             {{"x-amz-request-id", token}});
  std::string const message = make_aws().put("k", {}, {}, {}, {}).error().message();
  EXPECT_EQ(message.find(key), std::string::npos) << message;
  EXPECT_EQ(message.find(token), std::string::npos) << message;
  EXPECT_NE(message.find("token [redacted] and key [redacted] and [redacted]"), std::string::npos) << message;
}

TEST_F(s3_attempts, count_what_is_asked_of_the_server) {
  auto store = make_aws();
  net.answer(503, error_body("SlowDown"))
      .answer(500, error_body("InternalError"))
      .answer(200, "", {{"ETag", "p"}})
      .answer(204);
  ASSERT_TRUE(store.put_part("k", "id", 1, as_bytes("abc"), {}));
  ASSERT_TRUE(store.remove("k", {}));
  store_counters const seen = store_type(store).counters(); // copies count together
  EXPECT_EQ(seen.requests_of(request_kind::put_part), 3U);
  EXPECT_EQ(seen.bytes_sent[static_cast<std::size_t>(request_kind::put_part)], 9U);
  EXPECT_EQ(seen.requests_of(request_kind::remove), 1U);
  EXPECT_EQ(seen.requests_of(request_kind::put), 0U);
  EXPECT_EQ(seen.retries, 2U);
  EXPECT_EQ(seen.throttles, 1U);
}

// A policy that would go on for ever by itself.
struct tireless {
  retry_costs costs = {.capacity = 30, .transient = 10, .throttled = 1, .earned = 1};
  [[nodiscard]] std::optional<std::chrono::nanoseconds> delay(failed_attempt const&, std::uint64_t) const {
    return std::chrono::milliseconds(1);
  }
};

TEST_F(s3_attempts, share_a_budget_so_that_a_dead_server_is_given_up) {
  s3_store store(aws{.bucket = "lake", .region = "eu-west-1"}, static_keys("AKID", copyto::tests::test_secret), net,
                 tireless{}, clock);
  net.otherwise([](auto const&) -> result<response> {
    return error({.code = errc::unreachable, .disposition = disposition::transient, .message = "the line was cut"});
  });
  auto const first = store.remove("k", {});
  EXPECT_EQ(first.error()->attempts, 4) << "three repetitions of ten tokens each";
  EXPECT_EQ(first.error()->disposition, disposition::exhausted);
  EXPECT_EQ(store.remove("k", {}).error()->attempts, 1) << "nothing is left for others";
  net.answer(204);
  EXPECT_TRUE(store.remove("k", {}));
}

TEST_F(s3_attempts, never_repeat_a_complete_that_met_a_conflict) {
  net.answer(409, error_body("ConditionalRequestConflict"));
  auto const e = make_aws().complete("k", "id", one_part, put_condition::absent(), {}).error();
  EXPECT_TRUE(e.is(errc::conflict));
  EXPECT_EQ(net.requests().size(), 1U);
  EXPECT_EQ(last().header("if-none-match"), "*");
  EXPECT_NE(e.message().find("the upload is lost"), std::string::npos) << e.message();
}

TEST_F(s3_attempts, take_their_own_success_behind_a_failed_condition_of_a_complete) {
  auto store = make_aws();
  net.answer(200, initiated("id"));
  ASSERT_TRUE(store.create_upload("k", {.token = "mine"}, {}));
  net.fail(disposition::in_doubt)
      .answer(412, error_body("PreconditionFailed"))
      .answer(200, "",
              {{"ETag", "\"t\""},
               {"Content-Length", std::to_string(one_part[0].size)},
               {"x-amz-meta-copyto-token", "mine"}});
  auto const done = store.complete("k", "id", one_part, put_condition::absent(), {});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(*done, "t");
}

TEST_F(s3_attempts, do_not_count_a_timeout_on_a_connection_that_was_kept_too_long) {
  auto const timed_out = [](bool kept) {
    return [kept](auto const&) -> result<response> {
      return response{.status = 400, .body = error_body("RequestTimeout"), .kept_connection = kept};
    };
  };
  net.then(timed_out(true)).answer(200, "", {{"ETag", "p"}});
  ASSERT_TRUE(make_aws().put_part("k", "id", 1, as_bytes("abc"), {}));
  EXPECT_TRUE(clock.sleeps().empty()) << "at once, and free";
  net.then(timed_out(false)).answer(200, "", {{"ETag", "p"}});
  ASSERT_TRUE(make_aws().put_part("k", "id", 1, as_bytes("abc"), {}));
  EXPECT_EQ(clock.sleeps().size(), 1U);
}

} // namespace
