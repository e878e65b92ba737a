// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/adaptive_limit.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <stop_token>
#include <thread>
#include <vector>

namespace {

using copyto::adaptive_limit;
using outcome = adaptive_limit::outcome;

std::vector<adaptive_limit::place> enter(adaptive_limit& limit, int count) {
  std::vector<adaptive_limit::place> places(static_cast<std::size_t>(count));
  for (adaptive_limit::place& p : places) {
    EXPECT_TRUE(limit.enter(p, {}));
  }
  return places;
}

TEST(adaptive_limit, is_none_until_the_server_throttles) {
  adaptive_limit limit;
  auto const places = enter(limit, 100);
  for (auto const& p : places) {
    limit.leave(p, outcome::other);
  }
  EXPECT_EQ(limit.limit(), adaptive_limit::unlimited);
}

TEST(adaptive_limit, gets_the_place_of_a_request_back_that_ends_in_an_exception) {
  adaptive_limit limit;
  limit.leave(enter(limit, 1)[0], outcome::throttled); // from here on one at a time
  ASSERT_EQ(limit.limit(), 1U);
  for (int i = 0; i != 3; ++i) {
    adaptive_limit::place place;
    std::stop_source none_left;
    none_left.request_stop(); // it would wait for ever
    ASSERT_TRUE(limit.enter(place, none_left.get_token())) << i;
    try {
      adaptive_limit::held const held(limit, place);
      throw std::bad_alloc();
    } catch (std::bad_alloc const&) {
    }
  }
}

TEST(adaptive_limit, is_halved_once_for_all_that_ran_together) {
  adaptive_limit limit;
  auto const places = enter(limit, 8);
  limit.leave(places[0], outcome::throttled);
  EXPECT_EQ(limit.limit(), 4U);
  for (std::size_t i = 1; i != 8; ++i) {
    limit.leave(places[i], outcome::throttled); // they were under way when the first was told
  }
  EXPECT_EQ(limit.limit(), 4U);
  auto const later = enter(limit, 4);
  limit.leave(later[0], outcome::throttled);
  EXPECT_EQ(limit.limit(), 2U);
  for (std::size_t i = 1; i != 4; ++i) {
    limit.leave(later[i], outcome::other);
  }
  for (int i = 0; i != 5; ++i) {
    limit.leave(enter(limit, 1)[0], outcome::throttled);
  }
  EXPECT_EQ(limit.limit(), 1U) << "never none at all";
}

TEST(adaptive_limit, recovers_by_one_a_round_and_is_lifted_in_the_end) {
  adaptive_limit limit;
  auto const places = enter(limit, 8);
  for (auto const& p : places) {
    limit.leave(p, outcome::throttled);
  }
  ASSERT_EQ(limit.limit(), 4U);
  int successes = 0;
  for (std::uint64_t expected : {5U, 6U, 7U}) {
    while (limit.limit() < expected) {
      limit.leave(enter(limit, 1)[0], outcome::success);
      ++successes;
    }
    EXPECT_EQ(limit.limit(), expected);
  }
  EXPECT_EQ(successes, 4 + 5 + 6);
  for (int i = 0; i != 7; ++i) {
    limit.leave(enter(limit, 1)[0], outcome::success);
  }
  EXPECT_EQ(limit.limit(), adaptive_limit::unlimited) << "as many as ever wanted to run";
}

TEST(adaptive_limit, makes_the_others_wait_and_lets_them_in_again) {
  adaptive_limit limit;
  auto const first = enter(limit, 2);
  limit.leave(first[0], outcome::throttled); // one may run, and one does
  ASSERT_EQ(limit.limit(), 1U);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 6; ++i) {
      threads.emplace_back([&] {
        adaptive_limit::place p;
        ASSERT_TRUE(limit.enter(p, {}));
        int const now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        --inside;
        limit.leave(p, outcome::other);
      });
    }
    EXPECT_EQ(inside, 0);
    limit.leave(first[1], outcome::other);
  }
  EXPECT_EQ(most, 1);
}

TEST(adaptive_limit, does_not_hold_up_a_stop) {
  adaptive_limit limit;
  auto const first = enter(limit, 2);
  limit.leave(first[0], outcome::throttled);
  std::stop_source stop;
  std::jthread waits([&] {
    adaptive_limit::place p;
    EXPECT_FALSE(limit.enter(p, stop.get_token()));
  });
  stop.request_stop();
  waits.join();
  limit.leave(first[1], outcome::success);
  EXPECT_TRUE(enter(limit, 1).size() == 1);
}

} // namespace
