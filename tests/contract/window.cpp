// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Two exports to one prefix of the strict double, in each profile, of which each is held up once before any of its
// operations while the other goes on: where the store has conditional writes, at most one publishes. Where it ignores
// them both may, but only if one was held up between its look at the control object and the write that follows it, and
// the other wrote it meanwhile: the window that store/service.hpp and docs/commit.md tell of.
#include <copyto/auth/keys.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/export/job.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/store/s3.hpp>
#include <copyto/testing/decorated_store.hpp>
#include <copyto/testing/fake_clock.hpp>

#include "../double/server.hpp"
#include "../double/stores.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace doubles = copyto::doubles;
using copyto::errc;

struct line {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(line, (), (id))

/// Of two exports exactly one runs: each gives the turn away before operation `at`, and when it ends.
class turns {
public:
  explicit turns(std::array<std::uint64_t, 2> at) : at_(at) {}

  void begin(std::size_t who) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == who; });
  }
  void operation(std::size_t who, std::string_view name, std::string_view key) {
    std::unique_lock lock(mutex_);
    std::uint64_t const number = operations_[who]++;
    if (number == at_[who]) {
      held_up_[who] = fmt::format("{} {}", name, key.substr(key.find('/') + 1));
      if (!ended_[1 - who]) {
        turn_ = 1 - who;
        changed_.notify_all();
        changed_.wait(lock, [&] { return turn_ == who; });
      }
    }
  }
  void end(std::size_t who) {
    std::scoped_lock const lock(mutex_);
    ended_[who] = true;
    turn_ = 1 - who;
    changed_.notify_all();
  }
  /// The operation that `who` was held up before; empty: it had fewer.
  [[nodiscard]] std::string held_up(std::size_t who) const { return held_up_[who]; }

private:
  std::array<std::uint64_t, 2> at_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t turn_ = 0;
  std::array<std::uint64_t, 2> operations_{};
  std::array<bool, 2> ended_{};
  std::array<std::string, 2> held_up_;
};

struct one_of_two {
  turns* order;
  std::size_t who;
  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    order->operation(who, operation, key);
    return call();
  }
};

class window : public ::testing::TestWithParam<std::size_t> {
protected:
  using done = copyto::result<copyto::report>;

  window() {
    doubles::rules const rules = doubles::all_services("", 10)[GetParam()].service;
    content_ = std::make_shared<doubles::bucket>(
        rules, "lake", doubles::key_pair{.id = "AKIDDOUBLE", .secret = "secret-of-the-double"});
    server_ = std::make_unique<doubles::server>(content_, [clock = clock_]() mutable {
      clock.advance(std::chrono::milliseconds(10));
      return clock.now();
    });
    service_ = doubles::all_services(server_->endpoint(), 10)[GetParam()];
  }

  done run(turns& order, std::size_t who, std::string const& prefix) {
    using namespace copyto;
    s3_store const store(service_.profile, static_keys("AKIDDOUBLE", "secret-of-the-double"), curl_transport(),
                         full_jitter{.attempts = 8}, clock_);
    copyto::testing::decorated_store observed(store, one_of_two{&order, who});
    std::vector<line> const lines = {{static_cast<std::int64_t>(who)}};
    auto source = rows(lines);
    csv const encoder;
    order.begin(who);
    export_options const options{
        .to = copyto::into(prefix), .part_size = 10, .parts_in_flight = 1, .export_id = fmt::format("export-{}", who)};
    done finished = run_export(source_ref(source), any_encoder(encoder), store_ref(observed), options, {}, {});
    order.end(who);
    return finished;
  }

  copyto::testing::fake_clock clock_;
  std::shared_ptr<doubles::bucket> content_;
  std::unique_ptr<doubles::server> server_;
  doubles::pairing service_;
};

TEST_P(window, is_where_it_is_documented_and_nowhere_else) {
  bool const ignoring = service_.service.writes == doubles::rules::honours::nothing;
  std::set<std::string> mixed; // where both were held up when both published
  std::uint64_t won = 0;
  std::uint64_t pairs = 0;
  bool first_ran_out = false;
  for (std::uint64_t k = 0; !first_ran_out; ++k) {
    bool second_ran_out = false;
    for (std::uint64_t n = 0; !second_ran_out; ++n, ++pairs) {
      ASSERT_LT(pairs, 2000U);
      std::string const prefix = fmt::format("w{}", pairs);
      turns order({k, n});
      std::array<std::optional<done>, 2> ends;
      std::thread second([&] { ends[1] = run(order, 1, prefix); });
      ends[0] = run(order, 0, prefix);
      second.join();
      first_ran_out = order.held_up(0).empty();
      second_ran_out = order.held_up(1).empty();
      std::string const where =
          fmt::format("{}: `{}` and `{}`", service_.service.name, order.held_up(0), order.held_up(1));

      std::set<std::string> reported;
      for (std::optional<done> const& end : ends) {
        if (*end) {
          ++won;
          ASSERT_EQ((*end)->files.size(), 1U) << where;
          reported.insert((*end)->files.front().key);
        } else {
          copyto::error const& why = end->error();
          EXPECT_TRUE(why.is(errc::claimed) || why.is(errc::not_empty) || why.is(errc::claim_lost))
              << where << why.message();
        }
      }
      std::set<std::string> visible;
      for (auto const& [key, object] : content_->objects()) {
        if (key.starts_with(prefix + "/")) {
          visible.insert(key);
        }
      }
      EXPECT_EQ(visible, reported) << where;
      EXPECT_EQ(content_->open_uploads(), 0U) << where;
      if (reported.size() == 2) {
        mixed.insert(where);
        EXPECT_TRUE(order.held_up(0) == "put _copyto.INCOMPLETE" || order.held_up(1) == "put _copyto.INCOMPLETE")
            << where;
      }
    }
  }
  EXPECT_GT(won, pairs / 2);
  EXPECT_EQ(mixed.empty(), !ignoring);
}

INSTANTIATE_TEST_SUITE_P(profiles, window, ::testing::Range(std::size_t{0}, std::size_t{5}), [](auto const& info) {
  std::string name = doubles::all_services("", 1)[info.param].service.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

} // namespace
