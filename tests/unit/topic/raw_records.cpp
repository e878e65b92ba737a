// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/raw_records.hpp>

#include "records.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>

namespace {

using namespace topic_tests;

struct row {
  std::int32_t number = 0;
  std::optional<std::string> text = {};
  std::vector<std::byte> bytes = {};
  std::array<std::byte, 2> fixed = {};
};
BOOST_DESCRIBE_STRUCT(row, (), (number, text, bytes, fixed))

std::vector<std::string> raw(std::vector<row> const& all, std::vector<std::size_t> const& columns) {
  return records_of(raw_records(), batch_of(all), columns);
}

TEST(RawRecords, AreTheBytesOfTheColumn) {
  std::vector<row> const all = {{1, "a\xFF,\n", {std::byte{0}, std::byte{200}}, {std::byte{1}, std::byte{2}}},
                                {2, "", {}, {}}};
  using texts = std::vector<std::string>;
  EXPECT_EQ(raw(all, {1}), (texts{"a\xFF,\n", ""}));
  EXPECT_EQ(raw(all, {2}), (texts{std::string("\0\xC8", 2), ""}));
  EXPECT_EQ(raw(all, {3}), (texts{"\x01\x02", std::string(2, '\0')}));
}

TEST(RawRecords, TakeAnyByteStringAndUuids) {
  for (kind const k : {kind::string, kind::binary, kind::json, kind::enumeration, kind::fixed_binary, kind::uuid}) {
    EXPECT_TRUE(raw_records::supports({.name = "x", .type = {.id = k}})) << to_string(k);
  }
  for (kind const k : {kind::boolean, kind::int64, kind::decimal, kind::date, kind::interval, kind::list}) {
    EXPECT_FALSE(raw_records::supports({.name = "x", .type = {.id = k}})) << to_string(k);
  }
}

TEST(RawRecords, RefuseOtherColumnsByName) {
  std::vector<row> const all = {{1, std::nullopt, {}, {}}};
  EXPECT_EQ(
      raw(all, {0}).front(),
      "unsupported number: a raw record is a string, binary, json, enum, fixed binary or uuid, and the column is of "
      "type int32; make it text or bytes in the source, or write JSON, CSV or Avro");
  EXPECT_EQ(raw(all, {2, 1}).front(),
            "invalid_argument bytes, text: a raw record is the bytes of one column, and there are "
            "2; name one of them, or write JSON, CSV or Avro");
  EXPECT_EQ(raw(all, {1}).front(),
            "row 0 value_out_of_range text: a value is NULL, which has no bytes to make a record of; "
            "leave such rows out in the source, or give them a value");
}

} // namespace
