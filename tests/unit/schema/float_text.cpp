// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/detail/float_text.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace {

namespace pg = copyto::detail::pg;

template <class F>
std::string text(F value) {
  char out[96];
  return {out, pg::put_float(out, value)};
}

TEST(float_text, prints_doubles_as_postgresql_does) {
  EXPECT_EQ(text(0.0), "0");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(1.5), "1.5");
  EXPECT_EQ(text(-100.0), "-100");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
  EXPECT_EQ(text(1.25e-7), "1.25e-07");
  EXPECT_EQ(text(999999999999999.0), "999999999999999");
  EXPECT_EQ(text(999999999999999.9), "999999999999999.9");
  EXPECT_EQ(text(1e15), "1e+15");
  EXPECT_EQ(text(123456789012345678.0), "1.2345678901234568e+17");
  EXPECT_EQ(text(1e20), "1e+20");
  EXPECT_EQ(text(1e300), "1e+300");
  EXPECT_EQ(text(5e-324), "5e-324");
  EXPECT_EQ(text(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(text(-std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(float_text, prints_floats_with_their_own_limit) {
  EXPECT_EQ(text(0.1F), "0.1");
  EXPECT_EQ(text(999999.0F), "999999");
  EXPECT_EQ(text(1e6F), "1e+06");
  EXPECT_EQ(text(1234567.0F), "1.234567e+06");
  EXPECT_EQ(text(16777216.0F), "1.6777216e+07");
  EXPECT_EQ(text(1e-4F), "0.0001");
  EXPECT_EQ(text(1e-5F), "1e-05");
  EXPECT_EQ(text(1e-45F), "1e-45");
  EXPECT_EQ(text(std::numeric_limits<float>::max()), "3.4028235e+38");
  EXPECT_EQ(text(-std::numeric_limits<float>::infinity()), "-Infinity");
  EXPECT_EQ(text(-0.0F), "-0");
}

// Only rounding to even reads 1e23 and 3.355445e7 back as these numbers, so PostgreSQL prints more digits. All
// expectations were read from PostgreSQL 15.
TEST(float_text, does_not_print_a_number_halfway_between_two_others) {
  EXPECT_EQ(text(std::bit_cast<double>(0x44b52d02c7e14af6ULL)), "9.999999999999999e+22");
  EXPECT_EQ(text(std::bit_cast<double>(0x44b52d02c7e14af7ULL)), "1.0000000000000001e+23");
  EXPECT_EQ(text(18014398509481988.0), "1.8014398509481988e+16");
  EXPECT_EQ(text(33554448.0F), "3.3554448e+07");
  EXPECT_EQ(text(33554472.0F), "3.3554472e+07");
}

TEST(float_text, brings_every_number_back) {
  std::mt19937_64 random(20);
  for (int i = 0; i != 20'000; ++i) {
    auto const d = std::bit_cast<double>(random());
    auto const f = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isfinite(d)) {
      std::string const t = text(d);
      char* end = nullptr;
      double const back = std::strtod(t.c_str(), &end);
      ASSERT_EQ(end, t.c_str() + t.size());
      ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(d)) << t;
      ASSERT_LE(t.size(), 26U);
    }
    if (std::isfinite(f)) {
      std::string const t = text(f);
      char* end = nullptr;
      float const back = std::strtof(t.c_str(), &end);
      ASSERT_EQ(end, t.c_str() + t.size());
      ASSERT_EQ(std::bit_cast<std::uint32_t>(back), std::bit_cast<std::uint32_t>(f)) << t;
    }
  }
}

TEST(float_text, widens_halves_exactly) {
  EXPECT_EQ(pg::widen_half(0x3c00), 1.0F);
  EXPECT_EQ(pg::widen_half(0xc000), -2.0F);
  EXPECT_EQ(pg::widen_half(0x7bff), 65504.0F);
  EXPECT_EQ(pg::widen_half(0x0400), 0x1p-14F);
  EXPECT_EQ(pg::widen_half(0x0001), 0x1p-24F);
  EXPECT_EQ(pg::widen_half(0x03ff), 1023 * 0x1p-24F);
  EXPECT_TRUE(std::signbit(pg::widen_half(0x8000)));
  EXPECT_EQ(pg::widen_half(0x8000), 0.0F);
  EXPECT_EQ(pg::widen_half(0xfc00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(pg::widen_half(0x7e00)));
}

TEST(float_text, reads_what_from_chars_reads) {
  using copyto::detail::pg::read_float;
  std::mt19937_64 random(21);
  for (int i = 0; i != 20'000; ++i) {
    auto const wanted = std::bit_cast<double>(random());
    if (!std::isfinite(wanted)) {
      continue;
    }
    for (auto const form : {std::chars_format::scientific, std::chars_format::fixed}) {
      char buffer[400];
      std::string const t(buffer, std::to_chars(buffer, buffer + 400, wanted, form).ptr);
      double back = 0;
      ASSERT_TRUE(read_float(t, back)) << t;
      ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(wanted)) << t;
    }
  }
  double d = 7;
  for (auto const& [text, wanted] : {std::pair("0", 0.0),
                                     {"-0", -0.0},
                                     {".5", 0.5},
                                     {"5.", 5.0},
                                     {"1.50e1", 15.0},
                                     {"1E+2", 100.0},
                                     {"1e-2", 0.01},
                                     {"Infinity", HUGE_VAL},
                                     {"-inf", -HUGE_VAL}}) {
    ASSERT_TRUE(read_float(text, d)) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(d), std::bit_cast<std::uint64_t>(wanted)) << text;
  }
  EXPECT_TRUE(read_float("NaN", d));
  EXPECT_TRUE(std::isnan(d));
  d = 7;
  for (char const* text : {"", "-", ".", "e5", "1e", "1e+", "1e+-5", "1x", " 1", "1 ", "+1", "1.2.3", "1,5", "0x10",
                           "1e400", "infinit", "--1", "1e99999999999"}) {
    EXPECT_FALSE(read_float(text, d)) << text;
  }
  float f = 0;
  EXPECT_TRUE(read_float("16777217.5", f)) << "nearest float, not the nearest double's";
  EXPECT_EQ(f, 16777218.0F);
  EXPECT_FALSE(read_float("1e39", f));
  EXPECT_EQ(d, 7);
}

} // namespace
