// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/text_values.hpp>
#include <copyto/source/postgres/detail/values.hpp>

#include <boost/endian/conversion.hpp>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using detail::pg_misfit;
using namespace std::string_literals;

template <class... T>
std::string big(T... numbers) {
  std::string bytes;
  auto const put = [&]<class N>(N number) {
    number = boost::endian::native_to_big(number);
    bytes.append(reinterpret_cast<char const*>(&number), sizeof(number));
  };
  (put(numbers), ...);
  return bytes;
}
/// A numeric as numeric_send writes it.
std::string numeric(std::int16_t weight, std::uint16_t sign, std::int16_t scale,
                    std::vector<std::int16_t> const& groups) {
  std::string bytes = big(static_cast<std::int16_t>(groups.size()), weight, sign, scale);
  for (std::int16_t const g : groups) {
    bytes += big(g);
  }
  return bytes;
}
logical_type decimal_type(int precision, int scale) {
  return {.id = kind::decimal,
          .precision = static_cast<std::uint8_t>(precision),
          .scale = static_cast<std::uint8_t>(scale)};
}
std::string text_of(int128 value) {
  bool const negative = value < 0;
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + (negative ? -(value % 10) : value % 10)));
    value /= 10;
  } while (value != 0);
  return (negative ? "-" : "") + digits;
}
/// The unscaled number, or "misfit N".
std::string unscaled(std::string const& bytes, int precision, int scale) {
  int128 value = 0;
  pg_misfit const why = detail::pg_numeric(bytes, decimal_type(precision, scale), value);
  return why == pg_misfit::none ? text_of(value) : "misfit " + std::to_string(static_cast<int>(why));
}
std::string said(pg_misfit why) { return "misfit " + std::to_string(static_cast<int>(why)); }

TEST(pg_numeric, puts_groups_of_four_digits_at_the_scale) {
  EXPECT_EQ(unscaled(numeric(0, 0, 0, {}), 5, 2), "0");
  EXPECT_EQ(unscaled(numeric(0, 0, 2, {12, 3400}), 5, 2), "1234");
  EXPECT_EQ(unscaled(numeric(0, 0x4000, 2, {12, 3400}), 38, 10), "-123400000000");
  EXPECT_EQ(unscaled(numeric(1, 0, 0, {1}), 38, 10), "100000000000000"); // 10000
  EXPECT_EQ(unscaled(numeric(-1, 0, 4, {1}), 38, 10), "1000000");        // 0.0001
  EXPECT_EQ(unscaled(numeric(-2, 0, 8, {1200}), 10, 8), "1200");         // 0.00001200
  EXPECT_EQ(unscaled(numeric(-3, 0, 12, {1200}), 38, 10), "12");         // 0.000000001200
  EXPECT_EQ(unscaled(numeric(4, 0, 0, {9, 9999, 9999, 9999, 9999}), 18, 0), "99999999999999999"s);
  EXPECT_EQ(unscaled(numeric(9, 0, 0, {1}), 38, 0), "1000000000000000000000000000000000000");
  EXPECT_EQ(unscaled(numeric(8, 0, 2, {9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9900}), 38, 2),
            std::string(38, '9'));
  EXPECT_EQ(unscaled(numeric(-1, 0x4000, 38, {9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9900}), 38, 38),
            "-" + std::string(38, '9'));
  EXPECT_EQ(unscaled(numeric(2, 0, 0, {0, 0, 7}), 1, 0), "7"); // leading zeros do not count
  EXPECT_EQ(unscaled(numeric(0, 0, 8, {7, 0, 0}), 1, 0), "7"); // nor do zeros behind
}

