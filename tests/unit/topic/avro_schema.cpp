// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/avro_schema.hpp>

#include "records.hpp"

#include <gtest/gtest.h>

namespace {

using namespace topic_tests;

std::string schema_for(schema_view fields, avro_naming const& naming = {}) {
  result<std::string> const made = avro_schema(fields, every_column(fields), naming);
  return made ? *made : told(made.error());
}
/// The type of one column of this logical type.
std::string type_of(logical_type const& type, bool optional = false) {
  field const fields[] = {{.name = "c", .type = type, .optional = optional}};
  std::string const text = schema_for(fields);
  std::string const head = R"({"type":"record","name":"row","fields":[{"name":"c","type":)";
  std::string const tail = optional ? R"(,"default":null}]})" : "}]}";
  EXPECT_TRUE(text.starts_with(head) && text.ends_with(tail)) << text;
  return text.substr(head.size(), text.size() - head.size() - tail.size());
}

TEST(AvroSchema, EveryTypeHasItsOwn) {
  EXPECT_EQ(type_of({.id = kind::boolean}), R"("boolean")");
  for (kind const k : {kind::int8, kind::int16, kind::int32, kind::uint8, kind::uint16}) {
    EXPECT_EQ(type_of({.id = k}), R"("int")");
  }
  EXPECT_EQ(type_of({.id = kind::int64}), R"("long")");
  EXPECT_EQ(type_of({.id = kind::uint32}), R"("long")");
  EXPECT_EQ(type_of({.id = kind::uint64}), R"({"type":"bytes","logicalType":"decimal","precision":20,"scale":0})");
  EXPECT_EQ(type_of({.id = kind::float16}), R"("float")");
  EXPECT_EQ(type_of({.id = kind::float32}), R"("float")");
  EXPECT_EQ(type_of({.id = kind::float64}), R"("double")");
  EXPECT_EQ(type_of({.id = kind::decimal, .precision = 38, .scale = 7}),
            R"({"type":"bytes","logicalType":"decimal","precision":38,"scale":7})");
  for (kind const k : {kind::string, kind::json, kind::enumeration}) {
    EXPECT_EQ(type_of({.id = k}), R"("string")");
  }
  EXPECT_EQ(type_of({.id = kind::binary}), R"("bytes")");
  EXPECT_EQ(type_of({.id = kind::fixed_binary, .width = 5}), R"({"type":"fixed","name":"row_c","size":5})");
  EXPECT_EQ(type_of({.id = kind::uuid}), R"({"type":"string","logicalType":"uuid"})");
  EXPECT_EQ(type_of({.id = kind::date}), R"({"type":"int","logicalType":"date"})");
  EXPECT_EQ(type_of({.id = kind::interval}), R"({"type":"fixed","name":"row_c","size":12,"logicalType":"duration"})");
  EXPECT_EQ(type_of({.id = kind::string}, true), R"(["null","string"])");
}

TEST(AvroSchema, TimesKeepTheirUnit) {
  auto const time = [](kind k, time_unit unit, bool utc) { return type_of({.id = k, .unit = unit, .utc = utc}); };
  EXPECT_EQ(time(kind::time, time_unit::milli, false), R"({"type":"int","logicalType":"time-millis"})");
  EXPECT_EQ(time(kind::time, time_unit::micro, true),
            R"({"type":"long","logicalType":"time-micros","copyto.utc":true})");
  EXPECT_EQ(time(kind::time, time_unit::nano, false), R"({"type":"long","copyto.type":"time-nanos"})");
  EXPECT_EQ(time(kind::timestamp, time_unit::milli, true), R"({"type":"long","logicalType":"timestamp-millis"})");
  EXPECT_EQ(time(kind::timestamp, time_unit::micro, true), R"({"type":"long","logicalType":"timestamp-micros"})");
  EXPECT_EQ(time(kind::timestamp, time_unit::nano, true), R"({"type":"long","logicalType":"timestamp-nanos"})");
  EXPECT_EQ(time(kind::timestamp, time_unit::milli, false),
            R"({"type":"long","logicalType":"local-timestamp-millis"})");
  EXPECT_EQ(time(kind::timestamp, time_unit::nano, false), R"({"type":"long","logicalType":"local-timestamp-nanos"})");
}

constexpr field text_element[] = {{.name = "element", .type = {.id = kind::string}, .optional = true}};
constexpr field members[] = {{.name = "b", .type = {.id = kind::fixed_binary, .width = 2}},
                             {.name = "l", .type = {.id = kind::list}, .nodes = text_element, .node_count = 1}};
constexpr field struct_element[] = {
    {.name = "element", .type = {.id = kind::structure}, .nodes = members, .node_count = 2}};
constexpr field by_text[] = {{.name = "key", .type = {.id = kind::string}},
                             {.name = "value", .type = {.id = kind::int32}}};
constexpr field by_number[] = {{.name = "key", .type = {.id = kind::int32}},
                               {.name = "value", .type = {.id = kind::string}, .optional = true}};

TEST(AvroSchema, NestedTypesNest) {
  static constexpr field fields[] = {
      {.name = "a", .type = {.id = kind::structure}, .optional = true, .nodes = members, .node_count = 2},
      {.name = "s", .type = {.id = kind::list}, .nodes = struct_element, .node_count = 1},
      {.name = "m", .type = {.id = kind::map}, .nodes = by_text, .node_count = 2},
      {.name = "n", .type = {.id = kind::map}, .nodes = by_number, .node_count = 2}};
  EXPECT_EQ(schema_for(fields, {.record = "trade", .name_space = "com.example"}),
            R"({"type":"record","name":"trade","namespace":"com.example","fields":[)"
            R"({"name":"a","type":["null",{"type":"record","name":"trade_a","fields":[)"
            R"({"name":"b","type":{"type":"fixed","name":"trade_a_b","size":2}},)"
            R"({"name":"l","type":{"type":"array","items":["null","string"]}}]}],"default":null},)"
            R"({"name":"s","type":{"type":"array","items":{"type":"record","name":"trade_s_element","fields":[)"
            R"({"name":"b","type":{"type":"fixed","name":"trade_s_element_b","size":2}},)"
            R"({"name":"l","type":{"type":"array","items":["null","string"]}}]}}},)"
            R"({"name":"m","type":{"type":"map","values":"int"}},)"
            R"({"name":"n","type":{"type":"array","logicalType":"map","items":{"type":"record","name":"trade_n_entry",)"
            R"("fields":[{"name":"key","type":"int"},{"name":"value","type":["null","string"],"default":null}]}}}]})");
}

TEST(AvroSchema, NamesOfTypesAreUnique) {
  static constexpr field fields[] = {{.name = "a", .type = {.id = kind::structure}, .nodes = members, .node_count = 2},
                                     {.name = "a_b", .type = {.id = kind::fixed_binary, .width = 3}}};
  std::string const text = schema_for(fields);
  EXPECT_NE(text.find(R"("name":"row_a_b","size":2)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("name":"row_a_b_2","size":3)"), std::string::npos) << text;
}

TEST(AvroSchema, ColumnsAreThoseAskedFor) {
  static constexpr field fields[] = {{.name = "not this", .type = {.id = kind::int32}},
                                     {.name = "x", .type = {.id = kind::int32}},
                                     {.name = "y", .type = {.id = kind::int32}}};
  std::size_t const columns[] = {2, 1};
  EXPECT_EQ(avro_schema(fields, columns).value(),
            R"({"type":"record","name":"row","fields":[{"name":"y","type":"int"},{"name":"x","type":"int"}]})");
  EXPECT_EQ(told(avro_schema(fields, {}).error()).substr(0, 16), "invalid_argument");
}

TEST(AvroSchema, OtherNamesAreRefused) {
  for (std::string_view const name : {"", "1a", "a b", "a-b", "a.b", "\xC3\xBC", "a\"", "Zz09_~"}) {
    field const fields[] = {{.name = name, .type = {.id = kind::int32}}};
    EXPECT_EQ(schema_for(fields), "invalid_argument " + std::string(name) +
                                      ": a name is none of Avro's, which are of ASCII letters, digits and _, and begin "
                                      "with no digit; rename it in the source (SELECT ... AS name), or write JSON");
  }
  for (std::string_view const name : {"_", "Zz09_", "a"}) {
    field const fields[] = {{.name = name, .type = {.id = kind::int32}}};
    EXPECT_EQ(schema_for(fields)[0], '{') << name;
  }
  static constexpr field bad[] = {{.name = "x y", .type = {.id = kind::int32}}};
  static constexpr field element[] = {
      {.name = "element", .type = {.id = kind::structure}, .nodes = bad, .node_count = 1}};
  static constexpr field fields[] = {{.name = "a", .type = {.id = kind::list}, .nodes = element, .node_count = 1}};
  EXPECT_TRUE(schema_for(fields).starts_with("invalid_argument a[].x y: a name is none of Avro's"));
}

TEST(AvroSchema, NamesOfTheRecordAreChecked) {
  EXPECT_EQ(
      schema_for(by_text, {.record = "a.b"}),
      "invalid_argument : the Avro option \"record\" is a.b, which is not a name of ASCII letters, digits and _ that "
      "begins with no digit; correct it");
  EXPECT_TRUE(
      schema_for(by_text, {.record = ""}).starts_with("invalid_argument : the Avro option \"record\" is empty"));
  for (std::string_view const name : {".", "a.", ".a", "a..b", "a b", "1"}) {
    EXPECT_TRUE(schema_for(by_text, {.name_space = std::string(name)})
                    .starts_with("invalid_argument : the Avro option \"name_space\" is"))
        << name;
  }
}

} // namespace
