// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/decimal.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using copyto::decimal;
using copyto::errc;
using copyto::int128;
using copyto::parse_decimal;

TEST(ParseDecimal, ReadsPlainNumbersExactly) {
  struct row {
    std::string_view text;
    int precision, scale;
    int128 value;
  };
  for (row const& r : {row{"0", 1, 0, 0}, row{"12.34", 5, 2, 1234}, row{"-12.34", 4, 2, -1234}, row{"+7", 3, 1, 70},
                       row{".5", 2, 1, 5}, row{"5.", 2, 1, 50}, row{"-0", 2, 0, 0}, row{"000123", 3, 0, 123},
                       row{"1.500", 3, 2, 150}, row{"99999.99", 7, 2, 9999999}, row{"0.001", 3, 3, 1}}) {
    auto const got = parse_decimal(r.text, r.precision, r.scale);
    ASSERT_TRUE(got) << r.text << ": " << got.error().message();
    EXPECT_TRUE(*got == r.value) << r.text;
  }
  int128 const all_nines = copyto::power_of_ten(38) - 1;
  EXPECT_TRUE(parse_decimal(std::string(38, '9'), 38, 0).value() == all_nines);
  EXPECT_TRUE(parse_decimal("-" + std::string(38, '9'), 38, 0).value() == -all_nines);
  EXPECT_TRUE(parse_decimal("0." + std::string(38, '9'), 38, 38).value() == all_nines);
}

TEST(ParseDecimal, NeverRounds) {
  for (std::string_view const text : {"1.235", "100", "-100", "1000000000000000000000000000000000000000000", "0.001"}) {
    auto const got = parse_decimal(text, 4, 2);
    ASSERT_FALSE(got) << text;
    EXPECT_TRUE(got.error().is(errc::value_out_of_range));
    EXPECT_NE(got.error().message().find("decimal(4,2)"), std::string::npos) << got.error().message();
  }
  EXPECT_FALSE(parse_decimal("1" + std::string(38, '0'), 38, 0));
  EXPECT_FALSE(parse_decimal("1", 38, 38));
  // 39 digits of which 128 bits would keep a small number
  EXPECT_FALSE(parse_decimal("35" + std::string(37, '0'), 38, 0));
  EXPECT_FALSE(parse_decimal("-35" + std::string(37, '0'), 38, 0));
  EXPECT_FALSE(parse_decimal("3.5" + std::string(37, '0'), 38, 38));
  EXPECT_FALSE(parse_decimal("35" + std::string(17, '0'), 38, 20));
}

TEST(ParseDecimal, RefusesWhatIsNoPlainNumber) {
  for (std::string_view const text :
       {"", "-", "+", ".", "-.", "1e3", " 1", "1 ", "1,5", "1.2.3", "--1", "0x1", "NaN", "Infinity", "1_000"}) {
    EXPECT_FALSE(parse_decimal(text, 38, 10)) << '"' << text << '"';
  }
  EXPECT_FALSE(parse_decimal(std::string_view("1\0", 2), 38, 10));
}

TEST(ParseDecimal, CutsALongTextInItsMessage) {
  auto const got = parse_decimal(std::string(1'000'000, 'x'), 4, 2);
  EXPECT_LT(got.error().message().size(), 300U);
}

TEST(Decimal, IsAlwaysInRange) {
  using price = decimal<5, 2>;
  EXPECT_EQ(price::from_unscaled(99999).value().unscaled(), 99999);
  EXPECT_FALSE(price::from_unscaled(100000));
  EXPECT_FALSE(price::from_unscaled(-100000));
  EXPECT_EQ(price::parse("-999.99").value().unscaled(), -99999);
  EXPECT_FALSE(price::parse("1000"));
  EXPECT_FALSE((decimal<9>::from_unscaled(int128{1} << 100)));
  EXPECT_EQ(price().unscaled(), 0);
  EXPECT_LT(price::parse("1.1").value(), price::parse("1.2").value());
}

TEST(Decimal, TakesTheSmallestStorage) {
  static_assert(sizeof(decimal<9>) == 4 && sizeof(decimal<10>) == 8 && sizeof(decimal<18>) == 8 &&
                sizeof(decimal<19>) == 16 && sizeof(decimal<38, 38>) == 16);
}

} // namespace
