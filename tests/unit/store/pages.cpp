// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/detail/pages.hpp>

#include <copyto/store/object.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;

/// A listing of these pages, each with where it goes on; a place that is none begins at the first.
struct listing {
  std::vector<page<object_info>> pages;
  int asked = 0;

  result<void> walk(std::vector<std::string>& seen) {
    return detail::for_each_listed(
        [&](std::string const& from) -> result<page<object_info>> {
          ++asked;
          for (std::size_t i = 0; i + 1 < pages.size(); ++i) {
            if (pages[i].next == from) {
              return pages[i + 1];
            }
          }
          return pages.front();
        },
        [&](object_info& object) -> result<void> {
          seen.push_back(object.key);
          return {};
        });
  }
};

TEST(Pages, AreWalkedToTheLast) {
  listing some{.pages = {{.items = {{.key = "a"}, {.key = "b"}}, .next = "b"}, {.items = {{.key = "c"}}}}};
  std::vector<std::string> seen;
  EXPECT_TRUE(some.walk(seen));
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Pages, ThatNameThemselvesAsTheNextAreAnError) {
  listing some{.pages = {{.items = {{.key = "a"}}, .next = "a"}, {.items = {{.key = "a"}}, .next = "a"}}};
  std::vector<std::string> seen;
  result<void> const walked = some.walk(seen);
  ASSERT_FALSE(walked);
  EXPECT_TRUE(walked.error().is(errc::bad_answer));
  EXPECT_EQ(some.asked, 2);
}

} // namespace
