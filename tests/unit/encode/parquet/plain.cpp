// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/plain.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;

std::string text_of(interval const& i) {
  char out[max_interval_text];
  return std::string(out, format_interval(i, out));
}

TEST(Plain, EveryBinary16NumberWidensExactly) {
  for (unsigned bits = 0; bits != 0x10000; ++bits) {
    float const f = widen_half(static_cast<std::uint16_t>(bits));
    int const exponent = static_cast<int>(bits >> 10 & 31);
    auto const fraction = static_cast<double>(bits & 1023);
    double expected = exponent == 31  ? (fraction == 0 ? std::numeric_limits<double>::infinity() : NAN)
                      : exponent == 0 ? std::ldexp(fraction, -24)
                                      : std::ldexp(1024 + fraction, exponent - 25);
    expected = (bits & 0x8000) != 0 ? -expected : expected;
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(f));
    } else {
      ASSERT_EQ(static_cast<double>(f), expected) << bits;
      ASSERT_EQ(std::signbit(f), (bits & 0x8000) != 0);
    }
  }
}

TEST(Plain, ValuesAreCompactedAtAnyOffset) {
  std::mt19937_64 random(5);
  for (int round = 0; round != 500; ++round) {
    std::size_t const n = 1 + random() % 300;
    std::vector<std::int16_t> in(n);
    std::vector<std::uint8_t> validity((n + 7) / 8);
    std::vector<std::uint8_t> bits((n + 7) / 8);
    std::uint64_t const share = random() % 3;
    for (std::size_t i = 0; i != n; ++i) {
      in[i] = static_cast<std::int16_t>(random());
      bool const valid = share == 0 ? random() % 2 == 0 : share == 1 || i / 70 % 2 == 0;
      validity[i / 8] = static_cast<std::uint8_t>(validity[i / 8] | (valid ? 1 << i % 8 : 0));
      bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (in[i] < 0 ? 1 << i % 8 : 0));
    }
    std::size_t const offset = random() % n;
    std::size_t const first = random() % (n - offset);
    std::size_t const count = n - offset - first;
    field const type{.type = {.id = kind::int16}, .optional = true};
    column_view v{.type = &type,
                  .length = n - offset,
                  .null_count = 1,
                  .offset = offset,
                  .validity = validity.data(),
                  .values = in.data()};
    std::vector<std::int32_t> expected;
    for (std::size_t i = first; i != first + count; ++i) {
      if (!v.is_null(i)) {
        expected.push_back(in[offset + i]);
      }
    }
    ASSERT_EQ(count_values(v, first, count), expected.size());
    std::vector<std::int32_t> out(count + 1);
    std::size_t const got =
        convert_values<std::int16_t, std::int32_t>(v, first, count, out.data(), [](std::int16_t x) { return x; });
    out.resize(got);
    ASSERT_EQ(out, expected);

    v.values = bits.data();
    std::vector<std::uint8_t> packed(n / 8 + 32);
    bool any_true = false;
    bool any_false = false;
    std::size_t const at = random() % 9;
    ASSERT_EQ(pack_booleans(v, first, count, packed.data(), at, any_true, any_false), expected.size());
    bool expect_true = false;
    bool expect_false = false;
    for (std::size_t i = 0; i != expected.size(); ++i) {
      bool const bit = (packed[(at + i) / 8] >> (at + i) % 8 & 1) != 0;
      ASSERT_EQ(bit, expected[i] < 0);
      (bit ? expect_true : expect_false) = true;
    }
    EXPECT_EQ(any_true, expect_true);
    EXPECT_EQ(any_false, expect_false);
  }
}

TEST(Plain, BigEndianKeepsTheSign) {
  std::byte out[9];
  store_big_endian(out, -2, 9);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(out), 9), std::string(8, '\xff') + '\xfe');
  store_big_endian(out, 0x0102, 3);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(out), 3), std::string("\0\1\2", 3));
}

TEST(Plain, AUuidIsItsCanonicalText) {
  unsigned char const uuid[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                  0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
  char out[uuid_text_size];
  format_uuid(reinterpret_cast<std::byte const*>(uuid), out);
  EXPECT_EQ(std::string(out, sizeof out), "01234567-89ab-cdef-fedc-ba9876543210");
}

TEST(Plain, AnIntervalIsIso8601WithASignAtEachPart) {
  constexpr std::int64_t second = 1'000'000'000;
  EXPECT_EQ(text_of({}), "PT0S");
  EXPECT_EQ(text_of({.months = 14}), "P1Y2M");
  EXPECT_EQ(text_of({.months = -14, .days = 3}), "P-1Y-2M3D");
  EXPECT_EQ(text_of({.days = -1, .nanoseconds = 3723 * second}), "P-1DT1H2M3S");
  EXPECT_EQ(text_of({.nanoseconds = 1}), "PT0.000000001S");
  EXPECT_EQ(text_of({.nanoseconds = -1}), "PT-0.000000001S");
  EXPECT_EQ(text_of({.nanoseconds = -(61 * second + second / 2)}), "PT-1M-1.5S");
  EXPECT_EQ(text_of({.months = 12, .days = 0, .nanoseconds = 60 * second}), "P1YT1M");
  std::string const longest = text_of({.months = std::numeric_limits<std::int32_t>::min(),
                                       .days = std::numeric_limits<std::int32_t>::min(),
                                       .nanoseconds = std::numeric_limits<std::int64_t>::min()});
  EXPECT_EQ(longest, "P-178956970Y-8M-2147483648DT-2562047H-47M-16.854775808S");
  EXPECT_LE(longest.size(), max_interval_text);
}

std::string time_text(std::int64_t value, time_unit unit) {
  char out[max_time_text];
  return {out, format_time(value, unit, out)};
}

TEST(Plain, TimesAreTextWithTheDigitsTheyNeed) {
  EXPECT_EQ(time_text(0, time_unit::milli), "00:00:00");
  EXPECT_EQ(time_text(86'399'999, time_unit::milli), "23:59:59.999");
  EXPECT_EQ(time_text(45'296'000'000, time_unit::micro), "12:34:56");
  EXPECT_EQ(time_text(45'296'700'000, time_unit::micro), "12:34:56.7");
  EXPECT_EQ(time_text(1, time_unit::micro), "00:00:00.000001");
  EXPECT_EQ(time_text(1, time_unit::nano), "00:00:00.000000001");
  EXPECT_EQ(time_text(86'399'999'999'999, time_unit::nano), "23:59:59.999999999");
  EXPECT_EQ(time_text(3'600'000'000'100, time_unit::nano), "01:00:00.0000001");
}

} // namespace
