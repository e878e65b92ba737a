// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/json_records.hpp>

#include "records.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <optional>

namespace {

using namespace topic_tests;

enum class colour { red, green };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct line {
  std::string note = {};
  std::optional<double> weight = {};
};
BOOST_DESCRIBE_STRUCT(line, (), (note, weight))

struct row {
  std::int64_t id = 0;
  std::uint64_t big = 0;
  std::int32_t small = 0;
  std::optional<decimal<20, 2>> price = {};
  std::chrono::sys_time<std::chrono::microseconds> at = {};
  std::chrono::local_time<std::chrono::nanoseconds> local = {};
  std::chrono::sys_days day = {};
  std::vector<std::byte> raw = {};
  json extra = {"[1, 2]"};
  colour kind = colour::red;
  double number = 0.5;
  std::vector<line> lines = {};
  std::map<std::string, std::int64_t> stock = {};
};
BOOST_DESCRIBE_STRUCT(row, (), (id, big, small, price, at, local, day, raw, extra, kind, number, lines, stock))

row example() {
  using namespace std::chrono_literals;
  row r{.id = -7, .big = std::numeric_limits<std::uint64_t>::max(), .small = 3};
  r.price = decimal<20, 2>::parse("12.5").value();
  r.at = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 12h + 34min + 56s + 780ms;
  r.local = std::chrono::local_time<std::chrono::nanoseconds>(1s + 1ns);
  r.day = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29);
  r.raw = {std::byte{1}, std::byte{2}};
  r.lines = {{"a \"b\"\n", std::nullopt}};
  r.stock = {{"n", 5}};
  return r;
}

TEST(JsonRecords, EveryTypeHasItsForm) {
  EXPECT_EQ(record_of(json_records(), example()),
            R"({"id":-7,"big":18446744073709551615,"small":3,"price":12.50,"at":"2024-02-29T12:34:56.78+00:00",)"
            R"("local":"1970-01-01T00:00:01.000000001","day":"2024-02-29","raw":"AQI=","extra":[1, 2],"kind":"red",)"
            R"("number":0.5,"lines":[{"note":"a \"b\"\n","weight":null}],"stock":{"n":5}})");
}

TEST(JsonRecords, OptionsChangeTheForm) {
  EXPECT_EQ(record_of(json_records({.decimals = json_numbers::text,
                                    .wide_integers = json_numbers::text,
                                    .binary = json_bytes::hex,
                                    .times = json_times::epoch,
                                    .nulls = json_nulls::omit}),
                      example()),
            R"({"id":"-7","big":"18446744073709551615","small":3,"price":"12.50","at":"1709210096780000",)"
            R"("local":"1000000001","day":19782,"raw":"\\x0102","extra":[1, 2],"kind":"red",)"
            R"("number":0.5,"lines":[{"note":"a \"b\"\n"}],"stock":{"n":"5"}})");
}

struct two {
  std::optional<std::int32_t> a = {};
  std::optional<std::int32_t> b = {};
};
BOOST_DESCRIBE_STRUCT(two, (), (a, b))

TEST(JsonRecords, NullIsWrittenOrLeftOut) {
  std::vector<two> const all = {{1, 2}, {{}, 2}, {1, {}}, {{}, {}}};
  using texts = std::vector<std::string>;
  EXPECT_EQ(records_of(json_records(), batch_of(all)),
            (texts{R"({"a":1,"b":2})", R"({"a":null,"b":2})", R"({"a":1,"b":null})", R"({"a":null,"b":null})"}));
  EXPECT_EQ(records_of(json_records({.nulls = json_nulls::omit}), batch_of(all)),
            (texts{R"({"a":1,"b":2})", R"({"b":2})", R"({"a":1})", "{}"}));
}

TEST(JsonRecords, ColumnsComeInTheOrderAskedFor) {
  std::vector<two> const all = {{1, 2}};
  EXPECT_EQ(records_of(json_records(), batch_of(all), {1, 0}).front(), R"({"b":2,"a":1})");
  EXPECT_EQ(records_of(json_records(), batch_of(all), {1}).front(), R"({"b":2})");
}

TEST(JsonRecords, WhatIsNoNumberIsAString) {
  row r = example();
  r.number = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(record_of(json_records(), r).find(R"("number":"NaN")"), std::string::npos);
  r.number = -std::numeric_limits<double>::infinity();
  EXPECT_NE(record_of(json_records(), r).find(R"("number":"-Infinity")"), std::string::npos);
}

TEST(JsonRecords, NamesAreEscaped) {
  static constexpr field fields[] = {{.name = "a \"b\"\n", .type = {.id = kind::int32}}};
  EXPECT_EQ(records_of(json_records(), batch_of_raw<std::int32_t>(fields, {5})).front(), R"({"a \"b\"\n":5})");
}

TEST(JsonRecords, NamesThatAreNoTextAreRefused) {
  static constexpr field bad[] = {{.name = "\xFF", .type = {.id = kind::int32}}};
  static constexpr field below[] = {{.name = "s", .type = {.id = kind::structure}, .nodes = bad, .node_count = 1}};
  std::size_t const columns[] = {0};
  EXPECT_EQ(told(json_records().begin(bad, columns)),
            "invalid_argument : the name of a column is not valid UTF-8, so it cannot stand in JSON; rename column 1 "
            "(counted from 1)");
  EXPECT_EQ(told(json_records().begin(below, columns)).substr(0, 22), "invalid_argument s.\xFF: ");
}

TEST(JsonRecords, AFaultNamesRowColumnAndPath) {
  row bad = example();
  bad.lines.push_back({"\xFF", {}});
  std::vector<row> const all = {example(), bad};
  std::vector<std::string> const records = records_of(json_records(), batch_of(all));
  EXPECT_EQ(records[1], "row 1 value_out_of_range lines[].note: a text is not valid UTF-8; correct it in the source");
  static constexpr field time[] = {{.name = "t", .type = {.id = kind::time, .unit = time_unit::milli}}};
  EXPECT_EQ(records_of(json_records(), batch_of_raw<std::int32_t>(time, {86'400'001})).front(),
            "row 0 value_out_of_range t: a time of day is outside of 00:00:00 to 24:00:00; correct it in the source");
}

} // namespace
