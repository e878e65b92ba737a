// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/detail/value_text.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

namespace pg = copyto::detail::pg;
using copyto::int128;
using copyto::interval;
using copyto::kind;
using enum copyto::time_unit;

/// What `put(out)` writes; also that it stays within `max_text`.
template <class F>
std::string written(F put) {
  char out[pg::max_text + 1];
  out[pg::max_text] = '#';
  char* const end = put(out);
  EXPECT_EQ(out[pg::max_text], '#');
  return end == nullptr ? "(refused)" : std::string(+out, end);
}
std::string decimal(int128 unscaled, unsigned scale) {
  return written([&](char* out) { return pg::put_decimal(out, unscaled, scale); });
}
std::string date(std::int32_t days) {
  return written([&](char* out) { return pg::put_date(out, days); });
}
std::string time(std::int64_t value, copyto::time_unit unit, bool utc = false) {
  return written([&](char* out) { return pg::put_time(out, value, unit, utc); });
}
std::string timestamp(std::int64_t value, copyto::time_unit unit, bool utc = false) {
  return written([&](char* out) { return pg::put_timestamp(out, value, unit, utc); });
}
std::string span(std::int32_t months, std::int32_t days, std::int64_t nanoseconds) {
  return written([&](char* out) { return pg::put_interval(out, interval{months, days, nanoseconds}); });
}

constexpr auto min64 = std::numeric_limits<std::int64_t>::min();
constexpr auto max64 = std::numeric_limits<std::int64_t>::max();
constexpr auto min32 = std::numeric_limits<std::int32_t>::min();
constexpr auto max32 = std::numeric_limits<std::int32_t>::max();

TEST(csv_text, decimals_have_all_digits_of_their_scale) {
  EXPECT_EQ(decimal(0, 0), "0");
  EXPECT_EQ(decimal(0, 2), "0.00");
  EXPECT_EQ(decimal(-5, 2), "-0.05");
  EXPECT_EQ(decimal(50, 2), "0.50");
  EXPECT_EQ(decimal(1230, 2), "12.30");
  EXPECT_EQ(decimal(-1, 0), "-1");
  EXPECT_EQ(decimal(min64, 0), "-9223372036854775808");
  EXPECT_EQ(decimal(min64, 18), "-9.223372036854775808");
  EXPECT_EQ(decimal(copyto::power_of_ten(38) - 1, 0), "99999999999999999999999999999999999999");
  EXPECT_EQ(decimal(1 - copyto::power_of_ten(38), 38), "-0.99999999999999999999999999999999999999");
  EXPECT_EQ(decimal(copyto::power_of_ten(37), 37), "1.0000000000000000000000000000000000000");
  EXPECT_EQ(decimal(copyto::power_of_ten(20), 19), "10.0000000000000000000");
}

