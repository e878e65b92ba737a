// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/batch.hpp>

#include <copyto/schema/describe.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using copyto::batch;
using copyto::column_view;
using copyto::kind;

struct leg {
  std::optional<std::string> venue;
  std::int32_t lots = 0;
};
BOOST_DESCRIBE_STRUCT(leg, (), (venue, lots))

struct order {
  std::int64_t id = 0;
  std::vector<std::optional<leg>> legs;
  std::optional<std::vector<leg>> fills;
  std::map<std::string, std::optional<double>> notes;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, legs, fills, notes))

using table = copyto::schema_of<order>;

TEST(Batch, WalksAListOfOptionalStructsOfOptionals) {
  std::vector<order> const orders = {
      {.id = 1, .legs = {leg{"XETR", 5}, std::nullopt, leg{std::nullopt, 7}}, .fills = std::nullopt, .notes = {}},
      {.id = 2, .legs = {}, .fills = std::vector<leg>{}, .notes = {{"a", 1.5}, {"b", std::nullopt}}},
      {.id = 3,
       .legs = {leg{"", 9}},
       .fills = std::vector<leg>{{"XLON", 1}, {std::nullopt, 2}},
       .notes = {{"c", 2.5}}}};
  batch rows(table::fields, 10);
  table::append(rows, orders.size(), [&](std::size_t i) -> order const& { return orders[i]; });
  rows.close(orders.size());
  ASSERT_EQ(rows.rows(), 3U);

  column_view const& legs = rows.column(1);
  ASSERT_EQ(legs.type->type.id, kind::list);
  EXPECT_EQ(legs.range(0), (std::pair<std::size_t, std::size_t>(0, 3)));
  EXPECT_EQ(legs.range(1), (std::pair<std::size_t, std::size_t>(3, 3)));
  EXPECT_EQ(legs.range(2), (std::pair<std::size_t, std::size_t>(3, 4)));
  column_view const& each = legs.children[0];
  ASSERT_EQ(each.type->type.id, kind::structure);
  EXPECT_TRUE(each.type->optional);
  ASSERT_EQ(each.length, 4U);
  EXPECT_EQ(each.null_count, 1U);
  EXPECT_FALSE(each.is_null(0));
  EXPECT_TRUE(each.is_null(1));
  column_view const& venue = each.children[0];
  column_view const& lots = each.children[1];
  ASSERT_EQ(venue.length, 4U) << "a NULL struct has a slot in each of its members";
  ASSERT_EQ(lots.length, 4U);
  EXPECT_EQ(venue.bytes(0), "XETR");
  EXPECT_TRUE(venue.is_null(1));
  EXPECT_TRUE(venue.is_null(2));
  EXPECT_FALSE(venue.is_null(3)) << "an empty string is not NULL";
  EXPECT_EQ(lots.data<std::int32_t>()[0], 5);
  EXPECT_EQ(lots.data<std::int32_t>()[2], 7);
  EXPECT_EQ(lots.data<std::int32_t>()[3], 9);

  column_view const& fills = rows.column(2);
  EXPECT_TRUE(fills.is_null(0));
  EXPECT_FALSE(fills.is_null(1)) << "an empty list is not NULL";
  EXPECT_EQ(fills.range(0), (std::pair<std::size_t, std::size_t>(0, 0)));
  EXPECT_EQ(fills.range(2), (std::pair<std::size_t, std::size_t>(0, 2)));
  EXPECT_EQ(fills.children[0].children[0].bytes(0), "XLON");

  column_view const& notes = rows.column(3);
  ASSERT_EQ(notes.type->type.id, kind::map);
  EXPECT_EQ(notes.range(1), (std::pair<std::size_t, std::size_t>(0, 2)));
  EXPECT_EQ(notes.range(2), (std::pair<std::size_t, std::size_t>(2, 3)));
  EXPECT_EQ(notes.children[0].bytes(1), "b");
  EXPECT_TRUE(notes.children[1].is_null(1));
  EXPECT_EQ(notes.children[1].data<double>()[2], 2.5);
  EXPECT_EQ(table::held(orders[0]), 3 * sizeof(std::optional<leg>) + 4);
}

TEST(Batch, IsTheSameAfterItWasCleared) {
  batch rows(table::fields);
  std::vector<order> const first(5,
                                 order{.id = 1, .legs = {std::nullopt}, .fills = std::nullopt, .notes = {{"k", 1.0}}});
  std::vector<order> const second(2, order{.id = 9, .legs = {leg{"V", 3}}, .fills = std::vector<leg>(1), .notes = {}});
  for (auto const* orders : {&first, &second}) {
    rows.clear();
    EXPECT_EQ(rows.rows(), 0U);
    table::append(rows, orders->size(), [&](std::size_t i) -> order const& { return (*orders)[i]; });
    rows.close(orders->size());
  }
  ASSERT_EQ(rows.rows(), 2U);
  EXPECT_EQ(rows.column(0).length, 2U);
  EXPECT_EQ(rows.column(1).children[0].null_count, 0U);
  EXPECT_EQ(rows.column(1).range(1), (std::pair<std::size_t, std::size_t>(1, 2)));
  EXPECT_EQ(rows.column(2).null_count, 0U);
  EXPECT_EQ(rows.column(3).children[0].length, 0U);
}

TEST(Batch, NoRowsAreFineForEveryType) {
  batch rows(table::fields);
  rows.close(0);
  EXPECT_EQ(rows.rows(), 0U);
  for (std::size_t i = 0; i != rows.schema().size(); ++i) {
    EXPECT_EQ(rows.column(i).length, 0U);
  }
  EXPECT_EQ(rows.column(1).children[0].length, 0U);
}

TEST(Batch, PassesForeignColumnsOn) {
  static constexpr copyto::field fields[] = {{.name = "n", .type = {.id = kind::int32}}};
  std::int32_t const values[] = {1, 2, 3};
  batch rows(fields);
  rows.borrow(0, {.type = fields, .length = 3, .values = values});
  rows.borrowed(3);
  EXPECT_EQ(rows.rows(), 3U);
  EXPECT_EQ(rows.column(0).data<std::int32_t>(), values);
}

} // namespace