TEST(pg_numeric, never_rounds_and_never_wraps) {
  EXPECT_EQ(unscaled(numeric(0, 0, 3, {12, 3450}), 5, 2), said(pg_misfit::fraction));
  EXPECT_EQ(unscaled(numeric(-3, 0, 11, {10}), 38, 10), said(pg_misfit::fraction)); // 1e-11
  EXPECT_EQ(unscaled(numeric(-100, 0, 500, {1}), 38, 10), said(pg_misfit::fraction));
  EXPECT_EQ(unscaled(numeric(0, 0, 2, {1000, 0}), 5, 2), said(pg_misfit::too_many_digits));
  EXPECT_EQ(unscaled(numeric(0, 0, 2, {999, 9900}), 5, 2), "99999");
  EXPECT_EQ(unscaled(numeric(9, 0, 0, {100}), 38, 0), said(pg_misfit::too_many_digits)); // 10^38
  EXPECT_EQ(unscaled(numeric(9, 0, 0, {99, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999}), 38, 0),
            std::string(38, '9'));
  EXPECT_EQ(unscaled(numeric(9, 0, 0, {9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999}), 38, 0),
            said(pg_misfit::too_many_digits));
  EXPECT_EQ(unscaled(numeric(7, 0, 0, {1}), 38, 10), said(pg_misfit::too_many_digits)); // 10^28 at scale 10
  EXPECT_EQ(unscaled(numeric(32767, 0, 0, {1}), 38, 0), said(pg_misfit::too_many_digits));
  EXPECT_EQ(unscaled(numeric(32767, 0, 0, {}), 38, 38), "0");
}

TEST(pg_numeric, tells_NaN_and_infinity) {
  EXPECT_EQ(unscaled(numeric(0, 0xC000, 0, {}), 38, 10), said(pg_misfit::nan));
  EXPECT_EQ(unscaled(numeric(0, 0xD000, 0, {}), 38, 10), said(pg_misfit::infinity));
  EXPECT_EQ(unscaled(numeric(0, 0xF000, 0, {}), 38, 10), said(pg_misfit::infinity));
}

TEST(pg_numeric, refuses_malformed_bytes) {
  std::string const good = numeric(0, 0, 2, {12, 3400});
  for (std::size_t size = 0; size != good.size(); ++size) {
    std::vector<char> const cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    int128 value = 0;
    EXPECT_EQ(detail::pg_numeric({cut.data(), cut.size()}, decimal_type(5, 2), value), pg_misfit::malformed) << size;
  }
  EXPECT_EQ(unscaled(good + '\0', 5, 2), said(pg_misfit::malformed));
  EXPECT_EQ(unscaled(numeric(0, 0x1234, 0, {}), 5, 2), said(pg_misfit::malformed));
  EXPECT_EQ(unscaled(numeric(0, 0, 0, {10000}), 5, 2), said(pg_misfit::malformed));
  EXPECT_EQ(unscaled(numeric(0, 0, 0, {-1}), 5, 2), said(pg_misfit::malformed));
  EXPECT_EQ(unscaled(big(std::int16_t{-1}, std::int16_t{0}, std::int16_t{0}, std::int16_t{0}), 5, 2),
            said(pg_misfit::malformed));
}

TEST(pg_numeric_text, writes_what_PostgreSQL_does) {
  EXPECT_EQ(detail::pg_numeric_text(numeric(0, 0x4000, 3, {12, 3450})), "-12.345");
  EXPECT_EQ(detail::pg_numeric_text(numeric(1, 0, 0, {1})), "10000");
  EXPECT_EQ(detail::pg_numeric_text(numeric(-2, 0, 8, {1200})), "0.00001200");
  EXPECT_EQ(detail::pg_numeric_text(numeric(0, 0, 0, {})), "0");
  EXPECT_EQ(detail::pg_numeric_text(""), "");
}

// ---- one value in both forms ----------------------------------------------------------------------

/// A buffer of one value of a type, from binary or text.
struct cell {
  explicit cell(std::uint32_t oid, std::int32_t modifier = -1)
      : column(detail::pg_column_of(oid, modifier, false, postgres_decimal{})),
        type{.name = "v", .type = column.type, .optional = true}, buffer(type) {}
  pg_misfit binary(std::string const& bytes) {
    std::vector<char> const exact(bytes.begin(), bytes.end()); // so that a read behind the end is seen
    detail::pg_blame blame;
    return detail::pg_append_binary(buffer, column, {exact.data(), exact.size()}, blame);
  }
  pg_misfit text(std::string_view value) { return detail::pg_append_text(buffer, column, value, scratch); }

