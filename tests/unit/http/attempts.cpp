// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/detail/attempts.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::chrono_literals;

service_failure failing(remedy cured_by, std::string code = "Code") {
  return {.code = errc::service_failed, .remedy = cured_by, .status = 500, .service_code = std::move(code)};
}
error network(disposition how) {
  return error({.code = errc::unreachable, .disposition = how, .message = "no connection"});
}

/// Answers as it is told, and notes what it is asked.
class script final : public attempts {
public:
  using attempts::sent;

  std::deque<sent> answers;
  bool cures = true;
  bool others = true;
  std::stop_source stop;
  bool stops_while_asleep = false;
  int pauses_left = 100;
  std::string log; ///< s: sent, c: cured, p: paused, z: slept

  script& good() {
    answers.push_back({.answer = response{.status = 200, .body = "good"}});
    return *this;
  }
  script& bad(service_failure why, bool kept = false) {
    answers.push_back({.answer = response{.status = 500, .kept_connection = kept}, .why = std::move(why)});
    return *this;
  }
  script& lost(error why, bool final = false) {
    answers.push_back({.answer = std::move(why), .final = final});
    return *this;
  }
  result<response> go() { return run(stop.get_token()); }
  std::vector<failed_attempt> failed;
  bool gave_up = false;

private:
  sent send(std::stop_token const&) override {
    log += 's';
    sent next = std::move(answers.front());
    answers.pop_front();
    return next;
  }
  bool cure(service_failure const&, response const&, std::stop_token const&) override {
    log += 'c';
    if (!others) {
      no_others(error(errc::bad_credentials, "there are no others"));
    }
    return cures && others;
  }
  [[nodiscard]] error_info describe(service_failure const& why) const override {
    return {.code = why.code, .message = "described", .service_code = why.service_code};
  }
  std::optional<std::chrono::nanoseconds> pause(failed_attempt const& why) override {
    log += 'p';
    failed.push_back(why);
    return pauses_left-- > 0 ? std::optional<std::chrono::nanoseconds>(1s) : std::nullopt;
  }
  bool sleep(std::chrono::nanoseconds, std::stop_token const&) override {
    log += 'z';
    return !stops_while_asleep;
  }
  [[nodiscard]] error finish(error_info info, bool given_up) const override {
    const_cast<script*>(this)->gave_up = given_up; // NOLINT(cppcoreguidelines-pro-type-const-cast): a note of the test
    info.operation = "Op";
    return error(std::move(info));
  }
};

TEST(Attempts, EndWithTheFirstSuccess) {
  script s;
  EXPECT_EQ(s.good().go()->body, "good");
  EXPECT_EQ(s.log, "s");
}

TEST(Attempts, RepeatWhatMayPassLater) {
  script s;
  s.bad(failing(remedy::repeat)).lost(network(disposition::transient)).bad(failing(remedy::slow_down));
  s.lost(network(disposition::in_doubt)).good();
  EXPECT_EQ(s.go()->body, "good");
  EXPECT_EQ(s.log, "spzspzspzspzs");
  ASSERT_EQ(s.failed.size(), 4U);
  for (int i = 0; i != 4; ++i) {
    EXPECT_EQ(s.failed[static_cast<std::size_t>(i)].number, i + 1);
    EXPECT_EQ(s.failed[static_cast<std::size_t>(i)].throttled, i == 2);
  }
}

TEST(Attempts, PassTheServersWishOn) {
  script s;
  service_failure busy = failing(remedy::slow_down);
  busy.retry_after = 7s;
  EXPECT_TRUE(s.bad(busy).good().go());
  EXPECT_EQ(s.failed.front().retry_after, 7s);
}

TEST(Attempts, GiveUpWherePolicyOrBudgetSaySo) {
  script s;
  s.pauses_left = 1;
  auto const done = s.bad(failing(remedy::repeat)).bad(failing(remedy::repeat, "Last")).go();
  EXPECT_EQ(done.error()->service_code, "Last");
  EXPECT_EQ(done.error()->operation, "Op");
  EXPECT_TRUE(s.gave_up);
  EXPECT_EQ(s.log, "spzsp");
}

TEST(Attempts, RepeatNothingThatFailsForGood) {
  for (remedy const none : {remedy::none, remedy::session}) {
    script s;
    EXPECT_EQ(s.bad(failing(none)).go().error()->message, "described");
    EXPECT_EQ(s.log, "s");
    EXPECT_FALSE(s.gave_up);
  }
  for (disposition const how : {disposition::permanent, disposition::exhausted}) {
    script s;
    EXPECT_EQ(s.lost(network(how)).go().error()->message, "no connection");
    EXPECT_EQ(s.log, "s");
    EXPECT_FALSE(s.gave_up);
  }
}

TEST(Attempts, TryEachCureOnceAndCountNoFailureForIt) {
  script s;
  s.bad(failing(remedy::region)).bad(failing(remedy::clock)).bad(failing(remedy::repeat));
  s.bad(failing(remedy::credentials)).bad(failing(remedy::region));
  EXPECT_FALSE(s.go());
  EXPECT_EQ(s.log, "scscspzscs") << "the second wrong region is the end";
  EXPECT_EQ(s.failed.front().number, 1);
}

TEST(Attempts, EndWhereNothingWasLearnt) {
  for (remedy const r : {remedy::region, remedy::clock, remedy::credentials}) {
    script s;
    s.cures = false;
    EXPECT_FALSE(s.bad(failing(r)).go());
    EXPECT_EQ(s.log, "sc");
  }
}

TEST(Attempts, SayWhyThereAreNoOtherCredentials) {
  script s;
  s.others = false;
  auto const done = s.bad(failing(remedy::credentials)).go();
  ASSERT_EQ(done.error()->suppressed.size(), 1U);
  EXPECT_EQ(done.error()->suppressed.front()->message, "there are no others");
}

TEST(Attempts, TakeARequestTimeoutOnAKeptConnectionForNoFailureOnce) {
  script s;
  s.bad(failing(remedy::repeat, "RequestTimeout"), true).bad(failing(remedy::repeat, "RequestTimeout"), true).good();
  EXPECT_TRUE(s.go());
  EXPECT_EQ(s.log, "sspzs");
  script fresh;
  EXPECT_TRUE(fresh.bad(failing(remedy::repeat, "RequestTimeout")).good().go());
  EXPECT_EQ(fresh.log, "spzs");
}

TEST(Attempts, HandOnWhatIsNotTheRequests) {
  script s;
  auto const done = s.lost(network(disposition::transient), true).go();
  EXPECT_EQ(done.error()->operation, "") << "as it came";
  EXPECT_EQ(s.log, "s");
}

TEST(Attempts, EndAtAStop) {
  script before;
  before.stop.request_stop();
  EXPECT_TRUE(before.good().go().error().is(errc::stopped));
  EXPECT_EQ(before.log, "");
  script asleep;
  asleep.stops_while_asleep = true;
  EXPECT_TRUE(asleep.bad(failing(remedy::repeat)).go().error().is(errc::stopped));
  EXPECT_EQ(asleep.log, "spz");
  script under_way;
  EXPECT_TRUE(under_way.lost(error(errc::stopped, "somewhere")).go().error().is(errc::stopped));
  EXPECT_EQ(under_way.log, "s");
}

} // namespace
