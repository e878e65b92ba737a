// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/session.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace {

using copyto::size_hint;

TEST(pg_read_plan, reads_rows_and_width_of_the_first_line) {
  struct {
    std::string_view line;
    std::optional<std::uint64_t> rows;
    std::optional<std::uint64_t> bytes;
  } const cases[] = {
      {"Seq Scan on t  (cost=0.00..155.00 rows=10000 width=4)", 10'000, 40'000},
      {"Seq Scan on \" rows=7 width=8\"  (cost=0.00..1.05 rows=5 width=36)", 5, 180},
      {"Result  (cost=0.00..0.01 rows=1 width=0)", 1, 0},
      {"Result  (cost=0.00..0.01 rows=3)", 3, std::nullopt},
      {"Seq Scan on t  (cost=0.00..1e18 rows=900000000000000000 width=32)", 900'000'000'000'000'000, std::nullopt},
      {"Explained Query: rows=5 width=4", std::nullopt, std::nullopt}, // another server's
      {"Result  (cost=0.00..0.01 rows= width=4)", std::nullopt, std::nullopt},
      {"(cost=", std::nullopt, std::nullopt},
      {"", std::nullopt, std::nullopt},
  };
  for (auto const& c : cases) {
    size_hint const hint = copyto::detail::pg_read_plan(c.line);
    EXPECT_EQ(hint.rows, c.rows) << c.line;
    EXPECT_EQ(hint.bytes, c.bytes) << c.line;
  }
}

} // namespace