  detail::pg_column column;
  field type;
  column_buffer buffer;
  std::string scratch;
};

/// Whether binary and text give the same, and every other length of the binary form is refused.
template <class T>
void expect(std::uint32_t oid, std::string const& bytes, std::string const& text, T const& value) {
  cell c(oid);
  ASSERT_EQ(c.binary(bytes), pg_misfit::none) << text;
  ASSERT_EQ(c.text(text), pg_misfit::none) << text;
  column_view const got = c.buffer.view();
  auto const bytes_of = [](T const& v) { return std::string_view(reinterpret_cast<char const*>(&v), sizeof(T)); };
  EXPECT_EQ(bytes_of(got.data<T>()[0]), bytes_of(value)) << text; // -0 is not 0
  EXPECT_EQ(bytes_of(got.data<T>()[1]), bytes_of(value)) << text;
  for (std::size_t size = 0; size != bytes.size(); ++size) {
    EXPECT_EQ(c.binary(bytes.substr(0, size)), pg_misfit::malformed) << text << ' ' << size;
    EXPECT_NE(c.text(text + '?'), pg_misfit::none);
  }
  EXPECT_EQ(c.binary(bytes + '\0'), pg_misfit::malformed) << text;
  EXPECT_NE(c.text(""), pg_misfit::none) << text;
}

