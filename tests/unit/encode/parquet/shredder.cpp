// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/shredder.hpp>
#include <copyto/schema/batch.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace {

using namespace copyto;
using detail::leaf_rows;
using detail::shredder;
using numbers = std::vector<std::uint32_t>;

constexpr field code{.name = "element", .type = {.id = kind::int32}, .optional = true};
constexpr field codes{.name = "element", .type = {.id = kind::list}, .optional = true, .nodes = &code, .node_count = 1};
constexpr field nested{.name = "n", .type = {.id = kind::list}, .optional = true, .nodes = &codes, .node_count = 1};

numbers levels(std::uint8_t const* of, leaf_rows const& in) {
  numbers all;
  for (std::uint32_t i = 0; of != nullptr && i != in.entries->back(); ++i) {
    all.push_back(of[i]);
  }
  return all;
}

/// [[1, NULL], NULL], NULL, [], [[], [2]], [[3]]
void fill(column_buffer& to) {
  column_buffer& inner = to.child(0);
  auto const put = [&](std::int32_t value) { inner.child(0).append_fixed(value); };
  put(1);
  inner.child(0).append_null();
  inner.append_list();
  inner.append_null();
  to.append_list();
  to.append_null();
  to.append_list();
  inner.append_list();
  put(2);
  inner.append_list();
  to.append_list();
  put(3);
  inner.append_list();
  to.append_list();
}

TEST(Shredder, LevelsSayWhereAnEntryEndsAndWhatRepeats) {
  column_buffer column(nested);
  fill(column);
  shredder apart(nested);
  apart.shred(column.view(), 0, 5);
  ASSERT_EQ(apart.leaves().size(), 1U);
  leaf_rows const& in = apart.leaves()[0];
  // 0: NULL, 1: empty, 2: inner NULL, 3: inner empty, 4: NULL element, 5: a value
  EXPECT_EQ(levels(in.definition, in), (numbers{5, 4, 2, 0, 1, 3, 5, 5}));
  EXPECT_EQ(levels(in.repetition, in), (numbers{0, 2, 1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(*in.entries, (numbers{0, 3, 4, 5, 7, 8}));
  EXPECT_EQ(*in.slots, (numbers{0, 2, 2, 2, 3, 4}));
  EXPECT_EQ(shredder::slots_below(column.view(), 0, 5), 5U + 5 + 4);
}

TEST(Shredder, RowsCanBeTakenFromTheMiddle) {
  column_buffer column(nested);
  fill(column);
  shredder apart(nested);
  apart.shred(column.view(), 3, 2);
  leaf_rows const& in = apart.leaves()[0];
  EXPECT_EQ(levels(in.definition, in), (numbers{3, 5, 5}));
  EXPECT_EQ(levels(in.repetition, in), (numbers{0, 1, 0}));
  EXPECT_EQ(*in.entries, (numbers{0, 2, 3}));
  EXPECT_EQ(in.first_row, 3U);
  EXPECT_EQ(in.values.data<std::int32_t>()[(*in.slots)[0]], 2);
  EXPECT_EQ(in.values.data<std::int32_t>()[(*in.slots)[1]], 3);
}

TEST(Shredder, WithoutNullsThereIsNothingToMark) {
  static constexpr field plain{.name = "element", .type = {.id = kind::int32}};
  static constexpr field list{.name = "l", .type = {.id = kind::list}, .nodes = &plain, .node_count = 1};
  column_buffer column(list);
  for (std::int32_t i = 0; i != 4; ++i) {
    column.child(0).append_fixed(i);
    column.child(0).append_fixed(-i);
    column.append_list();
  }
  shredder apart(list);
  apart.shred(column.view(), 0, 4);
  leaf_rows const& in = apart.leaves()[0];
  EXPECT_EQ(in.definition, nullptr);
  EXPECT_EQ(levels(in.repetition, in), (numbers{0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(in.values.validity, nullptr);
}

TEST(Shredder, WhatLiesBelowANullIsNoValue) {
  // Struct 1 is NULL, and its member's slot has a value. List 0 is NULL, and has elements.
  static constexpr field member[] = {{.name = "v", .type = {.id = kind::int32}}};
  static constexpr field row{
      .name = "r", .type = {.id = kind::structure}, .optional = true, .nodes = member, .node_count = 1};
  std::int32_t const values[] = {10, 11, 12, 13, 14};
  column_view const child{.type = member, .length = 5, .values = values};
  std::uint8_t const second_is_null[] = {0b101};
  column_view const rows{.type = &row, .length = 3, .null_count = 1, .validity = second_is_null, .children = &child};
  shredder of_struct(row);
  of_struct.shred(rows, 0, 3);
  leaf_rows const& members = of_struct.leaves()[0];
  EXPECT_EQ(levels(members.definition, members), (numbers{1, 0, 1}));
  EXPECT_TRUE(members.values.is_null(1));
  EXPECT_EQ(members.values.null_count, 1U);

  static constexpr field list{
      .name = "l", .type = {.id = kind::list}, .optional = true, .nodes = member, .node_count = 1};
  std::int32_t const offsets[] = {0, 2, 3, 5};
  std::uint8_t const middle_is_null[] = {0b101};
  column_view const lists{
      .type = &list, .length = 3, .null_count = 1, .validity = middle_is_null, .offsets = offsets, .children = &child};
  shredder of_list(list);
  of_list.shred(lists, 0, 3);
  leaf_rows const& elements = of_list.leaves()[0];
  EXPECT_EQ(levels(elements.definition, elements), (numbers{2, 2, 0, 2, 2}));
  numbers seen;
  for (std::uint32_t slot = 0; slot != elements.slots->back(); ++slot) {
    if (!elements.values.is_null(slot)) {
      seen.push_back(static_cast<std::uint32_t>(elements.values.data<std::int32_t>()[slot]));
    }
  }
  EXPECT_EQ(seen, (numbers{10, 11, 13, 14}));
}

} // namespace
