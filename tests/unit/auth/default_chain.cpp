// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/default_chain.hpp>

#include "ambient_fixture.hpp"

#include <copyto/auth/any.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/auth/profile.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<default_chain> && RefreshableProvider<profile_credentials>);

class DefaultChain : public copyto::tests::ambient_fixture {
protected:
  [[nodiscard]] default_chain make() const { return default_chain(net, retry, clock); }
  [[nodiscard]] std::string first() const {
    default_chain who = make();
    result<credentials> const got = get(who);
    return got ? got->access_key_id : got.error().message();
  }
};

TEST_F(DefaultChain, TakesTheFirstThatIsThere) {
  net.otherwise([this](copyto::testing::sent_request const& r) -> result<response> {
    bool const instance = r.request.host == "169.254.169.254";
    std::string const path = r.line();
    return response{.status = 200,
                    .body = !instance                                          ? set_of("CONTAINER")
                            : path.find("security-credentials/r") != path.npos ? set_of("INSTANCE")
                                                                               : "r"};
  });
  EXPECT_EQ(first(), "INSTANCE");
  set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  EXPECT_EQ(first(), "CONTAINER");
  file(".aws/config", "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = hidden\n");
  EXPECT_EQ(first(), "CONFIG");
  file(".aws/credentials", "[default]\naws_access_key_id = SHARED\naws_secret_access_key = hidden\n");
  EXPECT_EQ(first(), "SHARED");
  set("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
  EXPECT_NE(first().find("AWS_SECRET_ACCESS_KEY is not"),
            std::string::npos); // half of a key is no reason to look further
  set("AWS_SECRET_ACCESS_KEY", "hidden");
  EXPECT_EQ(first(), "ENVIRONMENT");
}

TEST_F(DefaultChain, SaysWhatItTried) {
  net.otherwise([](auto const&) {
    return error({.code = errc::unreachable, .disposition = disposition::transient, .message = "no route"});
  });
  std::string const told = refusal(make());
  for (char const* part : {"environment", "profile `default`", "web identity", "container", "instance", "no route"}) {
    EXPECT_NE(told.find(part), std::string::npos) << told;
  }
}

TEST_F(DefaultChain, DoesNotLookBehindOneThatFails) {
  set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  net.answer(404);
  EXPECT_NE(first().find("the container credentials service refused"), std::string::npos);
  EXPECT_EQ(net.requests().size(), 1U);
}

TEST_F(DefaultChain, ManyThreadsCauseOneRequest) {
  set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
  net.otherwise([this](auto const&) -> result<response> { return response{.status = 200, .body = set_of("ASIA1")}; });
  default_chain const chain = make();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 64; ++i) {
      threads.emplace_back([&, who = chain]() mutable { good += who.get(clock.now(), {}) ? 1 : 0; });
    }
  }
  EXPECT_EQ(good, 64);
  EXPECT_EQ(net.requests().size(), 1U);
}

TEST_F(DefaultChain, ManyThreadsThatFindNothingAskOnce) {
  net.otherwise([](auto const&) {
    return error({.code = errc::unreachable, .disposition = disposition::transient, .message = "no route"});
  });
  default_chain const chain = make();
  utc_time const now = clock.now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 64; ++i) {
      threads.emplace_back([&, who = chain]() mutable { EXPECT_FALSE(who.get(now, {})); });
    }
  }
  EXPECT_EQ(net.requests().size(), 2U); // of the instance metadata service
  default_chain again = chain;
  file(".aws/credentials", "[default]\naws_access_key_id = LATER\naws_secret_access_key = hidden\n");
  clock.advance(1min);
  EXPECT_EQ(get(again)->access_key_id, "LATER");
}

TEST_F(DefaultChain, OfAProfileReadsItAgainOnceItsKeysAreRefused) {
  file(".aws/credentials", "[lake]\naws_access_key_id = OLD\naws_secret_access_key = hidden\n");
  profile_credentials who("lake", net, retry, clock);
  credentials const old = get(who).value();
  file(".aws/credentials", "[lake]\naws_access_key_id = NEW\naws_secret_access_key = hidden\n");
  EXPECT_EQ(get(who)->access_key_id, "OLD");
  who.expire(old);
  EXPECT_EQ(get(who)->access_key_id, "NEW");
  EXPECT_NE(
      refusal(profile_credentials("none", net, retry, clock), errc::not_found).find("there is no AWS profile `none`"),
      std::string::npos);
  file(".aws/config", "[profile empty]\nregion = a-1\n");
  EXPECT_NE(refusal(profile_credentials("empty", net, retry, clock)).find("has no credentials"), std::string::npos);
}

TEST_F(DefaultChain, AnyCredentialsHoldsWhicheverItIs) {
  any_credentials const fixed = static_keys("id", "key");
  any_credentials copy = fixed;
  EXPECT_EQ(copy.get({}, {})->access_key_id, "id");
  copy.expire(copy.get({}, {}).value()); // static keys stay
  EXPECT_EQ(copy.get({}, {})->access_key_id, "id");
}

} // namespace