TEST(pg_append, reads_numbers) {
  expect<std::int16_t>(21, big(std::int16_t{-32768}), "-32768", -32768);
  expect<std::int32_t>(23, big(std::int32_t{2147483647}), "2147483647", 2147483647);
  expect<std::int64_t>(20, big(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808",
                       std::numeric_limits<std::int64_t>::min());
  expect<std::uint32_t>(26, big(4294967295U), "4294967295", 4294967295U);
  expect<double>(701, big(std::bit_cast<std::uint64_t>(0.1)), "0.1", 0.1);
  expect<double>(701, big(std::bit_cast<std::uint64_t>(-0.0)), "-0", -0.0);
  expect<double>(701, big(std::bit_cast<std::uint64_t>(5e-324)), "5e-324", 5e-324);
  expect<double>(701, big(std::bit_cast<std::uint64_t>(1.7976931348623157e308)), "1.7976931348623157e+308",
                 1.7976931348623157e308);
  expect<double>(701, big(std::bit_cast<std::uint64_t>(-std::numeric_limits<double>::infinity())), "-Infinity",
                 -std::numeric_limits<double>::infinity());
  expect<double>(701, big(std::uint64_t{0x7FF8000000000000}), "NaN", std::numeric_limits<double>::quiet_NaN());
  expect<float>(700, big(std::bit_cast<std::uint32_t>(1e-45F)), "1e-45", 1e-45F);
  expect<float>(700, big(std::bit_cast<std::uint32_t>(3.4028235e38F)), "3.4028235e+38", 3.4028235e38F);
  cell c(23);
  for (auto const* bad : {"2147483648", "1.0", " 1", "1 ", "+1", "0x1", "-"}) {
    EXPECT_EQ(c.text(bad), pg_misfit::malformed) << bad;
  }
}

TEST(pg_append, reads_booleans) {
  cell c(16);
  EXPECT_EQ(c.binary("\1"), pg_misfit::none);
  EXPECT_EQ(c.text("f"), pg_misfit::none);
  EXPECT_EQ(c.text("t"), pg_misfit::none);
  EXPECT_EQ(c.binary(std::string(1, '\0')), pg_misfit::none);
  column_view const got = c.buffer.view();
  EXPECT_TRUE(got.bit(0) && !got.bit(1) && got.bit(2) && !got.bit(3));
  EXPECT_EQ(c.binary("\2"), pg_misfit::malformed);
  EXPECT_EQ(c.binary(""), pg_misfit::malformed);
  EXPECT_EQ(c.binary(std::string(2, '\0')), pg_misfit::malformed);
  EXPECT_EQ(c.text("true"), pg_misfit::malformed);
}

TEST(pg_append, reads_byte_strings) {
  cell bytes(17);
  EXPECT_EQ(bytes.binary("\0\xFFz"s), pg_misfit::none);
  EXPECT_EQ(bytes.text("\\x00ff7a"), pg_misfit::none);
  EXPECT_EQ(bytes.text("\\x"), pg_misfit::none);
  EXPECT_EQ(bytes.buffer.view().bytes(0), "\0\xFFz"s);
  EXPECT_EQ(bytes.buffer.view().bytes(1), "\0\xFFz"s);
  EXPECT_EQ(bytes.buffer.view().bytes(2), "");
  for (auto const* bad : {"", "x00", "\\x0", "\\x0g", "\\000", "\\xAB"}) {
    EXPECT_EQ(bytes.text(bad), pg_misfit::malformed) << bad;
  }
  cell jsonb(3802);
  EXPECT_EQ(jsonb.binary("\1{\"a\": 1}"), pg_misfit::none);
  EXPECT_EQ(jsonb.text("{\"a\": 1}"), pg_misfit::none);
  EXPECT_EQ(jsonb.buffer.view().bytes(0), "{\"a\": 1}");
  EXPECT_EQ(jsonb.buffer.view().bytes(1), "{\"a\": 1}");
  EXPECT_EQ(jsonb.binary("\2{}"), pg_misfit::malformed);
  EXPECT_EQ(jsonb.binary(""), pg_misfit::malformed);
  cell text(25);
  EXPECT_EQ(text.binary("a\tb"), pg_misfit::none);
  EXPECT_EQ(text.text("a\tb"), pg_misfit::none);
  EXPECT_EQ(text.buffer.view().bytes(1), "a\tb");
}

TEST(pg_append, reads_uuids) {
  std::array<char, 16> id{};
  for (int i = 0; i != 16; ++i) {
    id[static_cast<std::size_t>(i)] = static_cast<char>(i * 17);
  }
  expect(2950, std::string(id.data(), 16), "00112233-4455-6677-8899-aabbccddeeff", id);
  cell c(2950);
  for (auto const* bad : {"00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefg",
                          "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899aabbccddeeff00"}) {
    EXPECT_EQ(c.text(bad), pg_misfit::malformed) << bad;
  }
}

TEST(pg_append, reads_dates) {
  expect<std::int32_t>(1082, big(std::int32_t{0}), "2000-01-01", 10957);
  expect<std::int32_t>(1082, big(std::int32_t{-10957}), "1970-01-01", 0);
  expect<std::int32_t>(1082, big(std::int32_t{8825}), "2024-02-29", 19782);
  expect<std::int32_t>(1082, big(std::int32_t{-730119}), "0001-01-01", -719162);
  expect<std::int32_t>(1082, big(std::int32_t{-730120}), "0001-12-31 BC", -719163);
  expect<std::int32_t>(1082, big(std::int32_t{-2451545}), "4714-11-24 BC", -2440588);
  expect<std::int32_t>(1082, big(std::int32_t{2145031948}), "5874897-12-31", 2145042905);
  cell c(1082);
  EXPECT_EQ(c.binary(big(std::numeric_limits<std::int32_t>::max())), pg_misfit::infinity);
  EXPECT_EQ(c.binary(big(std::numeric_limits<std::int32_t>::min())), pg_misfit::infinity);
  EXPECT_EQ(c.binary(big(std::numeric_limits<std::int32_t>::max() - 1)), pg_misfit::malformed);
  EXPECT_EQ(c.text("infinity"), pg_misfit::infinity);
  EXPECT_EQ(c.text("-infinity"), pg_misfit::infinity);
  for (auto const* bad :
       {"2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31", "24-01-01", "0000-01-01",
        "2024-1-01", "2024-01-01 AD", "2024/01/01", "6000001-01-01", "99999999999999-01-01"}) {
    EXPECT_EQ(c.text(bad), pg_misfit::malformed) << bad;
  }
}

TEST(pg_append, reads_times) {
  expect<std::int64_t>(1083, big(std::int64_t{0}), "00:00:00", 0);
  expect<std::int64_t>(1083, big(std::int64_t{86'399'999'999}), "23:59:59.999999", 86'399'999'999);
  expect<std::int64_t>(1083, big(std::int64_t{1'500'000}), "00:00:01.5", 1'500'000);
  cell c(1083);
  EXPECT_EQ(c.binary(big(std::int64_t{86'400'000'000})), pg_misfit::end_of_day);
  EXPECT_EQ(c.text("24:00:00"), pg_misfit::end_of_day);
  EXPECT_EQ(c.binary(big(std::int64_t{86'400'000'001})), pg_misfit::malformed);
  EXPECT_EQ(c.binary(big(std::int64_t{-1})), pg_misfit::malformed);
  for (auto const* bad : {"24:00:01", "1:00:00", "00:60:00", "00:00:60", "00:00:00.", "00:00:00.1234567", "00:00"}) {
    EXPECT_EQ(c.text(bad), pg_misfit::malformed) << bad;
  }
}

TEST(pg_append, reads_timestamps) {
  expect<std::int64_t>(1114, big(std::int64_t{0}), "2000-01-01 00:00:00", 946'684'800'000'000);
  expect<std::int64_t>(1114, big(std::int64_t{-946'684'800'000'001}), "1969-12-31 23:59:59.999999", -1);
  expect<std::int64_t>(1184, big(std::int64_t{1}), "2000-01-01 00:00:00.000001+00", 946'684'800'000'001);
  expect<std::int64_t>(1114, big(std::int64_t{-211'813'488'000'000'000}), "4714-11-24 00:00:00 BC",
                       -210'866'803'200'000'000);
  // The largest that fits: 2^63 - 1 microseconds since 1970.
  expect<std::int64_t>(1114, big(std::int64_t{9'222'425'352'054'775'807}), "294247-01-10 04:00:54.775807",
                       std::numeric_limits<std::int64_t>::max());
  cell c(1114);
  EXPECT_EQ(c.binary(big(std::int64_t{9'222'425'352'054'775'807} + 1)), pg_misfit::out_of_range);
  EXPECT_EQ(c.text("294247-01-10 04:00:54.775808"), pg_misfit::out_of_range);
  EXPECT_EQ(c.binary(big(std::numeric_limits<std::int64_t>::max())), pg_misfit::infinity);
  EXPECT_EQ(c.binary(big(std::numeric_limits<std::int64_t>::min())), pg_misfit::infinity);
  EXPECT_EQ(c.text("infinity"), pg_misfit::infinity);
  EXPECT_EQ(c.text("2000-01-01 00:00:00+00"), pg_misfit::malformed);
  EXPECT_EQ(c.text("2000-01-01T00:00:00"), pg_misfit::malformed);
  EXPECT_EQ(c.text("2000-01-01 24:00:00"), pg_misfit::malformed);
  cell zone(1184);
  EXPECT_EQ(zone.text("2000-01-01 00:00:00+01"), pg_misfit::malformed);
  EXPECT_EQ(zone.text("2000-01-01 00:00:00"), pg_misfit::malformed);
}

TEST(pg_append, reads_intervals) {
  auto const bytes = [](std::int64_t micros, std::int32_t days, std::int32_t months) {
    return big(micros, days, months);
  };
  expect(1186, bytes(0, 0, 0), "00:00:00", interval{});
  expect(1186, bytes(11'045'006'007, -3, 14), "1 year 2 mons -3 days +03:04:05.006007",
         interval{.months = 14, .days = -3, .nanoseconds = 11'045'006'007'000});
  expect(1186, bytes(-1'000'000, 1, -12), "-1 years +1 day -00:00:01",
         interval{.months = -12, .days = 1, .nanoseconds = -1'000'000'000});
  expect(1186, bytes(0, 0, -2147483647 - 1), "-178956970 years -8 mons",
         interval{.months = std::numeric_limits<std::int32_t>::min()});
  expect(1186, bytes(9'223'372'036'854'775, 0, 0), "2562047:47:16.854775",
         interval{.nanoseconds = 9'223'372'036'854'775'000});
  cell c(1186);
  EXPECT_EQ(c.binary(bytes(9'223'372'036'854'776, 0, 0)), pg_misfit::out_of_range);
  EXPECT_EQ(c.text("2562047:47:16.854776"), pg_misfit::out_of_range);
  EXPECT_EQ(c.text("-2562047788:00:54.775808"), pg_misfit::out_of_range);
  EXPECT_EQ(c.binary(bytes(std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int32_t>::max(),
                           std::numeric_limits<std::int32_t>::max())),
            pg_misfit::infinity);
  EXPECT_EQ(c.text("infinity"), pg_misfit::infinity);
  for (auto const* bad : {"1 yea", "1 day 2", "1day", "P1Y", "00:00", "00:00:00 1 day", "1 day ", "99999999999 days"}) {
    EXPECT_EQ(c.text(bad), pg_misfit::malformed) << bad;
  }
}

TEST(pg_append, reads_numerics_of_every_width) {
  std::int32_t const small = ((5 << 16) | 2) + 4;
  std::int32_t const medium = ((15 << 16) | 2) + 4;
  for (std::int32_t const modifier : {small, medium, -1}) {
    cell c(1700, modifier);
    EXPECT_EQ(c.binary(numeric(0, 0x4000, 2, {12, 3400})), pg_misfit::none);
    EXPECT_EQ(c.text("-12.34"), pg_misfit::none);
    column_view const got = c.buffer.view();
    std::size_t const width = value_width(c.column.type);
    EXPECT_EQ(got.bytes(0), got.bytes(1));
    EXPECT_EQ(got.bytes(0).size(), width);
    EXPECT_EQ(width, modifier == small ? 4U : modifier == medium ? 8U : 16U);
    EXPECT_EQ(c.text("NaN"), pg_misfit::nan);
    EXPECT_EQ(c.text("-Infinity"), pg_misfit::infinity);
    EXPECT_EQ(c.text("1.00000000001"), pg_misfit::fraction);
    EXPECT_EQ(c.text("1" + std::string(38, '0')), pg_misfit::too_many_digits);
    EXPECT_EQ(c.text("1e5"), pg_misfit::malformed);
    EXPECT_EQ(c.text(""), pg_misfit::malformed);
  }
}

TEST(pg_misfit_error, names_row_column_value_and_what_to_do) {
  cell c(1700, ((5 << 16) | 2) + 4);
  c.column.name = "price";
  error const e = detail::pg_misfit_error(pg_misfit::fraction, c.column, numeric(0, 0, 3, {12, 3450}), true, 7);
  EXPECT_TRUE(e.is(errc::value_out_of_range));
  EXPECT_EQ(e->message, "the numeric 12.345 has more digits behind the point than decimal(5,2)");
  EXPECT_EQ(e->row, 7U);
  EXPECT_EQ(e->column, "price");
  EXPECT_NE(e->advice.find("--numeric"), std::string::npos);
  EXPECT_EQ(detail::pg_misfit_error(pg_misfit::too_many_digits, c.column, "1234.5", false, 1)->message,
            "the numeric 1234.5 has more digits before the point than decimal(5,2)");
  EXPECT_EQ(detail::pg_misfit_error(pg_misfit::nan, c.column, "NaN", false, 1)->message,
            "a numeric is NaN, which decimal(5,2) cannot hold");
  EXPECT_TRUE(detail::pg_misfit_error(pg_misfit::malformed, c.column, "x", true, 1).is(errc::bad_answer));
  for (pg_misfit const why :
       {pg_misfit::infinity, pg_misfit::end_of_day, pg_misfit::out_of_range, pg_misfit::malformed}) {
    error const other = detail::pg_misfit_error(why, c.column, "x", true, 1);
    EXPECT_FALSE(other->message.empty());
    EXPECT_FALSE(other->advice.empty());
  }
}

} // namespace
