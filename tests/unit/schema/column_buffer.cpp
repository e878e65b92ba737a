// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/column_buffer.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace {

using copyto::bytes_form;
using copyto::column_buffer;
using copyto::column_view;
using copyto::field;
using copyto::kind;

constexpr field integer{.name = "i", .type = {.id = kind::int64}, .optional = true};
constexpr field text{.name = "t", .type = {.id = kind::string}, .optional = true};
constexpr field flag{.name = "b", .type = {.id = kind::boolean}, .optional = true};

TEST(ColumnBuffer, HasNoBitmapWithoutNulls) {
  column_buffer column(integer);
  for (std::int64_t i = 0; i != 100; ++i) {
    column.append_fixed(i);
  }
  column_view const view = column.view();
  EXPECT_EQ(view.length, 100U);
  EXPECT_EQ(view.null_count, 0U);
  EXPECT_EQ(view.validity, nullptr);
  for (std::size_t i = 0; i != 100; ++i) {
    EXPECT_FALSE(view.is_null(i));
    EXPECT_EQ(view.data<std::int64_t>()[i], static_cast<std::int64_t>(i));
  }
}

TEST(ColumnBuffer, NullsAreRightWhereverTheFirstOneComes) {
  for (std::size_t first = 0; first != 20; ++first) {
    column_buffer numbers(integer);
    column_buffer flags(flag);
    for (std::size_t i = 0; i != 40; ++i) {
      if (i >= first && (i - first) % 3 == 0) {
        numbers.append_null();
        flags.append_null();
      } else {
        numbers.append_fixed(static_cast<std::int64_t>(i));
        flags.append_bool(i % 2 == 0);
      }
    }
    column_view const n = numbers.view();
    column_view const b = flags.view();
    std::size_t nulls = 0;
    for (std::size_t i = 0; i != 40; ++i) {
      bool const null = i >= first && (i - first) % 3 == 0;
      nulls += null ? 1 : 0;
      ASSERT_EQ(n.is_null(i), null) << first << ' ' << i;
      ASSERT_EQ(b.is_null(i), null) << first << ' ' << i;
      if (!null) {
        ASSERT_EQ(n.data<std::int64_t>()[i], static_cast<std::int64_t>(i));
        ASSERT_EQ(b.bit(i), i % 2 == 0);
      }
    }
    EXPECT_EQ(n.null_count, nulls);
    EXPECT_EQ(b.null_count, nulls);
  }
}

TEST(ColumnBuffer, StringsAreCopiedOrBorrowedWithNullsBeforeBetweenAndAfter) {
  std::vector<std::string> const values = {"", "a", std::string(100, 'x'), std::string("nul\0nul", 7)};
  for (bool const copy : {false, true}) {
    column_buffer column(text);
    column.append_null();
    column.append_null();
    for (std::string const& v : values) {
      if (copy) {
        column.append_copy(v);
      } else {
        column.append_view(v);
      }
      column.append_null();
    }
    column_view const view = column.view();
    EXPECT_EQ(view.form, copy ? bytes_form::offsets64 : bytes_form::views);
    ASSERT_EQ(view.length, 2 + 2 * values.size());
    EXPECT_EQ(view.null_count, 2 + values.size());
    for (std::size_t i = 0; i != values.size(); ++i) {
      EXPECT_FALSE(view.is_null(2 + 2 * i));
      EXPECT_EQ(view.bytes(2 + 2 * i), values[i]);
      EXPECT_EQ(view.bytes(2 + 2 * i).data() == values[i].data(), !copy);
      EXPECT_TRUE(view.is_null(3 + 2 * i));
      EXPECT_TRUE(view.bytes(3 + 2 * i).empty());
    }
  }
}

TEST(ColumnBuffer, StringsThatAreAllNullOrNoneHaveAForm) {
  column_buffer column(text);
  EXPECT_EQ(column.view().form, bytes_form::views);
  column.clear();
  column.append_null();
  column.append_null();
  column_view const view = column.view();
  EXPECT_EQ(view.length, 2U);
  EXPECT_NE(view.form, bytes_form::none);
  EXPECT_TRUE(view.is_null(0) && view.is_null(1));
  EXPECT_TRUE(view.bytes(1).empty());
}

TEST(ColumnBuffer, ClearStartsAfreshAndChangesTheForm) {
  column_buffer column(text);
  column.append_null();
  column.append_copy("abc");
  column.clear();
  EXPECT_EQ(column.size(), 0U);
  column.append_view("xyz");
  column_view const view = column.view();
  EXPECT_EQ(view.length, 1U);
  EXPECT_EQ(view.null_count, 0U);
  EXPECT_EQ(view.bytes(0), "xyz");
}

TEST(ColumnBuffer, ExtendGoesOnAfterNulls) {
  column_buffer column(integer);
  column.append_null();
  auto* at = column.extend<std::int64_t>(9);
  for (std::int64_t i = 0; i != 9; ++i) {
    at[i] = i;
  }
  column.append_null();
  at = column.extend<std::int64_t>(1);
  *at = 77;
  column_view const view = column.view();
  ASSERT_EQ(view.length, 12U);
  EXPECT_EQ(view.null_count, 2U);
  for (std::size_t i = 0; i != 12; ++i) {
    EXPECT_EQ(view.is_null(i), i == 0 || i == 10) << i;
  }
  EXPECT_EQ(view.data<std::int64_t>()[9], 8);
  EXPECT_EQ(view.data<std::int64_t>()[11], 77);
}

TEST(ColumnBuffer, FixedWidthValuesAreTakenRaw) {
  field const uuid{.name = "u", .type = {.id = kind::uuid}};
  std::array<std::byte, 16> value{};
  value[0] = std::byte{1};
  value[15] = std::byte{0xFE};
  column_buffer column(uuid);
  column.append_null();
  column.append_raw(value.data());
  column_view const view = column.view();
  EXPECT_EQ(view.bytes(1), copyto::as_text(value));
  field const odd{.name = "f", .type = {.id = kind::fixed_binary, .width = 3}};
  column_buffer threes(odd);
  for (char const* p : {"abc", "def"}) {
    threes.append_raw(reinterpret_cast<std::byte const*>(p));
  }
  EXPECT_EQ(threes.view().bytes(1), "def");
}

TEST(ColumnView, OffsetsShiftEverySlot) {
  // As Arrow slices come: a view into the middle of somebody's buffers.
  std::int32_t const offsets[] = {0, 1, 1, 4, 6};
  std::uint8_t const validity = 0b1101;
  std::int64_t const numbers[] = {10, 11, 12, 13};
  column_view const strings{.type = &text,
                            .length = 2,
                            .null_count = 1,
                            .offset = 1,
                            .validity = &validity,
                            .values = "abcdef",
                            .offsets = offsets,
                            .form = bytes_form::offsets32};
  EXPECT_TRUE(strings.is_null(0));
  EXPECT_FALSE(strings.is_null(1));
  EXPECT_EQ(strings.bytes(1), "bcd");
  column_view const ints{.type = &integer, .length = 2, .offset = 2, .values = numbers};
  EXPECT_EQ(ints.data<std::int64_t>()[0], 12);
  std::uint8_t const bits = 0b0100;
  column_view const flags{.type = &flag, .length = 2, .offset = 2, .values = &bits};
  EXPECT_TRUE(flags.bit(0));
  EXPECT_FALSE(flags.bit(1));
}

} // namespace
