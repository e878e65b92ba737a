// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/commit/hive_path.hpp>
#include <copyto/commit/name_template.hpp>
#include <copyto/export/detail/partition_keys.hpp>
#include <copyto/export/partition_by.hpp>

#include <gtest/gtest.h>

#include <concepts>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using copyto::batch;
using copyto::field;
using copyto::kind;
using copyto::logical_type;
using copyto::partition_key;
using copyto::time_unit;
using copyto::detail::partition_keys;
using transform = copyto::partition_transform;

/// What a value of one column is called in the path; or the error.
std::string value_of(logical_type const& type, std::function<void(copyto::column_buffer&)> const& put, transform by,
                     std::uint32_t width = 0) {
  field const fields[] = {{.name = "c", .type = type, .optional = true}, {.name = "rest", .type = {.id = kind::int32}}};
  auto const keys = partition_keys::of({{.column = "c", .transform = by, .width = width}}, false, fields);
  if (!keys) {
    return keys.error().message();
  }
  batch rows(fields);
  put(rows.buffer(0));
  rows.buffer(1).append_fixed(std::int32_t{1});
  rows.close(1);
  auto const values = keys->values(rows, 0);
  return values ? values->front() : values.error().message();
}
template <class T>
  requires std::is_arithmetic_v<T> || std::same_as<T, copyto::int128>
std::string value_of(logical_type const& type, T value, transform by, std::uint32_t width = 0) {
  return value_of(
      type, [&](copyto::column_buffer& b) { b.append_fixed(value); }, by, width);
}
std::string value_of(kind id, std::string_view text, transform by, std::uint32_t width = 0) {
  return value_of(
      {.id = id, .width = id == kind::fixed_binary ? static_cast<std::uint32_t>(text.size()) : 0},
      [&](copyto::column_buffer& b) {
        if (copyto::is_bytes(id)) {
          b.append_copy(text);
        } else {
          b.append_raw(reinterpret_cast<std::byte const*>(text.data()));
        }
      },
      by, width);
}

/// A hash as Iceberg prints it, as its bucket among 2^31 - 1.
std::string bucket(std::int32_t hash) {
  return std::to_string((static_cast<std::uint32_t>(hash) & 0x7fffffff) % 0x7fffffff);
}

// iceberg.apache.org/spec, appendix B: 32-bit hash requirements.
TEST(partition_keys, buckets_are_those_of_iceberg) {
  constexpr std::uint32_t all = 0x7fffffff;
  EXPECT_EQ(value_of({.id = kind::int32}, std::int32_t{34}, transform::bucket, all), bucket(2017239379));
  EXPECT_EQ(value_of({.id = kind::int64}, std::int64_t{34}, transform::bucket, all), bucket(2017239379));
  EXPECT_EQ(value_of({.id = kind::decimal, .precision = 9, .scale = 2}, std::int32_t{1420}, transform::bucket, all),
            bucket(-500754589));
  EXPECT_EQ(value_of({.id = kind::decimal, .precision = 38, .scale = 2}, copyto::int128{1420}, transform::bucket, all),
            bucket(-500754589));
  EXPECT_EQ(value_of({.id = kind::date}, std::int32_t{17486}, transform::bucket, all), bucket(-653330422));
  EXPECT_EQ(value_of({.id = kind::time, .unit = time_unit::micro}, std::int64_t{81068000000}, transform::bucket, all),
            bucket(-662762989));
  constexpr std::int64_t moment = 1510871468; // 2017-11-16T22:31:08
  EXPECT_EQ(value_of({.id = kind::timestamp, .unit = time_unit::milli}, moment * 1000, transform::bucket, all),
            bucket(-2047944441));
  EXPECT_EQ(value_of({.id = kind::timestamp, .unit = time_unit::micro}, moment * 1000000, transform::bucket, all),
            bucket(-2047944441));
  EXPECT_EQ(value_of({.id = kind::timestamp, .unit = time_unit::nano, .utc = true}, moment * 1000000000,
                     transform::bucket, all),
            bucket(-2047944441));
  EXPECT_EQ(value_of(kind::string, "iceberg", transform::bucket, all), bucket(1210000089));
  EXPECT_EQ(value_of(kind::uuid,
                     std::string_view("\xf7\x9c\x3e\x09\x67\x7c\x4b\xbd\xa4\x79\x3f\x34\x9c\xb7\x85\xe7", 16),
                     transform::bucket, all),
            bucket(1488055340));
  EXPECT_EQ(value_of(kind::binary, std::string_view("\0\1\2\3", 4), transform::bucket, all), bucket(-188683207));
  EXPECT_EQ(value_of(kind::fixed_binary, std::string_view("\0\1\2\3", 4), transform::bucket, all), bucket(-188683207));
  EXPECT_EQ(value_of({.id = kind::int64}, std::int64_t{34}, transform::bucket, 16), std::to_string(2017239379 % 16));
}

