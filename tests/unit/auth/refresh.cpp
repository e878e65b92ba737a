// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/refresh.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

utc_time const start(std::chrono::hours(24) * 365 * 50);

/// A cache whose requests give sets A1, A2, ... of one hour, or fail.
class cache : public testing::Test {
protected:
  credential_cache::fetch_function const fetch = [this](utc_time now, std::stop_token const&) {
    int const n = ++asked;
    if (fails) {
      return credential_cache::fetched{
          .set = error({.code = errc::unreachable, .message = "failure " + std::to_string(n)}), .at = now + took};
    }
    return credential_cache::fetched{.set = credentials{.access_key_id = "A" + std::to_string(n),
                                                        .session_token = secret("T" + std::to_string(n)),
                                                        .expiry = now + took + life},
                                     .at = now + took};
  };
  /// Id of the set, or the error's message.
  std::string at(std::chrono::microseconds after) {
    auto const set = held.get(start + after, {}, fetch);
    return set ? set->access_key_id : set.error()->message;
  }

  credential_cache held;
  std::atomic<int> asked = 0;
  std::atomic<bool> fails = false;
  std::chrono::microseconds took = 0s;
  std::chrono::microseconds life = 1h;
};

TEST(schedule_refresh, takes_the_smaller_of_a_time_and_a_share) {
  auto const day = schedule_refresh(start, start + 12h);
  EXPECT_EQ(day.advisory, start + 12h - 15min);
  EXPECT_EQ(day.mandatory, start + 12h - 10min);
  EXPECT_EQ(day.pause, 30s);
  auto const hour = schedule_refresh(start, start + 1h);
  EXPECT_EQ(hour.advisory, start + 45min);
  EXPECT_EQ(hour.mandatory, start + 52min + 30s);
  auto const quarter = schedule_refresh(start, start + 15min);
  EXPECT_EQ(quarter.advisory, start + 15min - 225s);
  EXPECT_EQ(quarter.mandatory, start + 15min - 112'500ms);
  auto const seconds = schedule_refresh(start, start + 8s);
  EXPECT_EQ(seconds.advisory, start + 6s);
  EXPECT_EQ(seconds.mandatory, start + 7s);
  EXPECT_EQ(seconds.pause, 250ms);
  EXPECT_EQ(schedule_refresh(start, start - 1s).advisory, start - 1s);
}

TEST_F(cache, keeps_a_set_until_it_is_due) {
  EXPECT_EQ(at(0s), "A1");
  EXPECT_EQ(at(45min - 1us), "A1");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(at(45min), "A2");
  EXPECT_EQ(at(45min + 44min), "A2");
  EXPECT_EQ(asked, 2);
}

TEST_F(cache, counts_the_life_from_the_end_of_the_request) {
  took = 10s;
  EXPECT_EQ(at(0s), "A1");
  EXPECT_EQ(at(45min + 9s), "A1");
  EXPECT_EQ(at(45min + 10s), "A2");
}

TEST_F(cache, never_hands_out_a_set_that_has_expired) {
  EXPECT_EQ(at(0s), "A1");
  fails = true;
  EXPECT_EQ(at(1h), "failure 2");
  EXPECT_EQ(at(2h), "failure 3");
  fails = false;
  EXPECT_EQ(at(3h), "A4");
}

TEST_F(cache, keeps_a_set_without_expiry_until_it_is_refused) {
  auto const forever = [&](utc_time now, std::stop_token const&) {
    return credential_cache::fetched{.set = credentials{.access_key_id = "F" + std::to_string(++asked)}, .at = now};
  };
  auto const first = held.get(start, {}, forever).value();
  EXPECT_EQ(held.get(start + 1000h, {}, forever)->access_key_id, "F1");
  held.expire(first);
  EXPECT_EQ(held.get(start + 1000h, {}, forever)->access_key_id, "F2");
}

TEST_F(cache, keeps_the_old_set_when_a_renewal_fails_and_pauses_before_the_next) {
  EXPECT_EQ(at(0s), "A1");
  fails = true;
  EXPECT_EQ(at(45min), "A1");
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(at(45min + 29s), "A1");
  EXPECT_EQ(asked, 2) << "in the pause";
  EXPECT_EQ(at(45min + 30s), "A1");
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(at(55min), "A1") << "good in the mandatory window, too";
  EXPECT_EQ(asked, 4);
  fails = false;
  EXPECT_EQ(at(55min + 29s), "A1");
  EXPECT_EQ(at(55min + 30s), "A5");
}

TEST_F(cache, does_not_hand_out_a_set_that_expired_while_its_renewal_failed) {
  EXPECT_EQ(at(0s), "A1");
  fails = true;
  took = 6min;
  EXPECT_EQ(at(55min), "failure 2");
}

TEST_F(cache, repeats_an_error_for_a_second_instead_of_the_request) {
  fails = true;
  EXPECT_EQ(at(0s), "failure 1");
  EXPECT_EQ(at(999ms), "failure 1");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(at(1s), "failure 2");
  EXPECT_EQ(at(-1h), "failure 3") << "a clock that was set back makes the pause no longer";
}

TEST_F(cache, drops_the_refused_set_and_no_other) {
  EXPECT_EQ(at(0s), "A1");
  auto const first = held.get(start, {}, fetch).value();
  held.expire(first);
  EXPECT_EQ(at(0s), "A2");
  held.expire(first);
  EXPECT_EQ(at(0s), "A2");
  EXPECT_EQ(asked, 2);
}

TEST_F(cache, asks_again_after_an_exception) {
  auto const thrower = [](utc_time, std::stop_token const&) -> credential_cache::fetched {
    throw std::runtime_error("no memory");
  };
  EXPECT_THROW((void)held.get(start, {}, thrower), std::runtime_error);
  EXPECT_EQ(at(0s), "A1");
}

TEST_F(cache, lets_others_go_on_while_one_thread_renews_in_the_advisory_window) {
  EXPECT_EQ(at(0s), "A1");
  std::latch begun(1);
  std::latch may_end(1);
  std::jthread const renewing([&] {
    auto const set = held.get(start + 46min, {}, [&](utc_time now, std::stop_token const& stop) {
      begun.count_down();
      may_end.wait();
      return fetch(now, stop);
    });
    EXPECT_EQ(set->access_key_id, "A2");
  });
  begun.wait();
  EXPECT_EQ(at(46min), "A1"); // would never return if it waited
  EXPECT_EQ(asked, 1);
  may_end.count_down();
}

TEST_F(cache, makes_all_wait_for_the_one_request_in_the_mandatory_window) {
  EXPECT_EQ(at(0s), "A1");
  constexpr int threads = 64;
  std::atomic<int> arrived = 0;
  std::vector<std::string> got(threads);
  {
    std::vector<std::jthread> all;
    for (int i = 0; i != threads; ++i) {
      all.emplace_back([&, i] {
        ++arrived;
        auto const set = held.get(start + 55min, {}, [&](utc_time now, std::stop_token const& stop) {
          while (arrived != threads) {
            std::this_thread::yield();
          }
          return fetch(now, stop);
        });
        got[static_cast<std::size_t>(i)] = set->access_key_id;
      });
    }
  }
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(got, std::vector<std::string>(threads, "A2"));
}

TEST_F(cache, gives_all_that_wait_the_one_error) {
  fails = true;
  constexpr int threads = 16;
  std::atomic<int> arrived = 0;
  std::vector<std::string> got(threads);
  {
    std::vector<std::jthread> all;
    for (int i = 0; i != threads; ++i) {
      all.emplace_back([&, i] {
        ++arrived;
        auto const set = held.get(start, {}, [&](utc_time now, std::stop_token const& stop) {
          while (arrived != threads) {
            std::this_thread::yield();
          }
          return fetch(now, stop);
        });
        got[static_cast<std::size_t>(i)] = set.error()->message;
      });
    }
  }
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(got, std::vector<std::string>(threads, "failure 1"));
}

TEST_F(cache, lets_a_thread_that_waits_leave_when_it_is_stopped) {
  std::latch begun(1);
  std::latch may_end(1);
  std::jthread const asking([&] {
    (void)held.get(start, {}, [&](utc_time now, std::stop_token const& stop) {
      begun.count_down();
      may_end.wait();
      return fetch(now, stop);
    });
  });
  begun.wait();
  std::stop_source stop;
  std::jthread const stopping([&] { stop.request_stop(); });
  auto const set = held.get(start, stop.get_token(), fetch); // would never return without the stop
  ASSERT_FALSE(set);
  EXPECT_TRUE(set.error().is(errc::stopped));
  EXPECT_EQ(asked, 0);
  may_end.count_down();
}

TEST_F(cache, hands_the_request_over_when_the_thread_that_makes_it_is_stopped) {
  std::stop_source stop;
  std::latch begun(1);
  std::latch second(1);
  std::jthread const first([&] {
    auto const set = held.get(start, stop.get_token(), [&](utc_time now, std::stop_token const&) {
      begun.count_down();
      second.wait();
      stop.request_stop();
      return credential_cache::fetched{.set = error(errc::stopped, "stopped on request"), .at = now};
    });
    EXPECT_TRUE(set.error().is(errc::stopped));
  });
  begun.wait();
  second.count_down();
  EXPECT_EQ(at(0s), "A1");
}

} // namespace
