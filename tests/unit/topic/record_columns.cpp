// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/avro_records.hpp>
#include <copyto/topic/csv_records.hpp>
#include <copyto/topic/json_records.hpp>
#include <copyto/topic/raw_records.hpp>

#include "records.hpp"

#include <gtest/gtest.h>

namespace {

using namespace topic_tests;

template <class Format>
class EveryFormat : public testing::Test {};
using formats = testing::Types<json_records, csv_records, avro_records, raw_records>;
TYPED_TEST_SUITE(EveryFormat, formats);

constexpr field two[] = {{.name = "a", .type = {.id = kind::string}}, {.name = "b", .type = {.id = kind::string}}};

TYPED_TEST(EveryFormat, RefusesNoColumnsOthersAndOneTwice) {
  auto const begin = [](std::vector<std::size_t> const& columns) { return told(TypeParam().begin(two, columns)); };
  EXPECT_EQ(begin({}), "invalid_argument : a record has no columns; name at least one column");
  EXPECT_EQ(begin({2}), "invalid_argument : a record has column number 2, counted from 0, and the schema has 2");
  EXPECT_EQ(begin({1, 1}), "invalid_argument b: a record has a column twice; name it once");
  EXPECT_EQ(begin({1}), "no error");
}

TYPED_TEST(EveryFormat, ACopyWritesTheSame) {
  batch rows(two, 1);
  rows.buffer(0).append_copy("x");
  rows.buffer(1).append_copy("y");
  rows.close(1);
  TypeParam format;
  std::size_t const columns[] = {1};
  ASSERT_TRUE(format.begin(two, columns));
  TypeParam copy = format;
  byte_buffer a;
  byte_buffer b;
  EXPECT_TRUE(format.append(rows, 0, a));
  EXPECT_TRUE(copy.append(rows, 0, b));
  EXPECT_EQ(as_text(a.view()), as_text(b.view()));
  EXPECT_NE(as_text(a.view()).find('y'), std::string_view::npos);
  EXPECT_EQ(format.frame_bytes(), 0U);
}

} // namespace
