// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/http/concept.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

// The exemplar: all that a transport needs.
struct exemplar {
  result<response> perform(request const& r, std::stop_token) { return response{.status = 200, .body = url(r)}; }
};
static_assert(Transport<exemplar>);

struct without_stop {
  result<response> perform(request const& r);
};
static_assert(!Transport<without_stop>);

TEST(transport, answers_a_request) {
  exemplar t;
  EXPECT_EQ(t.perform({.host = "h"}, {})->body, "https://h/");
}

} // namespace
