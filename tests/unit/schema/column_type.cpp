// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/column_type.hpp>

#include <copyto/schema/batch.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/schema/detail/json_value.hpp>
#include <copyto/schema/nested_type.hpp>
#include <copyto/schema/schema.hpp>

#include <boost/container/flat_map.hpp>
#include <boost/uuid/uuid.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <limits>
#include <list>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

namespace {

using namespace std::chrono_literals;
using copyto::column_buffer;
using copyto::column_view;
using copyto::field;
using copyto::make_field;

template <class T>
std::string type_of() {
  return describe(make_field<T>("x")) + (make_field<T>("x").optional ? "?" : "");
}

TEST(ColumnType, EveryCppTypeHasItsKind) {
  EXPECT_EQ(type_of<bool>(), "bool");
  EXPECT_EQ(type_of<std::int8_t>(), "int8");
  EXPECT_EQ(type_of<short>(), "int16");
  EXPECT_EQ(type_of<int>(), "int32");
  EXPECT_EQ(type_of<long>(), "int64");
  EXPECT_EQ(type_of<long long>(), "int64");
  EXPECT_EQ(type_of<std::uint8_t>(), "uint8");
  EXPECT_EQ(type_of<std::uint16_t>(), "uint16");
  EXPECT_EQ(type_of<unsigned>(), "uint32");
  EXPECT_EQ(type_of<std::size_t>(), "uint64");
  EXPECT_EQ(type_of<copyto::float16>(), "float16");
  EXPECT_EQ(type_of<float>(), "float");
  EXPECT_EQ(type_of<double>(), "double");
  EXPECT_EQ((type_of<copyto::decimal<15, 2>>()), "decimal(15,2)");
  EXPECT_EQ(type_of<std::string>(), "string");
  EXPECT_EQ(type_of<std::optional<std::string_view>>(), "string?");
  EXPECT_EQ(type_of<copyto::json>(), "json");
  EXPECT_EQ(type_of<std::vector<std::byte>>(), "binary");
  EXPECT_EQ((type_of<std::array<std::byte, 16>>()), "fixed binary(16)");
  EXPECT_EQ(type_of<std::chrono::sys_days>(), "date");
  EXPECT_EQ(type_of<std::optional<std::chrono::year_month_day>>(), "date?");
  EXPECT_EQ(type_of<std::chrono::sys_time<std::chrono::microseconds>>(), "timestamp(us, utc)");
  EXPECT_EQ(type_of<std::chrono::local_time<std::chrono::nanoseconds>>(), "timestamp(ns)");
  EXPECT_EQ(type_of<copyto::time_of_day<std::chrono::milliseconds>>(), "time(ms)");
  EXPECT_EQ(type_of<copyto::interval>(), "interval");
  EXPECT_EQ(type_of<std::vector<std::optional<int>>>(), "list<int32>");
  EXPECT_EQ((type_of<std::map<std::string, double>>()), "map<string, double>");
  EXPECT_EQ((type_of<std::optional<std::vector<std::vector<std::string>>>>()), "list<list<string>>?");
}

TEST(ColumnType, TypesWithoutAMeaningAreRefused) {
  static_assert(!copyto::ColumnType<char>, "text or number?");
  static_assert(!copyto::ColumnType<wchar_t>);
  static_assert(!copyto::ColumnType<void*>);
  static_assert(!copyto::ColumnType<std::vector<void*>>);
  static_assert(!copyto::ColumnType<std::map<std::string, void*>>);
  static_assert(!copyto::ColumnType<std::map<std::optional<int>, int>>, "a key cannot be NULL");
  static_assert(!copyto::ColumnType<std::pair<int, void*>> && !copyto::ColumnType<std::tuple<>>);
  static_assert(!copyto::ColumnType<long double>);
}

/// Appends slot by slot and in bulk; both must give the same.
template <class T>
void same_both_ways(std::vector<T> const& values) {
  field const f = make_field<T>("x");
  column_buffer one(f);
  column_buffer bulk(f);
  for (std::size_t i = 0; i != values.size(); ++i) {
    append_value<T>(one, values[i]);
  }
  copyto::append_values<T>(bulk, values.size(), [&](std::size_t i) -> decltype(auto) { return values[i]; });
  column_view const a = one.view();
  column_view const b = bulk.view();
  ASSERT_EQ(a.length, values.size());
  ASSERT_EQ(b.length, values.size());
  EXPECT_EQ(a.null_count, b.null_count);
  std::size_t const width = value_width(f.type);
  for (std::size_t i = 0; i != values.size(); ++i) {
    ASSERT_EQ(a.is_null(i), b.is_null(i));
    if (!a.is_null(i) && (width != 0 || is_bytes(f.type.id))) {
      EXPECT_EQ(a.bytes(i), b.bytes(i));
    } else if (!a.is_null(i) && f.type.id == copyto::kind::boolean) {
      EXPECT_EQ(a.bit(i), b.bit(i));
    }
  }
}

TEST(ColumnType, BulkAndSingleAppendsAgree) {
  same_both_ways<std::int64_t>({1, -1, INT64_MAX, INT64_MIN});
  same_both_ways<std::uint8_t>({0, 255});
  same_both_ways<std::optional<std::int16_t>>({1, std::nullopt, -3});
  same_both_ways<bool>({true, false, true, true, true, false, true, false, true});
  same_both_ways<std::optional<bool>>({true, std::nullopt, false});
  same_both_ways<std::string>({"", "a", "long enough not to be kept in the object itself"});
  same_both_ways<std::optional<std::string>>({std::nullopt, "", "b"});
  same_both_ways<std::chrono::sys_days>({std::chrono::sys_days(), std::chrono::sys_days(std::chrono::days(-1))});
  same_both_ways<copyto::decimal<20, 5>>({copyto::decimal<20, 5>::parse("-3.5").value()});
  same_both_ways<std::array<std::byte, 3>>({{std::byte{1}, std::byte{2}, std::byte{3}}, {}});
}

TEST(ColumnType, TimesAreStoredInTheirUnit) {
  using std::chrono::microseconds;
  field const f = make_field<std::chrono::sys_time<microseconds>>("at");
  column_buffer column(f);
  append_value(column, std::chrono::sys_time<microseconds>(1500ms));
  EXPECT_EQ(column.view().data<std::int64_t>()[0], 1'500'000);
  field const t = make_field<copyto::time_of_day<std::chrono::milliseconds>>("t");
  column_buffer times(t);
  append_value(times, copyto::time_of_day<std::chrono::milliseconds>::from(24h - 1ms).value());
  EXPECT_EQ(times.view().data<std::int32_t>()[0], 86'399'999);
  EXPECT_FALSE(copyto::time_of_day<std::chrono::milliseconds>::from(24h));
  EXPECT_FALSE(copyto::time_of_day<std::chrono::milliseconds>::from(-1ms));
}

TEST(ColumnType, ADateThatIsNotInTheCalendarIsAnError) {
  using namespace std::chrono;
  field const type{.type = {.id = copyto::kind::date}};
  column_buffer column(type);
  EXPECT_THROW(append_value(column, year_month_day(year(2023) / 2 / 30)), copyto::failure);
  append_value(column, year_month_day(year(2024) / 2 / 29));
  EXPECT_EQ(column.view().data<std::int32_t>()[0], 19782);
}

/// A value as JSON.
template <class T>
std::string text_of(T const& value) {
  field const f = make_field<T>("x");
  column_buffer buffer(f);
  copyto::append_value<T>(buffer, value);
  column_view const v = buffer.view();
  copyto::byte_buffer out;
  EXPECT_FALSE(copyto::detail::append_json(out, v, 0));
  return std::string(copyto::as_text(out.view()));
}

TEST(ColumnType, ContainersOfEveryKindAreLists) {
  EXPECT_EQ((type_of<std::array<int, 3>>()), "list<int32>");
  EXPECT_EQ((text_of(std::array<int, 3>{1, 2, 3})), "[1,2,3]");
  std::string const words[] = {"a", "b"};
  EXPECT_EQ(text_of(std::span<std::string const>(words)), R"(["a","b"])");
  EXPECT_EQ(text_of(std::deque<std::optional<double>>{1.5, std::nullopt}), "[1.5,null]");
  EXPECT_EQ(text_of(std::list<std::vector<bool>>{{true, false}, {}}), "[[true,false],[]]");
  EXPECT_EQ(text_of(std::set<std::int8_t>{3, 1}), "[1,3]");
  EXPECT_EQ(text_of(std::optional<std::vector<std::string>>()), "null");
  EXPECT_EQ((type_of<std::array<std::byte, 3>>()), "fixed binary(3)");
}

TEST(ColumnType, ContainersOfEveryKindAreMaps) {
  EXPECT_EQ((type_of<std::unordered_map<std::string, int>>()), "map<string, int32>");
  EXPECT_EQ((text_of(std::unordered_map<std::string, int>{{"k", 1}})), R"({"k":1})");
  EXPECT_EQ((text_of(boost::container::flat_map<int, std::vector<int>>{{2, {3}}, {1, {}}})), R"({"1":[],"2":[3]})");
  EXPECT_EQ((text_of(std::multimap<int, bool>{{1, true}, {1, false}})), R"({"1":true,"1":false})");
}

TEST(ColumnType, PairsAndTuplesAreStructs) {
  EXPECT_EQ((type_of<std::pair<int, std::optional<std::string>>>()), "struct<int32, string>");
  EXPECT_EQ((text_of(std::pair<int, std::optional<std::string>>{1, "x"})), R"({"first":1,"second":"x"})");
  EXPECT_EQ((text_of(std::vector<std::tuple<int, std::vector<int>>>{{1, {2}}})), R"([{"_1":1,"_2":[2]}])");
  EXPECT_TRUE((make_field<std::tuple<int, std::optional<int>>>("x").nodes[1].optional));
}

TEST(ColumnType, DurationsAreIntervals) {
  using copyto::interval;
  EXPECT_EQ(type_of<std::chrono::seconds>(), "interval");
  auto const of = [](auto duration) { return copyto::column_type<decltype(duration)>::stored(duration); };
  EXPECT_EQ(of(90s), (interval{.nanoseconds = 90'000'000'000}));
  EXPECT_EQ(of(-5ns), (interval{.nanoseconds = -5}));
  EXPECT_EQ(of(std::chrono::weeks(2)), (interval{.days = 14}));
  EXPECT_EQ(of(std::chrono::years(2)), (interval{.months = 24}));
  EXPECT_THROW((void)of(std::chrono::hours(std::numeric_limits<std::int64_t>::max())), copyto::failure);
  EXPECT_THROW((void)of(std::chrono::duration<std::int64_t, std::ratio<86'400>>(std::int64_t{1} << 40)),
               copyto::failure);
  static_assert(!copyto::ColumnType<std::chrono::duration<double>>);
}

TEST(ColumnType, PathsAndUuidsHaveTheirKinds) {
  EXPECT_EQ(type_of<std::filesystem::path>(), "string");
  EXPECT_EQ(text_of(std::filesystem::path("/a/b")), R"("/a/b")");
  EXPECT_EQ(type_of<boost::uuids::uuid>(), "uuid");
  boost::uuids::uuid id{};
  std::fill(id.begin(), id.end(), std::uint8_t{0xAB});
  EXPECT_EQ(text_of(id), R"("abababab-abab-abab-abab-abababababab")");
}

struct stop {
  std::string place = {};
  std::optional<std::int32_t> minutes = {};
  std::vector<bool> days = {};
};
BOOST_DESCRIBE_STRUCT(stop, (), (place, minutes, days))
struct trip {
  std::vector<stop> stops = {};
  std::optional<std::vector<std::optional<std::string>>> notes = {};
  std::map<std::string, std::vector<std::optional<std::int64_t>>> fares = {};
  std::optional<stop> last = {};
  std::pair<int, std::vector<stop>> rest = {};
};
BOOST_DESCRIBE_STRUCT(trip, (), (stops, notes, fares, last, rest))

TEST(ColumnType, ManyNestedValuesAtATimeAreTheSameAsOneByOne) {
  std::mt19937_64 random(3);
  auto const one_in = [&](std::uint64_t n) { return random() % n == 0; };
  auto const make_stop = [&] {
    stop s{.place = std::string(random() % 5, 'p')};
    s.minutes = one_in(3) ? std::nullopt : std::optional(static_cast<std::int32_t>(random() % 60));
    s.days.assign(random() % 4, one_in(2));
    return s;
  };
  for (int round = 0; round != 50; ++round) {
    std::vector<trip> trips(random() % 20);
    for (trip& t : trips) {
      t.stops.resize(random() % 4);
      std::ranges::generate(t.stops, make_stop);
      if (!one_in(3)) {
        t.notes.emplace();
        for (std::uint64_t n = random() % 3; n != 0; --n) {
          t.notes->push_back(one_in(2) ? std::nullopt : std::optional<std::string>("note"));
        }
      }
      for (std::uint64_t n = random() % 3; n != 0; --n) {
        t.fares["k" + std::to_string(n)] = {1, std::nullopt, static_cast<std::int64_t>(n)};
      }
      t.last = round % 2 == 0 && one_in(3) ? std::nullopt : std::optional(make_stop());
      t.rest = {static_cast<int>(random() % 9), std::vector<stop>(random() % 2, make_stop())};
    }
    copyto::batch many(copyto::schema_of<trip>::fields, 64);
    copyto::batch single(copyto::schema_of<trip>::fields, 64);
    std::size_t const half = trips.size() / 2; // a batch may be filled in several steps
    copyto::schema_of<trip>::append(many, half, [&](std::size_t i) -> trip const& { return trips[i]; });
    copyto::schema_of<trip>::append(many, trips.size() - half,
                                    [&](std::size_t i) -> trip const& { return trips[half + i]; });
    for (trip const& t : trips) {
      copyto::append_value(single.buffer(0), t.stops);
      copyto::append_value(single.buffer(1), t.notes);
      copyto::append_value(single.buffer(2), t.fares);
      copyto::append_value(single.buffer(3), t.last);
      copyto::append_value(single.buffer(4), t.rest);
    }
    many.close(trips.size());
    single.close(trips.size());
    for (std::size_t c = 0; c != 5; ++c) {
      ASSERT_EQ(many.column(c).null_count, single.column(c).null_count);
      for (std::size_t i = 0; i != trips.size(); ++i) {
        copyto::byte_buffer a;
        copyto::byte_buffer b;
        EXPECT_FALSE(copyto::detail::append_json(a, many.column(c), i));
        EXPECT_FALSE(copyto::detail::append_json(b, single.column(c), i));
        ASSERT_EQ(copyto::as_text(a.view()), copyto::as_text(b.view())) << round << ", column " << c;
      }
    }
  }
}

} // namespace
