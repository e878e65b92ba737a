// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/assume_role.hpp>

#include "sts_fixture.hpp"

#include <thread>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::tests;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<assume_role<static_keys>>);
static_assert(assume_role<environment_keys>::issued_by == issuer::aws);
// What is not named comes by default, also from a braced list of options.
static_assert(
    std::is_same_v<decltype(assume_role{environment_keys{}, {.role_arn = "..."}}), assume_role<environment_keys>>);

using an_assumed_role = sts_fixture;

TEST_F(an_assumed_role, hands_out_one_session_until_it_is_due) {
  give_sessions();
  auto p = make();
  auto const set = p.get(clock.now(), {});
  ASSERT_TRUE(set) << set.error().message();
  EXPECT_EQ(set->access_key_id, "S1");
  EXPECT_EQ(set->secret_key.reveal(), "SESSION-SECRET-S1+/");
  EXPECT_EQ(set->session_token.reveal(), "SESSION-TOKEN-S1==");
  EXPECT_EQ(set->expiry, clock.now() + 1h);
  clock.advance(44min);
  EXPECT_EQ(id(p), "S1");
  clock.advance(1min);
  EXPECT_EQ(id(p), "S2");
  EXPECT_EQ(requests(), 2u);
}

TEST_F(an_assumed_role, shares_its_session_among_copies) {
  give_sessions();
  auto p = make();
  auto copy = p;
  EXPECT_EQ(id(p), "S1");
  EXPECT_EQ(id(copy), "S1");
  copy.expire(p.get(clock.now(), {}).value());
  EXPECT_EQ(id(p), "S2");
  EXPECT_EQ(id(copy), "S2");
  EXPECT_EQ(requests(), 2u);
}

TEST_F(an_assumed_role, makes_up_a_session_name_and_keeps_it) {
  give_sessions(8s);
  auto p = make();
  auto other = make();
  EXPECT_EQ(id(p), "S1");
  clock.advance(7s);
  EXPECT_EQ(id(p), "S2");
  EXPECT_EQ(id(other), "S3");
  auto const name = [&](std::size_t n) {
    std::string const body = net.requests().at(n).body;
    std::size_t const at = body.find("RoleSessionName=") + 16;
    return body.substr(at, body.find('&', at) - at);
  };
  EXPECT_TRUE(name(0).starts_with("copyto-")) << name(0);
  EXPECT_EQ(name(0).size(), 23u);
  EXPECT_EQ(name(0), name(1));
  EXPECT_NE(name(0), name(2));
}

TEST_F(an_assumed_role, may_assume_another_for_an_hour_at_most) {
  give_sessions();
  auto chain = make(make(), {.role_arn = "arn:aws:iam::123456789012:role/second"});
  ASSERT_TRUE(chain.check());
  EXPECT_EQ(id(chain), "S2");
  EXPECT_NE(net.requests().at(1).header("authorization").find("Credential=S1/"), std::string::npos);
  EXPECT_EQ(net.requests().at(1).header("x-amz-security-token"), "SESSION-TOKEN-S1==");

  auto long_chain = make(make(), {.role_arn = std::string(role), .duration = 2h});
  EXPECT_NE(id(long_chain).find("role chaining allows at most 3600 s"), std::string::npos);
  EXPECT_EQ(requests(), 2u);
  EXPECT_TRUE(make({.role_arn = std::string(role), .duration = 2h}).check());
}

TEST_F(an_assumed_role, asks_once_for_64_threads_that_meet_an_expired_session) {
  give_sessions();
  auto p = make();
  EXPECT_EQ(id(p), "S1");
  clock.advance(2h);
  constexpr int threads = 64;
  std::atomic<int> arrived = 0;
  net.then([&](auto const&) -> result<response> {
    while (arrived != threads) {
      std::this_thread::yield();
    }
    return response{.status = 200, .body = session_body("NEW", clock.now() + 1h)};
  });
  std::vector<std::string> got(threads);
  {
    std::vector<std::jthread> all;
    for (int i = 0; i != threads; ++i) {
      all.emplace_back([&, i, mine = p]() mutable {
        ++arrived;
        got[static_cast<std::size_t>(i)] = id(mine);
      });
    }
  }
  EXPECT_EQ(requests(), 2u);
  EXPECT_EQ(got, std::vector<std::string>(threads, "NEW"));
}

} // namespace
