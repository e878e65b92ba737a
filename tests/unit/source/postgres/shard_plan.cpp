// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/shard_plan.hpp>

#include <copyto/source/postgres_shards.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;
using texts = std::vector<std::string>;

std::string put(std::string_view query) {
  return pg_put_range(query, [](std::string_view alias) { return fmt::format("<{}>", alias); }).value_or("none");
}

TEST(pg_put_range, replaces_only_what_sql_would_not_read_otherwise) {
  EXPECT_EQ(put("SELECT * FROM t WHERE {range} AND a"), "SELECT * FROM t WHERE <> AND a");
  EXPECT_EQ(put("SELECT * FROM t AS o WHERE {range:o}"), "SELECT * FROM t AS o WHERE <o>");
  EXPECT_EQ(put("{range}{range:a}"), "<><a>");
  EXPECT_EQ(put("SELECT '{range}', \"{range}\", $${range}$$, E'\\'{range}' -- {range}\n/* {range} */"), "none");
  EXPECT_EQ(put("SELECT '{1,2}'::int[], {range}"), "SELECT '{1,2}'::int[], <>");
  EXPECT_EQ(put("SELECT {ranger} {range"), "none");
  EXPECT_EQ(put(""), "none");
}

/// Every page of every table is in one shard, in order, and the last range of each table has no end.
TEST(pg_cut_pages, every_page_once_in_order) {
  std::mt19937_64 random(7);
  for (int trial = 0; trial != 2000; ++trial) {
    std::vector<pg_heap> heaps(1 + random() % 5);
    std::uint64_t all = 0;
    for (pg_heap& heap : heaps) {
      heap.pages = random() % 3 == 0 ? 0 : random() % 40;
      all += heap.pages;
    }
    auto const shards = static_cast<std::uint32_t>(1 + random() % 12);
    auto const cut = pg_cut_pages(heaps, shards);
    EXPECT_EQ(cut.size(), std::max<std::uint64_t>(1, std::min<std::uint64_t>(all, shards)));
    std::size_t heap = 0;
    std::uint64_t page = 0;
    for (auto const& shard : cut) {
      ASSERT_FALSE(shard.empty());
      std::uint64_t pages = 0;
      for (pg_page_range const& range : shard) {
        ASSERT_EQ(range.heap, heap);
        ASSERT_EQ(range.first, page);
        if (range.end) {
          ASSERT_GT(*range.end, range.first);
          ASSERT_LT(*range.end, heaps[heap].pages);
          pages += *range.end - range.first;
          page = *range.end;
        } else {
          pages += heaps[heap].pages - range.first;
          ++heap;
          page = 0;
        }
      }
      EXPECT_LE(pages, all / cut.size() + 1);
      EXPECT_GE(pages, all / cut.size());
    }
    EXPECT_EQ(heap, heaps.size());
  }
}

TEST(pg_page_condition, names_pages) {
  EXPECT_EQ(pg_page_condition({.first = 7, .end = 9}, ""), "ctid >= '(7,0)' AND ctid < '(9,0)'");
  EXPECT_EQ(pg_page_condition({.first = 7}, "o."), "o.ctid >= '(7,0)'");
}

TEST(pg_key_conditions, hold_once_for_every_row) {
  EXPECT_EQ(pg_key_conditions("k", {}), texts{"true"});
  EXPECT_EQ(pg_key_conditions("k", texts{"it's"}), (texts{"(k < 'it''s' OR k IS NULL)", "(k >= 'it''s')"}));
  EXPECT_EQ(pg_key_conditions("k", texts{"1", "5"}),
            (texts{"(k < '1' OR k IS NULL)", "(k >= '1' AND k < '5')", "(k >= '5')"}));
}

TEST(pg_choose_bounds, are_spread_evenly_and_ascend) {
  texts hundred;
  for (int i = 0; i != 101; ++i) {
    hundred.push_back(std::to_string(i));
  }
  EXPECT_EQ(pg_choose_bounds(hundred, 4), (texts{"25", "50", "75"}));
  EXPECT_EQ(pg_choose_bounds(hundred, 1), texts());
  EXPECT_EQ(pg_choose_bounds(texts(), 4), texts());
  EXPECT_EQ(pg_choose_bounds(texts{"a", "a", "a", "b"}, 3), (texts{"a"}));
  EXPECT_EQ(pg_choose_bounds(hundred, 1000).size(), 100U); // 0 to 99, each once
}

std::string refusal(postgres_shard_options const& options) {
  auto const read = pg_read_shard_request(options);
  return read ? fmt::format("{} of {} by {}", read->base, read->relation, read->key) : read.error()->message;
}

TEST(pg_read_shard_request, knows_what_is_cut_and_by_what) {
  EXPECT_EQ(refusal({.rows = {.table = "Shop.Orders"}}),
            "SELECT * FROM \"shop\".\"orders\" of \"shop\".\"orders\" by ");
  EXPECT_EQ(refusal({.rows = {.table = "orders"}, .by = "\"Id\""}), "SELECT * FROM \"orders\" of \"orders\" by \"Id\"");
  EXPECT_EQ(refusal({.rows = {.query = "SELECT 1 WHERE {range}"}, .of = "t"}), "SELECT 1 WHERE true of \"t\" by ");
  EXPECT_EQ(refusal({.rows = {.query = "SELECT 1 AS a"}, .by = "a"}), "SELECT 1 AS a of  by \"a\"");
  EXPECT_EQ(refusal({.rows = {.query = "SELECT 1 WHERE {range}"}, .by = "a"}), "SELECT 1 WHERE true of  by \"a\"");

  EXPECT_NE(refusal({.rows = {.query = "SELECT 1"}}).find("says `{range}`"), std::string::npos);
  EXPECT_NE(refusal({.rows = {.query = "SELECT 1"}, .of = "t"}).find("says `{range}`"), std::string::npos);
  EXPECT_NE(refusal({.rows = {.query = "SELECT 1"}, .by = "a", .of = "t"}).find("where the table is cut"),
            std::string::npos);
  EXPECT_NE(refusal({.rows = {.table = "t"}, .of = "u"}).find("is the one that is read"), std::string::npos);
  EXPECT_NE(refusal({.rows = {.table = "t"}, .by = "a,b"}).find("one column"), std::string::npos);
  EXPECT_NE(refusal({.rows = {.table = "t"}, .by = "t.a"}).find("one column"), std::string::npos);
  EXPECT_NE(refusal({}).find("one of the options"), std::string::npos);
}

} // namespace
