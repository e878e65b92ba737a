// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// The store contract on s3_store and the strict double, in each profile.
#include <copyto/testing/store_contract.hpp>

#include <copyto/auth/keys.hpp>
#include <copyto/store/s3.hpp>
#include <copyto/testing/fake_clock.hpp>

#include "../double/server.hpp"
#include "../double/stores.hpp"

#include <gtest/gtest.h>

namespace {

namespace doubles = copyto::doubles;
using copyto::doubles::pairing;

class s3_double_contract : public ::testing::TestWithParam<int> {
protected:
  // A server for a profile, and a store that goes by the same clock, so that neither really waits.
  struct setting {
    pairing service = {};
    copyto::testing::fake_clock clock = copyto::testing::fake_clock();
    std::shared_ptr<doubles::bucket> content = {};
    std::unique_ptr<doubles::server> server = {};

    [[nodiscard]] auto store() const {
      using namespace copyto;
      return s3_store(service.profile, static_keys("AKIDDOUBLE", "secret-of-the-double"), curl_transport(),
                      full_jitter{.attempts = 8}, clock);
    }
  };
  [[nodiscard]] static setting make(std::size_t which, std::uint64_t min_part, std::size_t page_size) {
    setting s;
    doubles::rules rules = doubles::all_services("", min_part)[which].service;
    rules.page_size = page_size;
    s.content = std::make_shared<doubles::bucket>(
        rules, "lake", doubles::key_pair{.id = "AKIDDOUBLE", .secret = "secret-of-the-double"});
    s.server = std::make_unique<doubles::server>(s.content, [clock = s.clock]() mutable {
      clock.advance(std::chrono::milliseconds(10)); // a request takes its time
      return clock.now();
    });
    s.service = doubles::all_services(s.server->endpoint(), min_part)[which];
    return s;
  }
};

TEST_P(s3_double_contract, holds) {
  setting const s = make(static_cast<std::size_t>(GetParam()), 5000, 1000);
  auto const report = copyto::testing::check_store_contract(s.store());
  EXPECT_TRUE(report.ok()) << s.service.service.name << "\n" << report.text();
  EXPECT_GT(report.checks, 800U);
  EXPECT_TRUE(s.content->objects().empty());
  EXPECT_EQ(s.content->open_uploads(), 0U);
}

TEST_P(s3_double_contract, holds_with_small_pages) {
  setting const s = make(static_cast<std::size_t>(GetParam()), 10, 2);
  auto const report = copyto::testing::check_store_contract(s.store());
  EXPECT_TRUE(report.ok()) << s.service.service.name << "\n" << report.text();
}

INSTANTIATE_TEST_SUITE_P(profiles, s3_double_contract, ::testing::Range(0, 5), [](auto const& info) {
  std::string name = doubles::all_services("", 1)[static_cast<std::size_t>(info.param)].service.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

} // namespace
