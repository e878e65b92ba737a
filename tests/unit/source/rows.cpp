// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/rows.hpp>

#include <copyto/schema/describe.hpp>
#include <copyto/source/any.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <forward_list>
#include <list>
#include <ranges>
#include <sstream>
#include <string>
#include <vector>

namespace {

using copyto::batch;
using copyto::fill_status;

struct item {
  std::int64_t id = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(item, (), (id, text))

item make(std::int64_t i) {
  return {.id = i, .text = "a text that does not fit into the string itself, " + std::to_string(i)};
}

template <class Range>
Range items(std::int64_t count) {
  Range range;
  for (std::int64_t i = count; i != 0; --i) {
    range.insert(range.begin(), make(i - 1));
  }
  return range;
}

/// Reads all and checks ids and texts; returns the sizes of the batches.
template <class Source>
std::vector<std::size_t> read(Source& source, std::size_t capacity, std::int64_t count) {
  static_assert(copyto::RowSource<Source>);
  batch out(source.schema(), capacity);
  std::vector<std::size_t> sizes;
  std::int64_t next = 0;
  for (auto status = fill_status::more; status == fill_status::more;) {
    out.clear();
    status = source.fill(out, {}).value();
    EXPECT_LE(out.rows(), capacity);
    for (std::size_t i = 0; i != out.rows(); ++i, ++next) {
      EXPECT_EQ(out.column(0).template data<std::int64_t>()[i], next);
      EXPECT_EQ(out.column(1).bytes(i), make(next).text);
    }
    sizes.push_back(out.rows());
    EXPECT_LE(sizes.size(), static_cast<std::size_t>(count) + 2) << "it does not end";
    if (sizes.size() > static_cast<std::size_t>(count) + 2) {
      break;
    }
  }
  EXPECT_EQ(next, count);
  return sizes;
}

TEST(Rows, KnowHowManyComeWhereTheRangeDoes) {
  auto const three = items<std::vector<item>>(3);
  auto borrowed = copyto::rows(three);
  EXPECT_EQ(copyto::source_ref(borrowed).hint().rows, 3U);
  EXPECT_EQ(copyto::any_source(copyto::rows(items<std::list<item>>(2))).hint().rows, 2U);
  auto some = copyto::rows(three | std::views::filter([](item const& i) { return i.id != 1; }));
  EXPECT_EQ(copyto::source_ref(some).hint().rows, std::nullopt);
}

TEST(Rows, OfEveryKindOfRangeComeInOrderInBatchesOfTheAskedSize) {
  for (std::int64_t const count : {0, 1, 6, 7, 8, 21}) {
    auto const vector = items<std::vector<item>>(count);
    auto const deque = items<std::deque<item>>(count);
    auto const list = items<std::list<item>>(count);
    auto a = copyto::rows(vector);
    auto b = copyto::rows(deque);
    auto c = copyto::rows(list);
    auto d = copyto::rows(items<std::vector<item>>(count));
    auto e = copyto::rows(items<std::list<item>>(count));
    auto f = copyto::rows(std::views::iota(std::int64_t{0}, count) | std::views::transform(make));
    auto const sizes = read(a, 7, count);
    EXPECT_EQ(read(b, 7, count), sizes);
    EXPECT_EQ(read(c, 7, count), sizes);
    EXPECT_EQ(read(d, 7, count), sizes);
    EXPECT_EQ(read(e, 7, count), sizes);
    EXPECT_EQ(read(f, 7, count), sizes);
  }
}

TEST(Rows, OfALastingRangeAreBorrowed) {
  auto const list = items<std::list<item>>(3);
  auto source = copyto::rows(list);
  batch out(source.schema());
  (void)source.fill(out, {}).value();
  EXPECT_EQ(out.column(1).bytes(0).data(), list.front().text.data());
}

TEST(Rows, OfAnInputRangeAreReadOnceAndOnlyWhenWanted) {
  std::istringstream text("0 1 2 3 4 5 6 7 8 9");
  int made = 0;
  auto view = std::views::istream<int>(text) | std::views::transform([&](int i) {
                ++made;
                return make(i);
              });
  auto source = copyto::rows(std::move(view));
  EXPECT_EQ(made, 0);
  EXPECT_EQ(read(source, 4, 10), (std::vector<std::size_t>{4, 4, 2}));
  EXPECT_EQ(made, 10);
}

TEST(Rows, OwnedOnesSurviveAMoveOfTheSource) {
  auto first = copyto::rows(items<std::list<item>>(5));
  batch out(first.schema(), 2);
  (void)first.fill(out, {}).value();
  auto second = std::move(first);
  out.clear();
  (void)second.fill(out, {}).value();
  EXPECT_EQ(out.column(0).data<std::int64_t>()[0], 2);
}

TEST(Rows, StagedBatchesEndAtTheirByteLimit) {
  std::size_t const size = batch::default_bytes / 4;
  auto source = copyto::rows(std::views::iota(0, 10) | std::views::transform([&](int i) {
                               return item{.id = i, .text = std::string(size, 'x')};
                             }));
  batch out(source.schema(), 1000);
  EXPECT_EQ(source.fill(out, {}).value(), fill_status::more);
  EXPECT_LE(out.rows(), 5U);
  EXPECT_GE(out.rows(), 3U);
}

TEST(Rows, KnowTheirSchemaAtCompileTime) {
  using source = decltype(copyto::rows(std::declval<std::vector<item>&>()));
  static_assert(copyto::HasStaticSchema<source>);
  static_assert(source::static_schema.size() == 2);
  static_assert(!copyto::RowSource<decltype(copyto::rows(std::declval<std::vector<int>&>()))>);
}

TEST(SourceRef, LendsAndAnySourceOwns) {
  auto owned = copyto::any_source(copyto::rows(items<std::vector<item>>(5)));
  EXPECT_EQ(read(owned, 2, 5), (std::vector<std::size_t>{2, 2, 1}));
  auto source = copyto::rows(items<std::vector<item>>(5));
  copyto::source_ref ref(source);
  EXPECT_EQ(ref.schema().data(), source.schema().data());
}

TEST(SourceRef, OfAnAnySourceSplitsWhereTheSourceInsideDoes) {
  auto const three = items<std::vector<item>>(3);
  copyto::any_source splits = copyto::rows(three);
  EXPECT_TRUE(copyto::source_ref(splits).splits());
  EXPECT_EQ(copyto::source_ref(splits).row_count(), 3U);
  copyto::any_source does_not = copyto::rows(items<std::list<item>>(3));
  EXPECT_FALSE(copyto::source_ref(does_not).splits());
}

} // namespace
