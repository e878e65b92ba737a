// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/sqlite/detail/values.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

using namespace copyto;

/// The kind of a declared type, or -1 if only the values can tell.
int declared(std::string_view text) {
  auto const type = detail::sqlite_declared_type(text).value();
  return type ? static_cast<int>(type->id) : -1;
}
int of(kind k) { return static_cast<int>(k); }
std::string message(error const& e) {
  EXPECT_TRUE(e.is(errc::value_out_of_range));
  return e->message;
}

TEST(sqlite_declared_type, follows_the_affinity_rules_in_their_order) {
  for (auto const* text : {"INT", "INTEGER", "TINYINT", "BIGINT", "UNSIGNED BIG INT", "INT8", "integer primary key",
                           "CHARINT", "FLOATING POINT"}) {
    EXPECT_EQ(declared(text), of(kind::int64)) << text;
  }
  for (auto const* text : {"TEXT", "CHARACTER(20)", "varchar(255)", "NCHAR(55)", "CLOB", "TEXTBLOB"}) {
    EXPECT_EQ(declared(text), of(kind::string)) << text;
  }
  for (auto const* text : {"BLOB", "tinyblob", "BLOBREAL"}) {
    EXPECT_EQ(declared(text), of(kind::binary)) << text;
  }
  for (auto const* text : {"REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT", "float(5,2)"}) {
    EXPECT_EQ(declared(text), of(kind::float64)) << text;
  }
  for (auto const* text : {"", "NUMERIC", "DECIMAL", "STRING", "ANY", "UUID", "TIME", "TIMESTAMP WITH TIME ZONE",
                           "DATE TIME", "DECIMAL(a)", "DECIMAL(10,2) UNSIGNED"}) {
    EXPECT_EQ(declared(text), -1) << text;
  }
}

TEST(sqlite_declared_type, knows_the_names_of_stricter_types) {
  EXPECT_EQ(declared("DATE"), of(kind::date));
  EXPECT_EQ(declared(" date "), of(kind::date));
  EXPECT_EQ(declared("Bool"), of(kind::boolean));
  EXPECT_EQ(declared("BOOLEAN"), of(kind::boolean));
  EXPECT_EQ(declared("json"), of(kind::json));
  for (auto const* text : {"DATETIME", "timestamp", "TIMESTAMP(6)", "DATETIME (3)"}) {
    auto const type = detail::sqlite_declared_type(text).value();
    ASSERT_TRUE(type) << text;
    EXPECT_EQ(*type, (logical_type{.id = kind::timestamp, .unit = time_unit::micro, .utc = false})) << text;
  }
  for (auto const* text : {"DECIMAL(15,2)", "numeric( 15 , 2 )", "Decimal (15,2)"}) {
    auto const type = detail::sqlite_declared_type(text).value();
    ASSERT_TRUE(type) << text;
    EXPECT_EQ(*type, (logical_type{.id = kind::decimal, .precision = 15, .scale = 2})) << text;
  }
  EXPECT_EQ(detail::sqlite_declared_type("NUMERIC(38)").value()->precision, 38);
}

TEST(sqlite_declared_type, refuses_decimals_that_cannot_be) {
  for (auto const* text : {"DECIMAL(39,2)", "DECIMAL(0)", "DECIMAL(5,6)", "DECIMAL(5,-1)", "NUMERIC(1000,2)"}) {
    auto const type = detail::sqlite_declared_type(text);
    ASSERT_FALSE(type) << text;
    EXPECT_TRUE(type.error().is(errc::unsupported));
    EXPECT_NE(type.error()->message.find(text), std::string::npos);
  }
}