TEST(partition_keys, values_are_written_as_readers_parse_them) {
  logical_type const stamp{.id = kind::timestamp, .unit = time_unit::micro};
  EXPECT_EQ(value_of(
                {.id = kind::boolean}, [](auto& b) { b.append_bool(true); }, transform::identity),
            "true");
  EXPECT_EQ(value_of(
                {.id = kind::boolean}, [](auto& b) { b.append_bool(false); }, transform::identity),
            "false");
  EXPECT_EQ(value_of({.id = kind::int8}, std::int8_t{-7}, transform::identity), "-7");
  EXPECT_EQ(value_of({.id = kind::uint64}, ~std::uint64_t{0}, transform::identity), "18446744073709551615");
  EXPECT_EQ(value_of({.id = kind::decimal, .precision = 9, .scale = 2}, std::int32_t{-5}, transform::identity),
            "-0.05");
  EXPECT_EQ(value_of({.id = kind::date}, std::int32_t{19782}, transform::identity), "2024-02-29");
  EXPECT_EQ(value_of(stamp, std::int64_t{1709209845500000}, transform::identity), "2024-02-29 12%3A30%3A45.5");
  EXPECT_EQ(value_of(kind::string, "a/b=c d%\xf0\x9f\x99\x82{}", transform::identity),
            "a%2Fb%3Dc d%25\xf0\x9f\x99\x82%7B%7D");
  EXPECT_EQ(value_of(kind::enumeration, "red", transform::identity), "red");
  EXPECT_EQ(value_of(
                {.id = kind::string}, [](auto& b) { b.append_null(); }, transform::identity),
            "__HIVE_DEFAULT_PARTITION__");
  EXPECT_EQ(value_of(
                {.id = kind::date}, [](auto& b) { b.append_null(); }, transform::year),
            "__HIVE_DEFAULT_PARTITION__");
  // Before 1970 as well as behind it.
  EXPECT_EQ(value_of({.id = kind::date}, std::int32_t{-1}, transform::year), "1969");
  EXPECT_EQ(value_of({.id = kind::date}, std::int32_t{-1}, transform::month), "1969-12");
  EXPECT_EQ(value_of({.id = kind::date}, std::int32_t{-719162}, transform::day), "0001-01-01");
  EXPECT_EQ(value_of(stamp, std::int64_t{-1}, transform::hour), "1969-12-31-23");
  EXPECT_EQ(value_of(stamp, std::int64_t{1709209845500000}, transform::hour), "2024-02-29-12");
  EXPECT_EQ(value_of({.id = kind::timestamp, .unit = time_unit::milli}, std::int64_t{-1}, transform::day),
            "1969-12-31");
  EXPECT_EQ(value_of({.id = kind::int32}, std::int32_t{-1}, transform::truncate, 10), "-10");
  EXPECT_EQ(value_of({.id = kind::int64}, std::int64_t{19}, transform::truncate, 10), "10");
  EXPECT_EQ(value_of({.id = kind::decimal, .precision = 9, .scale = 2}, std::int32_t{1065}, transform::truncate, 50),
            "10.50");
  EXPECT_EQ(value_of(kind::string, "iceberg", transform::truncate, 3), "ice");
  EXPECT_EQ(value_of(kind::string, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82x", transform::truncate, 3),
            "\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82");
}

TEST(partition_keys, values_that_have_no_name_are_errors) {
  auto const says = [](std::string const& text, std::string_view part) { return text.find(part) != text.npos; };
  EXPECT_TRUE(says(value_of(kind::string, "", transform::identity), "which readers take for NULL"));
  EXPECT_TRUE(says(value_of(kind::string, copyto::hive_null, transform::identity), "which readers take for NULL"));
  EXPECT_TRUE(says(value_of(kind::string, "\xff", transform::identity), "not UTF-8"));
  for (transform const by : {transform::identity, transform::year, transform::month, transform::day}) {
    EXPECT_TRUE(says(value_of({.id = kind::date}, std::int32_t{2932897}, by), "outside the years 1 to 9999"));
    EXPECT_TRUE(says(value_of({.id = kind::date}, std::int32_t{-2147483647}, by), "outside the years 1 to 9999"));
  }
}

TEST(partition_keys, what_cannot_be_is_refused_by_name) {
  field const fields[] = {{.name = "a", .type = {.id = kind::string}},
                          {.name = "f", .type = {.id = kind::float64}},
                          {.name = "at", .type = {.id = kind::timestamp}},
                          {.name = "at_day", .type = {.id = kind::int32}}};
  auto const refusal = [&](std::vector<partition_key> keys, bool keep = false) {
    auto const made = partition_keys::of(std::move(keys), keep, fields);
    return made ? std::string() : made.error().message();
  };
  auto const says = [](std::string const& text, std::string_view part) { return text.find(part) != text.npos; };
  EXPECT_TRUE(says(refusal({}), "no key"));
  EXPECT_TRUE(says(refusal({{.column = "b"}}), "the columns are a, f, at, at_day"));
  EXPECT_TRUE(says(refusal({{.column = "f"}}), "by the values of double"));
  EXPECT_TRUE(says(refusal({{.column = "a", .transform = transform::year}}), "by year of string"));
  EXPECT_TRUE(says(refusal({{.column = "a", .transform = transform::bucket}}), "the width of bucket cannot be 0"));
  EXPECT_TRUE(says(refusal({{.column = "a", .width = 3}}), "the width of identity cannot be 3"));
  EXPECT_TRUE(says(refusal({{.column = "a"}, {.column = "a"}}), "two keys"));
  EXPECT_TRUE(says(refusal({{.column = "at", .transform = transform::day}}), "called `at_day`, as a column"));
  EXPECT_TRUE(says(refusal({{.column = "a", .name = "f"}}), "called `f`, as a column"));
  EXPECT_EQ(refusal({{.column = "at", .transform = transform::day, .name = "day"}, {.column = "a"}}), "");
  field const only[] = {{.name = "a", .type = {.id = kind::string}}};
  EXPECT_TRUE(says(partition_keys::of({{.column = "a"}}, false, only).error().message(), "nothing is left"));
  EXPECT_TRUE(partition_keys::of({{.column = "a"}}, true, only));
}

TEST(partition_keys, are_read_as_sql_writes_them) {
  auto const read = [](std::string_view text) {
    auto const keys = copyto::parse_partition_keys(text);
    std::string all;
    for (partition_key const& k : keys ? *keys : std::vector<partition_key>()) {
      all += k.column + '/' + std::to_string(static_cast<int>(k.transform)) + '/' + std::to_string(k.width) + ' ';
    }
    return keys ? all : "refused";
  };
  EXPECT_EQ(read("region"), "region/0/0 ");
  EXPECT_EQ(read(" region , month( at ),bucket(16,id), truncate(3, name)"), "region/0/0 at/2/0 id/5/16 name/6/3 ");
  EXPECT_EQ(read("\"a, (b)\",\"q\"\"q\",identity(year)"), "a, (b)/0/0 q\"q/0/0 year/0/0 ");
  for (std::string_view const bad :
       {"", ",", "a,", "a b", "month(at", "month()", "week(at)", "bucket(id)", "bucket(x,id)", "bucket(3 id)",
        "\"month\"(at)", "(a)", "a)", "month(at))", "bucket(3,)"}) {
    EXPECT_EQ(read(bad), "refused") << bad;
  }
}

TEST(partition_keys, sort_by_their_values_with_null_behind) {
  field const fields[] = {{.name = "n", .type = {.id = kind::int32}, .optional = true},
                          {.name = "s", .type = {.id = kind::string}, .optional = true},
                          {.name = "rest", .type = {.id = kind::int32}}};
  auto const keys = partition_keys::of({{.column = "n"}, {.column = "s"}}, false, fields).value();
  struct row {
    int n = 0;
    std::string_view s = {};
    bool n_is_null = false;
    bool s_is_null = false;
  };
  constexpr int least = -2147483647 - 1;
  using std::string_view_literals::operator""sv;
  constexpr row ascending[] = {{least, "z", false, false},  {-1, ""sv, false, false}, {-1, "\0"sv, false, false},
                               {-1, "\0a"sv, false, false}, {-1, "\1", false, false}, {-1, "a", false, false},
                               {-1, "aa", false, false},    {-1, "b", false, false},  {-1, "", false, true},
                               {0, "a", false, false},      {255, "a", false, false}, {256, "a", false, false},
                               {0, "a", true, false},       {0, "", true, true}};
  batch rows(fields);
  for (row const& r : ascending) {
    if (r.n_is_null) {
      rows.buffer(0).append_null();
    } else {
      rows.buffer(0).append_fixed(std::int32_t{r.n});
    }
    if (r.s_is_null) {
      rows.buffer(1).append_null();
    } else {
      rows.buffer(1).append_copy(r.s);
    }
    rows.buffer(2).append_fixed(std::int32_t{0});
  }
  rows.close(std::size(ascending));
  std::string last;
  for (std::size_t i = 0; i != std::size(ascending); ++i) {
    copyto::byte_buffer key;
    keys.put_key(rows, i, key);
    std::string const text(copyto::as_text(key.view()));
    EXPECT_LT(last, text) << i;
    last = text;
  }
}

TEST(hive_path, is_split_into_what_was_escaped) {
  std::string every;
  for (int c = 1; c != 128; ++c) {
    every += static_cast<char>(c);
  }
  std::string const escaped = copyto::hive_escape(every);
  EXPECT_EQ(escaped.find_first_of("/={}\"#%'*:?\\[]^\n\x7f") == escaped.npos || escaped.find('%') != escaped.npos,
            true);
  EXPECT_EQ(escaped.find('/'), escaped.npos);
  auto const values =
      copyto::hive_split("a=" + escaped + "/" + copyto::hive_escape("k=/") + "=x/n=__HIVE_DEFAULT_PARTITION__/e=");
  ASSERT_EQ(values.size(), 4U);
  EXPECT_EQ(values[0].second, every);
  EXPECT_EQ(values[1], (std::pair<std::string, std::optional<std::string>>("k=/", "x")));
  EXPECT_EQ(values[2].second, std::nullopt);
  EXPECT_EQ(values[3].second, "");
}

TEST(name_template, with_partitions_makes_and_knows_their_names) {
  auto const bound = copyto::name_template::parse("{prefix}/v1/{partition}/{id}-{file}.{ext}")
                         .value()
                         .bind("x", "csv", {}, "region={value}/day={value}");
  EXPECT_EQ(bound.text(), "v1/region={value}/day={value}/x-{file}.csv");
  std::vector<std::string> const values = {"eu", "2024-01-31"};
  std::string const name = bound.name(0, 7, values);
  EXPECT_EQ(name, "v1/region=eu/day=2024-01-31/x-0007.csv");
  EXPECT_TRUE(bound.makes(name));
  EXPECT_EQ(bound.partition_of(name), "region=eu/day=2024-01-31");
  EXPECT_EQ(bound.partition_of("v1/region=eu/day=1/of somebody else"), "region=eu/day=1");
  for (std::string_view const other :
       {"v1/region=eu/x-0007.csv", "v1/region=eu/day=1/more/x-0007.csv", "region=eu/day=1/x-0007.csv",
        "v1/region=eu/day=1/y-0007.csv", "v1/regions=eu/day=1/x-0007.csv"}) {
    EXPECT_FALSE(bound.makes(other)) << other;
  }
  EXPECT_EQ(bound.partition_of("v1/region=eu/x"), "");
  EXPECT_EQ(bound.partition_of("v2/region=eu/day=1/x"), "");
  // Values may be empty, the first, too.
  EXPECT_EQ(bound.partition_of("v1/region=/day=1/x"), "region=/day=1");
  EXPECT_EQ(bound.partition_of("v1/region=eu/day=/x"), "region=eu/day=");
  auto const one = copyto::name_template::parse("{partition}/{file}").value().bind("x", "csv", {}, "k={value}");
  EXPECT_EQ(one.partition_of("k=/0000"), "k=");
  // Numbers before the partition may be any; two shards have files of one partition.
  for (char const* const text :
       {"s{shard}/{partition}/{file}-{id}", "f{file}/{partition}/x{id}", "{file}/a/{partition}/x{id}"}) {
    auto const numbered = copyto::name_template::parse(text).value().bind("x", "csv", {}, "region={value}/day={value}");
    for (std::uint32_t const number : {0U, 7U, 12345U}) {
      EXPECT_EQ(numbered.partition_of(numbered.name(number, number, values)), "region=eu/day=2024-01-31")
          << text << number;
    }
    EXPECT_EQ(numbered.partition_of("sx/region=eu/day=1/0000-x"), "") << text;
  }
  // What a control object records is read again.
  EXPECT_TRUE(copyto::name_template::parse(bound.text()));
  for (std::string_view const bad :
       {"{partition}", "a{partition}/x", "{partition}x/y", "{partition}/{partition}/x", "k={value}x/{file}"}) {
    EXPECT_FALSE(copyto::name_template::parse(bad)) << bad;
  }
}

} // namespace
