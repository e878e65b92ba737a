// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/leaf.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;

constexpr auto portable = reader::portable::value;
constexpr auto exact = reader::exact::value;

TEST(Leaf, DecimalsTakeTheFewestBytes) {
  // parquet-format, LogicalTypes.md: floor(log10(2^(8n-1) - 1)) digits in n bytes.
  constexpr int digits[] = {0, 2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38};
  for (int p = 1; p <= 38; ++p) {
    std::uint32_t n = 1;
    while (digits[n] < p) {
      ++n;
    }
    EXPECT_EQ(decimal_width(p), n) << p;
  }
}

TEST(Leaf, DecimalsChooseTheirPhysicalTypeByPrecision) {
  auto const of = [](std::uint8_t p) { return form_of(portable, {.id = kind::decimal, .precision = p, .scale = 1}); };
  EXPECT_EQ(of(9).type, physical::int32);
  EXPECT_EQ(of(10).type, physical::int64);
  EXPECT_EQ(of(18).type, physical::int64);
  EXPECT_EQ(of(19).type, physical::fixed_len_byte_array);
  EXPECT_EQ(of(19).width, 9U);
  EXPECT_TRUE(of(38).high == power_of_ten(38) - 1);
  EXPECT_TRUE(of(38).low == -(power_of_ten(38) - 1));
}

TEST(Leaf, PortableWidensUnsignedIntegers) {
  EXPECT_EQ(form_of(portable, {.id = kind::uint8}).bits, 16);
  EXPECT_TRUE(form_of(portable, {.id = kind::uint8}).sign);
  EXPECT_EQ(form_of(portable, {.id = kind::uint16}).type, physical::int32);
  EXPECT_EQ(form_of(portable, {.id = kind::uint16}).note, annotation::none);
  EXPECT_EQ(form_of(portable, {.id = kind::uint32}).type, physical::int64);
  form const wide = form_of(portable, {.id = kind::uint64});
  EXPECT_EQ(wide.note, annotation::decimal);
  EXPECT_EQ(wide.width, 9U);
  EXPECT_EQ(wide.precision, 20);
  EXPECT_EQ(wide.scale, 0);
  EXPECT_FALSE(form_of(exact, {.id = kind::uint64}).sign);
  EXPECT_EQ(form_of(exact, {.id = kind::uint32}).old_note, converted::uint_32);
}

TEST(Leaf, PortableTurnsRareTypesIntoText) {
  for (kind const k : {kind::uuid, kind::json, kind::enumeration, kind::interval}) {
    EXPECT_EQ(form_of(portable, {.id = k}).note, annotation::string);
    EXPECT_NE(form_of(exact, {.id = k}).note, annotation::string);
  }
  EXPECT_EQ(form_of(exact, {.id = kind::uuid}).width, 16U);
  EXPECT_EQ(form_of(exact, {.id = kind::interval}).old_note, converted::interval);
  EXPECT_EQ(form_of(portable, {.id = kind::float16}).type, physical::float32);
}

TEST(Leaf, TimesAreTextInPortable) { // C10
  for (time_unit const unit : {time_unit::milli, time_unit::micro, time_unit::nano}) {
    form const f = form_of(portable, {.id = kind::time, .unit = unit, .utc = true});
    EXPECT_EQ(f.type, physical::byte_array);
    EXPECT_EQ(f.note, annotation::string);
    EXPECT_EQ(f.how, conversion::time_text);
  }
}

TEST(Leaf, TimesAreLocalMicrosecondsWhereReadersHaveNoOthers) {
  constexpr reader::profile micros{.name = "micros", .time = true};
  form const f = form_of(micros, {.id = kind::time, .unit = time_unit::milli, .utc = true});
  EXPECT_EQ(f.type, physical::int64);
  EXPECT_EQ(f.old_note, converted::time_micros);
  EXPECT_FALSE(f.utc);
  form const e = form_of(exact, {.id = kind::time, .unit = time_unit::milli, .utc = true});
  EXPECT_EQ(e.type, physical::int32);
  EXPECT_EQ(e.old_note, converted::time_millis);
  EXPECT_TRUE(e.utc);
  EXPECT_EQ(form_of(exact, {.id = kind::time, .unit = time_unit::nano}).old_note, converted::none);
}

TEST(Leaf, LongFixedBinariesHaveNoStatistics) {
  EXPECT_EQ(form_of(portable, {.id = kind::fixed_binary, .width = 64}).order, ordering::fixed);
  EXPECT_EQ(form_of(portable, {.id = kind::fixed_binary, .width = 65}).order, ordering::none);
}

} // namespace
