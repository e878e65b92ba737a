// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/page_index.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;

constexpr form number{.type = physical::int32, .width = 4, .order = ordering::signed_integer};
constexpr form real{.type = physical::float64, .width = 8, .order = ordering::floating};
constexpr form text{.type = physical::byte_array, .order = ordering::text};

statistics range(int low, int high, std::uint64_t nulls = 0) {
  statistics s;
  s.add_range(low, high);
  s.add_nulls(nulls);
  return s;
}
statistics only_nulls(std::uint64_t count) {
  statistics s;
  s.add_nulls(count);
  return s;
}
statistics strings(std::vector<std::string> const& all) {
  statistics s;
  for (std::string const& value : all) {
    std::string const padded = value + std::string(8, '\0');
    s.add_bytes(padded.data(), value.size());
  }
  return s;
}
statistics reals(std::vector<double> const& all) {
  statistics s;
  s.add_floats<double>(all.data(), all.size());
  return s;
}

page_index of(form const& f, std::vector<statistics> const& pages, std::uint64_t rows = 10) {
  page_index index;
  for (statistics const& s : pages) {
    index.add(f, {.stored_bytes = 100, .slots = rows, .rows = rows, .text_bytes = 7}, s);
  }
  return index;
}
walk::value columns(page_index const& index, form const& f) {
  byte_buffer out;
  index.write_column_index(out, f);
  EXPECT_LE(out.size(), index.bytes() + page_index::struct_bytes);
  walk::thrift reader(as_text(out.view()));
  walk::value v = reader.structure();
  EXPECT_EQ(reader.at(), out.size());
  return v;
}
walk::value offsets(page_index const& index, form const& f, std::uint64_t first) {
  byte_buffer out;
  index.write_offset_index(out, f, first);
  return walk::thrift(as_text(out.view())).structure();
}
std::int64_t order(form const& f, std::vector<statistics> const& pages) { return columns(of(f, pages), f)[4].number; }

TEST(PageIndex, SaysWhatEachPageHolds) {
  walk::value const v = columns(of(number, {range(1, 5, 2), range(7, 9)}), number);
  EXPECT_EQ(v[1].list.at(0).number, 0);
  EXPECT_EQ(v[2].list.at(0).bytes, std::string("\x01\0\0\0", 4));
  EXPECT_EQ(v[3].list.at(1).bytes, std::string("\x09\0\0\0", 4));
  EXPECT_EQ(v[5].list.at(0).number, 2);
  EXPECT_EQ(v[5].list.at(1).number, 0);
  EXPECT_FALSE(v.has(8)); // no NaN counts of integers
}

TEST(PageIndex, NullPagesHaveEmptyBoundsAndDoNotDisturbTheOrder) {
  page_index const index = of(number, {only_nulls(10), range(5, 6), only_nulls(10), range(6, 8), only_nulls(10)});
  ASSERT_TRUE(index.has_column_index());
  walk::value const v = columns(index, number);
  std::vector<std::int64_t> nulls;
  for (std::size_t i = 0; i != 5; ++i) {
    nulls.push_back(v[1].list.at(i).number);
    EXPECT_EQ(v[2].list.at(i).bytes.empty(), i % 2 == 0);
    EXPECT_EQ(v[3].list.at(i).bytes.empty(), i % 2 == 0);
    EXPECT_EQ(v[5].list.at(i).number, i % 2 == 0 ? 10 : 0);
  }
  EXPECT_EQ(nulls, (std::vector<std::int64_t>{1, 0, 1, 0, 1}));
  EXPECT_EQ(v[4].number, 1);
}

TEST(PageIndex, BoundaryOrderIsTrue) {
  EXPECT_EQ(order(number, {range(1, 5), range(5, 5), range(6, 9)}), 1);
  EXPECT_EQ(order(number, {range(6, 9), range(5, 6), range(-3, 5)}), 2);
  EXPECT_EQ(order(number, {range(1, 5), range(2, 4)}), 0);              // lows ascend, highs descend
  EXPECT_EQ(order(number, {range(1, 5), range(6, 9), range(2, 9)}), 0); // only the last one disturbs
  EXPECT_EQ(order(number, {range(3, 3), range(3, 3)}), 1);
  EXPECT_EQ(order(number, {range(-1, 1), range(0, 2)}), 1); // -1 is not the largest unsigned number
}

