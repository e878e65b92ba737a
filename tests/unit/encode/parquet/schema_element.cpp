// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/schema_element.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;

walk::value element(field const& f, reader::profile const& readers) {
  leaf const l{.type = &f, .as = form_of(readers, f.type), .max_definition = static_cast<std::uint8_t>(f.optional)};
  byte_buffer out;
  thrift_writer w(out);
  w.list(1, thrift_type::structure, 1);
  write_leaf_element(w, l, f.name, f.id);
  w.end();
  return walk::thrift(as_text(out.view())).structure()[1].list.at(0);
}

TEST(SchemaElement, AnOptionalStringHasBothAnnotations) {
  walk::value const v =
      element({.name = "s", .type = {.id = kind::string}, .optional = true, .id = 7}, reader::portable::value);
  EXPECT_EQ(v[1].number, 6);
  EXPECT_FALSE(v.has(2));
  EXPECT_EQ(v[3].number, 1);
  EXPECT_EQ(v[4].bytes, "s");
  EXPECT_FALSE(v.has(5));
  EXPECT_EQ(v[6].number, 0);
  EXPECT_EQ(v[9].number, 7);
  EXPECT_TRUE(v[10].has(1));
}

TEST(SchemaElement, ADecimalRepeatsItsDigitsInTheOlderFields) {
  walk::value const v =
      element({.name = "d", .type = {.id = kind::decimal, .precision = 20, .scale = 3}}, reader::portable::value);
  EXPECT_EQ(v[1].number, 7);
  EXPECT_EQ(v[2].number, 9);
  EXPECT_EQ(v[6].number, 5);
  EXPECT_EQ(v[7].number, 3);
  EXPECT_EQ(v[8].number, 20);
  EXPECT_EQ(v[10][5][1].number, 3);
  EXPECT_EQ(v[10][5][2].number, 20);
  EXPECT_FALSE(v.has(9));
}

TEST(SchemaElement, ATimestampSaysUnitAndZone) {
  walk::value const utc = element({.name = "t", .type = {.id = kind::timestamp, .unit = time_unit::micro, .utc = true}},
                                  reader::portable::value);
  EXPECT_EQ(utc[6].number, 10);
  EXPECT_EQ(utc[10][8][1].number, 1);
  EXPECT_TRUE(utc[10][8][2].has(2));
  walk::value const local =
      element({.name = "t", .type = {.id = kind::timestamp, .unit = time_unit::milli}}, reader::portable::value);
  EXPECT_EQ(local[6].number, 9); // also where it is not UTC: Snowflake goes by it
  EXPECT_EQ(local[10][8][1].number, 0);
  walk::value const nano =
      element({.name = "t", .type = {.id = kind::timestamp, .unit = time_unit::nano}}, reader::exact::value);
  EXPECT_FALSE(nano.has(6));
  EXPECT_TRUE(nano[10][8][2].has(3));
}

TEST(SchemaElement, SmallIntegersSayTheirBits) {
  walk::value const v = element({.name = "u", .type = {.id = kind::uint16}}, reader::exact::value);
  EXPECT_EQ(v[6].number, 12);
  EXPECT_EQ(v[10][10][1].number, 16);
  EXPECT_EQ(v[10][10][2].number, 0);
  EXPECT_FALSE(element({.name = "i", .type = {.id = kind::int64}}, reader::exact::value).has(10));
}

TEST(SchemaElement, AnIntervalHasOnlyTheOlderAnnotation) {
  walk::value const v = element({.name = "i", .type = {.id = kind::interval}}, reader::exact::value);
  EXPECT_EQ(v[1].number, 7);
  EXPECT_EQ(v[2].number, 12);
  EXPECT_EQ(v[6].number, 21);
  EXPECT_FALSE(v.has(10));
}

TEST(SchemaElement, TheRootHasOnlyNameAndChildren) {
  byte_buffer out;
  thrift_writer w(out);
  w.list(1, thrift_type::structure, 1);
  write_root_element(w, 3);
  w.end();
  walk::value const root = walk::thrift(as_text(out.view())).structure()[1].list.at(0);
  EXPECT_EQ(root.fields.size(), 2U);
  EXPECT_EQ(root[4].bytes, "schema");
  EXPECT_EQ(root[5].number, 3);
}

} // namespace
