// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/generator.hpp>

#include <copyto/schema/describe.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::batch;
using copyto::fill_status;

struct item {
  std::int64_t id = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(item, (), (id, text))

TEST(Generator, IsCalledUntilItSaysNothing) {
  std::int64_t calls = 0;
  auto source = copyto::generate([&]() -> std::optional<item> {
    if (calls == 10) {
      return std::nullopt;
    }
    return item{.id = calls++, .text = std::string(40, 'x')};
  });
  static_assert(copyto::RowSource<decltype(source)> && copyto::HasStaticSchema<decltype(source)>);
  batch out(source.schema(), 4);
  std::int64_t next = 0;
  for (std::size_t const expected : {4U, 4U, 2U}) {
    out.clear();
    fill_status const status = source.fill(out, {}).value();
    EXPECT_EQ(out.rows(), expected);
    EXPECT_EQ(status, expected == 2 ? fill_status::end : fill_status::more);
    for (std::size_t i = 0; i != out.rows(); ++i) {
      EXPECT_EQ(out.column(0).data<std::int64_t>()[i], next++);
      EXPECT_EQ(out.column(1).bytes(i), std::string(40, 'x'));
    }
  }
  EXPECT_EQ(next, 10);
}

TEST(Generator, EndsTheExportWithItsError) {
  int calls = 0;
  auto source = copyto::generate([&]() -> copyto::result<std::optional<item>> {
    if (++calls == 3) {
      return copyto::error(copyto::errc::source_failed, "the feed broke off");
    }
    return std::optional(item{.id = calls, .text = ""});
  });
  batch out(source.schema(), 10);
  auto const filled = source.fill(out, {});
  ASSERT_FALSE(filled);
  EXPECT_NE(filled.error().message().find("the feed broke off"), std::string::npos);
}

TEST(Generator, EndsABatchAtItsByteLimit) {
  auto source = copyto::generate(
      []() -> std::optional<item> { return item{.id = 1, .text = std::string(batch::default_bytes / 4, 'x')}; });
  batch out(source.schema(), 1000);
  EXPECT_EQ(source.fill(out, {}).value(), fill_status::more);
  EXPECT_GE(out.rows(), 3U);
  EXPECT_LE(out.rows(), 5U);
}

TEST(Generator, MayHaveNoRowsAtAll) {
  auto source = copyto::generate([]() -> std::optional<item> { return std::nullopt; });
  batch out(source.schema());
  EXPECT_EQ(source.fill(out, {}).value(), fill_status::end);
  EXPECT_EQ(out.rows(), 0U);
}

} // namespace