TEST(sqlite_date, reads_days_of_the_calendar) {
  EXPECT_EQ(detail::sqlite_date("1970-01-01").value(), 0);
  EXPECT_EQ(detail::sqlite_date("2024-02-29").value(), 19'782);
  EXPECT_EQ(detail::sqlite_date("0000-01-01").value(), -719'528);
  EXPECT_EQ(detail::sqlite_date("9999-12-31").value(), 2'932'896);
  for (auto const* text : {"2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31"}) {
    EXPECT_EQ(message(detail::sqlite_date(text).error()), '"' + std::string(text) + "\" is not a day of the calendar");
  }
  for (auto const* text : {"", "2024", "2024-1-01", "24-01-01", "2024/01/01", "2024-01-01 ", "2024-01-01 00:00",
                           "-024-01-01", "now", "2024-01-0x"}) {
    EXPECT_EQ(message(detail::sqlite_date(text).error()),
              '"' + std::string(text) + "\" is not a date of the form YYYY-MM-DD");
  }
}

TEST(sqlite_timestamp, reads_up_to_microseconds) {
  EXPECT_EQ(detail::sqlite_timestamp("1970-01-01 00:00").value(), 0);
  EXPECT_EQ(detail::sqlite_timestamp("1970-01-01T00:00:01").value(), 1'000'000);
  EXPECT_EQ(detail::sqlite_timestamp("1970-01-02 01:02:03.5").value(), 90'123'500'000);
  EXPECT_EQ(detail::sqlite_timestamp("1970-01-01 00:00:00.000001").value(), 1);
  EXPECT_EQ(detail::sqlite_timestamp("1970-01-01 00:00:00.123456000").value(), 123'456);
  EXPECT_EQ(detail::sqlite_timestamp("1969-12-31 23:59:59.999999").value(), -1);
  EXPECT_EQ(detail::sqlite_timestamp("9999-12-31 23:59:59.999999").value(), 253'402'300'799'999'999);
}

TEST(sqlite_timestamp, says_what_is_wrong) {
  auto const why = [](std::string_view text) { return message(detail::sqlite_timestamp(text).error()); };
  EXPECT_NE(why("2024-01-01 00:00:00.0000001").find("more than six digits"), std::string::npos);
  for (auto const* text : {"2024-01-01 00:00:00Z", "2024-01-01T00:00:00+02:00", "2024-01-01 00:00-05:00",
                           "2024-01-01 00:00:00.5z", "2024-01-01 00:00:00 +01"}) {
    EXPECT_NE(why(text).find("has a zone"), std::string::npos) << text;
  }
  for (auto const* text : {"2024-01-01 24:00:00", "2024-01-01 23:60", "2024-01-01 23:59:60"}) {
    EXPECT_NE(why(text).find("is not a time of the day"), std::string::npos) << text;
  }
  for (auto const* text :
       {"", "2024-01-01", "2024-01-01x00:00", "2024-01-01 0:00:00", "2024-01-01 00:00:", "2024-01-01 00:00:1",
        "2024-01-01 00:00:00.", "2024-01-01 00:00:00,5", "2024-01-01 0a:00", "12:00:00", "1704067200"}) {
    EXPECT_NE(why(text).find("is not a timestamp of the form"), std::string::npos) << text;
  }
  EXPECT_NE(why("2024-02-30 00:00").find("does not begin with a day"), std::string::npos);
}

TEST(sqlite_decimal, never_rounds) {
  logical_type const money{.id = kind::decimal, .precision = 15, .scale = 2};
  EXPECT_EQ(detail::sqlite_decimal(std::int64_t{-12}, money).value(), -1200);
  EXPECT_FALSE(detail::sqlite_decimal(std::int64_t{10'000'000'000'000}, money));
  EXPECT_EQ(detail::sqlite_decimal(12.34, money).value(), 1234);
  EXPECT_EQ(detail::sqlite_decimal(-0.1, money).value(), -10);
  EXPECT_EQ(detail::sqlite_decimal(0.0, money).value(), 0);
  EXPECT_EQ(detail::sqlite_decimal(1e12, money).value(), 100'000'000'000'000);
  EXPECT_FALSE(detail::sqlite_decimal(0.125, money));
  EXPECT_FALSE(detail::sqlite_decimal(0.1 + 0.2, money));
  EXPECT_FALSE(detail::sqlite_decimal(1e13, money));
  EXPECT_FALSE(detail::sqlite_decimal(5e-324, money));
  EXPECT_FALSE(detail::sqlite_decimal(std::numeric_limits<double>::infinity(), money));
  EXPECT_FALSE(detail::sqlite_decimal(std::numeric_limits<double>::max(), money));
  logical_type const wide{.id = kind::decimal, .precision = 38, .scale = 0};
  // Of large ones, too, the fewest digits: what was inserted, and not what the double is to the last bit.
  EXPECT_EQ(detail::sqlite_decimal(1e23, wide).value(), parse_decimal("100000000000000000000000", 38, 0).value());
  EXPECT_EQ(detail::sqlite_decimal(-1.5e30, wide).value(),
            parse_decimal("-1500000000000000000000000000000", 38, 0).value());
  EXPECT_EQ(detail::sqlite_decimal(0x1p100, wide).value(),
            parse_decimal("1267650600228229400000000000000", 38, 0).value());
  EXPECT_EQ(detail::sqlite_decimal(0x1p53, wide).value(), int128{1} << 53);
  EXPECT_EQ(detail::sqlite_decimal(-0x1p53 - 2, wide).value(), -((int128{1} << 53) + 2));
}

TEST(sqlite_real_text, is_the_same_number_again) {
  char text[32];
  for (double const value :
       {0.1 + 0.2, 0.1234567890123456789, 5e-324, 1e23, -1e300, 0x1p53, 2.5, std::numeric_limits<double>::max()}) {
    std::string const made(detail::sqlite_real_text(value, text));
    EXPECT_EQ(std::strtod(made.c_str(), nullptr), value) << made;
    EXPECT_NE(made.find_first_of(".e"), std::string::npos) << made;
  }
  EXPECT_EQ(detail::sqlite_real_text(1, text), "1.0");
  EXPECT_EQ(detail::sqlite_real_text(0.3, text), "0.3");
  EXPECT_EQ(detail::sqlite_real_text(-std::numeric_limits<double>::infinity(), text), "-Inf");
}

TEST(sqlite_double, holds_only_exact_integers) {
  constexpr std::int64_t limit = std::int64_t{1} << 53;
  EXPECT_EQ(detail::sqlite_double(limit), 0x1p53);
  EXPECT_EQ(detail::sqlite_double(limit + 1), std::nullopt);
  EXPECT_EQ(detail::sqlite_double(limit + 2), 0x1p53 + 2);
  EXPECT_EQ(detail::sqlite_double(std::numeric_limits<std::int64_t>::min()), -0x1p63);
  EXPECT_EQ(detail::sqlite_double(std::numeric_limits<std::int64_t>::max()), std::nullopt);
}

} // namespace