TEST(PageIndex, BoundaryOrderIsThatOfTheTypeNotOfItsBytes) {
  form const big{.type = physical::fixed_len_byte_array, .width = 9, .order = ordering::big_endian};
  EXPECT_EQ(order(big, {range(-5, -4), range(-3, 2), range(100, 258)}), 1);
  form const wide{.type = physical::int64, .width = 8, .order = ordering::unsigned_integer};
  statistics high;
  high.add_range(~std::uint64_t{0}, ~std::uint64_t{0});
  EXPECT_EQ(order(wide, {range(1, 2), high}), 1);
  EXPECT_EQ(order(real, {reals({-2.5}), reals({-0.0}), reals({1e300})}), 1);
  EXPECT_EQ(order(real, {reals({-1}), reals({-2})}), 2);
  form const half{.type = physical::fixed_len_byte_array, .width = 2, .order = ordering::half};
  statistics minus;
  minus.add_half(0xC000);
  statistics plus;
  plus.add_half(0x3C00);
  EXPECT_EQ(order(half, {minus, plus}), 1);
  EXPECT_EQ(order(text, {strings({"a\x7F"}), strings({"a\xC3\xA4"})}), 1); // bytes are unsigned
  EXPECT_EQ(order(text, {strings({"b"}), strings({"a"})}), 2);
}

TEST(PageIndex, BoundaryOrderIsOfTheBoundsAsTheyAreCut) {
  // 64 bytes that end with a character's first half are cut before it, so the longer text has the smaller bound.
  std::string const short_one = std::string(62, 'x') + "\xC3\xA4";
  std::string const long_one = std::string(62, 'x') + "\xE2\x82\xAC" + "more";
  EXPECT_LT(short_one, long_one);
  page_index const index = of(text, {strings({short_one}), strings({long_one})});
  walk::value const v = columns(index, text);
  bool const ascending =
      v[2].list.at(0).bytes <= v[2].list.at(1).bytes && v[3].list.at(0).bytes <= v[3].list.at(1).bytes;
  EXPECT_FALSE(ascending);
  EXPECT_NE(v[4].number, 1);
}

TEST(PageIndex, APageOfNansLeavesTheColumnWithoutAColumnIndex) {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  page_index const some = of(real, {reals({1, nan, nan}), reals({2})});
  ASSERT_TRUE(some.has_column_index());
  walk::value const v = columns(some, real);
  EXPECT_EQ(v[8].list.at(0).number, 2);
  EXPECT_EQ(v[8].list.at(1).number, 0);
  page_index const all = of(real, {reals({1}), reals({nan})});
  EXPECT_FALSE(all.has_column_index());
  EXPECT_EQ(offsets(all, real, 0)[1].list.size(), 2U); // where its pages are is known still
}

TEST(PageIndex, ATypeWithoutOrderHasNoColumnIndex) {
  form const interval{.type = physical::fixed_len_byte_array, .width = 12, .order = ordering::none};
  EXPECT_FALSE(of(interval, {statistics()}).has_column_index());
  form const bytes{.type = physical::byte_array, .order = ordering::bytes};
  EXPECT_FALSE(of(bytes, {strings({std::string(70, '\xFF')})}).has_column_index()); // no upper bound
  EXPECT_FALSE(page_index().has_column_index());
}

TEST(PageIndex, FirstRowIndexCountsFromTheRowGroup) {
  page_index index;
  index.add(text, {.stored_bytes = 120, .slots = 20, .rows = 20, .text_bytes = 5}, strings({"a"}));
  index.add(text, {.stored_bytes = 80, .slots = 7, .rows = 7, .text_bytes = 6}, strings({"b"}));
  index.add(text, {.stored_bytes = 50, .slots = 3, .rows = 3, .text_bytes = 0}, only_nulls(3));
  walk::value const v = offsets(index, text, 1000);
  std::vector<std::vector<std::int64_t>> pages;
  for (walk::value const& p : v[1].list) {
    pages.push_back({p[1].number, p[2].number, p[3].number});
  }
  EXPECT_EQ(pages, (std::vector<std::vector<std::int64_t>>{{1000, 120, 0}, {1120, 80, 20}, {1200, 50, 27}}));
  EXPECT_EQ(v[2].list.at(0).number, 5);
  EXPECT_EQ(v[2].list.at(2).number, 0);
  EXPECT_FALSE(offsets(of(number, {range(1, 1)}), number, 4).has(2));
}

TEST(PageIndex, ListsOfMoreThanFourteenPagesHaveALongHeader) {
  for (std::size_t const count : {14U, 15U, 16U, 300U}) {
    page_index const index = of(number, std::vector<statistics>(count, range(1, 2)));
    walk::value const v = columns(index, number);
    EXPECT_EQ(v[1].list.size(), count);
    EXPECT_EQ(v[3].list.size(), count);
    EXPECT_EQ(v[5].list.size(), count);
    EXPECT_EQ(offsets(index, number, 4)[1].list.size(), count);
    EXPECT_LE(index.bytes(), count * page_index::max_page_bytes);
  }
}

TEST(PageIndex, ClearForgetsTheOrderToo) {
  page_index index = of(number, {range(5, 5), range(1, 1), range(3, 3)});
  index.clear();
  EXPECT_EQ(index.bytes(), 0U);
  index.add(number, {.stored_bytes = 9, .slots = 1, .rows = 1}, range(2, 2));
  EXPECT_EQ(columns(index, number)[4].number, 1);
  EXPECT_EQ(offsets(index, number, 4)[1].list.at(0)[3].number, 0);
}

} // namespace