TEST(csv_text, dates_follow_the_proleptic_gregorian_calendar) {
  EXPECT_EQ(date(0), "1970-01-01");
  EXPECT_EQ(date(-1), "1969-12-31");
  EXPECT_EQ(date(19'782), "2024-02-29");
  EXPECT_EQ(date(-719'162), "0001-01-01");
  EXPECT_EQ(date(-719'163), "0001-12-31 BC");
  EXPECT_EQ(date(-719'528), "0001-01-01 BC");
  EXPECT_EQ(date(2'932'896), "9999-12-31");
  EXPECT_EQ(date(2'932'897), "10000-01-01");
  EXPECT_EQ(date(max32), "5881580-07-11");
  EXPECT_EQ(date(min32), "5877642-06-23 BC");
}

TEST(csv_text, times_end_with_their_last_digit) {
  EXPECT_EQ(time(0, milli), "00:00:00");
  EXPECT_EQ(time(36'610'100, milli), "10:10:10.1");
  EXPECT_EQ(time(36'610'000'001, micro), "10:10:10.000001");
  EXPECT_EQ(time(36'610'000'000'120, nano), "10:10:10.00000012");
  EXPECT_EQ(time(86'399'999'999'999, nano, true), "23:59:59.999999999+00");
  EXPECT_EQ(time(86'400'000, milli), "24:00:00");
}

TEST(csv_text, times_outside_of_a_day_are_refused) {
  EXPECT_EQ(time(-1, micro), "(refused)");
  EXPECT_EQ(time(86'400'001, milli), "(refused)");
}

TEST(csv_text, timestamps_carry_zone_and_era) {
  EXPECT_EQ(timestamp(0, milli), "1970-01-01 00:00:00");
  EXPECT_EQ(timestamp(1'282'037'410'000'000, micro, true), "2010-08-17 09:30:10+00");
  EXPECT_EQ(timestamp(-1, micro), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(timestamp(-1, nano, true), "1969-12-31 23:59:59.999999999+00");
  EXPECT_EQ(timestamp(-62'135'596'800'001, milli, true), "0001-12-31 23:59:59.999+00 BC");
  EXPECT_EQ(timestamp(min64, nano), "1677-09-21 00:12:43.145224192");
  EXPECT_EQ(timestamp(max64, nano), "2262-04-11 23:47:16.854775807");
  EXPECT_EQ(timestamp(min64, milli, true), "292275056-05-16 16:47:04.192+00 BC");
  EXPECT_EQ(timestamp(max64, milli, true), "292278994-08-17 07:12:55.807+00");
}

// Expectations from PostgreSQL 15, except for those of more than six fraction digits.
TEST(csv_text, intervals_have_the_postgres_style) {
  constexpr std::int64_t second = 1'000'000'000;
  EXPECT_EQ(span(0, 0, 0), "00:00:00");
  EXPECT_EQ(span(14, 3, 14'706 * second + 700'000'000), "1 year 2 mons 3 days 04:05:06.7");
  EXPECT_EQ(span(12, 0, 0), "1 year");
  EXPECT_EQ(span(-14, 1, 0), "-1 years -2 mons +1 day");
  EXPECT_EQ(span(1, -1, 3600 * second), "1 mon -1 days +01:00:00");
  EXPECT_EQ(span(0, -1, -3600 * second), "-1 days -01:00:00");
  EXPECT_EQ(span(0, 0, -500'000'000), "-00:00:00.5");
  EXPECT_EQ(span(0, 2, 1), "2 days 00:00:00.000000001");
  EXPECT_EQ(span(0, 0, 360'000 * second), "100:00:00");
  EXPECT_EQ(span(min32, min32, min64), "-178956970 years -8 mons -2147483648 days -2562047:47:16.854775808");
  EXPECT_EQ(span(min32, max32, max64), "-178956970 years -8 mons +2147483647 days 2562047:47:16.854775807");
}

TEST(csv_text, edges_are_as_postgresql_15_prints_them) {
  constexpr std::int64_t second = 1'000'000'000;
  EXPECT_EQ(span(-10, 0, 0), "-10 mons");
  EXPECT_EQ(span(1, -3, -1000), "1 mon -3 days -00:00:00.000001");
  EXPECT_EQ(span(-1, 1, 0), "-1 mons +1 day");
  EXPECT_EQ(span(-13, 0, 0), "-1 years -1 mons");
  EXPECT_EQ(span(0, -1, second * 3 / 2), "-1 days +00:00:01.5");
  EXPECT_EQ(span(0, 1, -1000), "1 day -00:00:00.000001");
  EXPECT_EQ(span(-2367 * 12 - 9, 234'239'984, 3'386'062'679'056'300'000),
            "-2367 years -9 mons +234239984 days 940572:57:59.0563");
  EXPECT_EQ(timestamp(max64, micro), "294247-01-10 04:00:54.775807");
  EXPECT_EQ(timestamp(-210'835'180'800'000'000, micro), "4713-11-24 00:00:00 BC");
  EXPECT_EQ(timestamp(-62'167'219'199'500'000, micro, true), "0001-01-01 00:00:00.5+00 BC");
  EXPECT_EQ(date(2'145'042'905), "5874897-12-31");
  EXPECT_EQ(date(-2'440'588), "4714-11-24 BC");
  EXPECT_EQ(time(86'400'000'000, micro), "24:00:00");
}

TEST(csv_text, uuids_and_bytes_are_lower_case) {
  std::string const bytes = "\x01\x23\x45\x67\x89\xab\xcd\xef\xFE\xDC\xBA\x98\x76\x54\x32\x10";
  EXPECT_EQ(written([&](char* out) { return pg::put_uuid(out, bytes.data()); }),
            "01234567-89ab-cdef-fedc-ba9876543210");
  EXPECT_EQ(written([&](char* out) { return pg::put_hex(out, bytes); }), "0123456789abcdeffedcba9876543210");
}

TEST(csv_text, alphabets_hold_what_is_written) {
  auto const within = [](kind k, std::string const& text) {
    return text.find_first_not_of(pg::alphabet(k)) == std::string::npos;
  };
  EXPECT_TRUE(within(kind::decimal, decimal(-1234567890, 5)));
  EXPECT_TRUE(within(kind::date, date(-719'163) + date(19'782)));
  EXPECT_TRUE(within(kind::time, time(45'296'789, milli, true) + "0"));
  EXPECT_TRUE(within(kind::timestamp, timestamp(min64, milli, true)));
  EXPECT_TRUE(within(kind::interval, span(min32, max32, 1) + span(13, 1, 1) + span(-13, 1, 1)));
  EXPECT_TRUE(within(kind::float64, "-InfinityNaN1.5e+20e-05"));
  EXPECT_TRUE(within(kind::boolean, "tf"));
  EXPECT_TRUE(within(kind::binary, "\\x0123456789abcdef"));
  EXPECT_TRUE(within(kind::uuid, "01234567-89ab-cdef-fedc-ba9876543210"));
  EXPECT_TRUE(pg::alphabet(kind::string).empty());
}

} // namespace
