// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/avro_records.hpp>

#include <copyto/topic/avro_schema.hpp>

#include "records.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <optional>

namespace {

using namespace topic_tests;

std::string hex(std::string_view bytes) {
  std::string text;
  for (char const c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}
/// A value of a column of its own, as hexadecimal digits; an error as it is.
template <class T>
std::string one(logical_type const& type, T const& value) {
  field const fields[] = {{.name = "c", .type = type}};
  std::string const record = records_of(avro_records(), batch_of_raw<T>(fields, {value})).front();
  return record.starts_with("row 0") ? record : hex(record);
}

TEST(AvroRecords, LongsAreZigZag) { // the table in "Binary Encoding"
  auto const coded = [](std::int64_t v) { return one({.id = kind::int64}, v); };
  EXPECT_EQ(coded(0), "00");
  EXPECT_EQ(coded(-1), "01");
  EXPECT_EQ(coded(1), "02");
  EXPECT_EQ(coded(-2), "03");
  EXPECT_EQ(coded(-64), "7f");
  EXPECT_EQ(coded(64), "8001");
  EXPECT_EQ(coded(std::numeric_limits<std::int64_t>::max()), "feffffffffffffffff01");
  EXPECT_EQ(coded(std::numeric_limits<std::int64_t>::min()), "ffffffffffffffffff01");
  EXPECT_EQ(one({.id = kind::int8}, std::int8_t{-128}), "ff01");
  EXPECT_EQ(one({.id = kind::uint8}, std::uint8_t{255}), "fe03");
  EXPECT_EQ(one({.id = kind::int16}, std::int16_t{-2}), "03");
  EXPECT_EQ(one({.id = kind::uint16}, std::uint16_t{65535}), "feff07");
  EXPECT_EQ(one({.id = kind::int32}, std::numeric_limits<std::int32_t>::min()), "ffffffff0f");
  EXPECT_EQ(one({.id = kind::uint32}, std::numeric_limits<std::uint32_t>::max()), "feffffff1f");
}

TEST(AvroRecords, FloatsAreLittleEndian) {
  EXPECT_EQ(one({.id = kind::float32}, 1.5F), "0000c03f");
  EXPECT_EQ(one({.id = kind::float64}, -2.0), "00000000000000c0");
  EXPECT_EQ(one({.id = kind::float16}, std::uint16_t{0x3E00}), "0000c03f");
}

TEST(AvroRecords, DecimalsHaveAsFewBytesAsTheyNeed) {
  auto const small = [](std::int32_t v) { return one({.id = kind::decimal, .precision = 9, .scale = 2}, v); };
  EXPECT_EQ(small(0), "0200");
  EXPECT_EQ(small(-1), "02ff");
  EXPECT_EQ(small(127), "027f");
  EXPECT_EQ(small(128), "040080");
  EXPECT_EQ(small(-128), "0280");
  EXPECT_EQ(small(-129), "04ff7f");
  EXPECT_EQ(one({.id = kind::decimal, .precision = 18}, std::int64_t{-999'999'999'999'999'999}), "10f21f494c589c0001");
  EXPECT_EQ(one({.id = kind::decimal, .precision = 38}, power_of_ten(38) - 1), "204b3b4ca85a86c47a098a223fffffffff");
  EXPECT_EQ(one({.id = kind::decimal, .precision = 38}, 1 - power_of_ten(38)), "20b4c4b357a5793b85f675ddc000000001");
  EXPECT_EQ(one({.id = kind::uint64}, std::numeric_limits<std::uint64_t>::max()), "1200ffffffffffffffff");
}

TEST(AvroRecords, TimesEndBeforeMidnight) {
  EXPECT_EQ(one({.id = kind::time, .unit = time_unit::milli}, std::int32_t{86'399'999}), "feefb252");
  EXPECT_EQ(one({.id = kind::time, .unit = time_unit::nano}, std::int64_t{1}), "02");
  std::string const refused =
      "row 0 value_out_of_range c: a time of day is outside of 00:00:00 to 23:59:59.999..., and "
      "readers of Avro know no other; correct it in the source, or make it text";
  EXPECT_EQ(one({.id = kind::time, .unit = time_unit::milli}, std::int32_t{86'400'000}), refused);
  EXPECT_EQ(one({.id = kind::time, .unit = time_unit::micro}, std::int64_t{86'400'000'000}), refused);
  EXPECT_EQ(one({.id = kind::time, .unit = time_unit::nano}, std::int64_t{-1}), refused);
}

TEST(AvroRecords, DurationsAreExactOrRefused) {
  logical_type const type{.id = kind::interval};
  EXPECT_EQ(one(type, interval{14, 3, 5'000'000}), "0e0000000300000005000000");
  EXPECT_EQ(one(type, interval{0, 0, 4'294'967'295 * 1'000'000}), "0000000000000000ffffffff");
  for (interval const bad : {interval{-1, 0, 0}, interval{0, -1, 0}, interval{0, 0, -1'000'000}, interval{0, 0, 1},
                             interval{0, 0, 4'294'967'296 * 1'000'000}}) {
    EXPECT_TRUE(
        one(type, bad).starts_with("row 0 value_out_of_range c: an interval is negative, finer than a millisec"));
  }
}

struct spec_example {
  std::int64_t a = 27;
  std::string b = "foo";
};
BOOST_DESCRIBE_STRUCT(spec_example, (), (a, b))

TEST(AvroRecords, AreFieldsOneBehindTheOther) { // the example in "Records"
  EXPECT_EQ(hex(record_of(avro_records(), spec_example{})), "3606666f6f");
}

struct row {
  std::optional<std::string> text = {};
  std::vector<std::int64_t> list = {};
  std::map<std::string, std::optional<bool>> map = {};
  std::map<std::int32_t, std::string> pairs = {};
  std::optional<spec_example> below = {};
};
BOOST_DESCRIBE_STRUCT(row, (), (text, list, map, pairs, below))

TEST(AvroRecords, ArraysAndMapsAreOneBlock) { // [3, 27] is the example in "Arrays", "a" that in "Unions"
  row const r{
      .text = "a", .list = {3, 27}, .map = {{"k", true}, {"n", {}}}, .pairs = {{-1, "x"}}, .below = spec_example{}};
  EXPECT_EQ(hex(record_of(avro_records(), r)), "020261"
                                               "04063600"
                                               "04026b0201026e0000"
                                               "0201027800"
                                               "023606666f6f");
  EXPECT_EQ(hex(record_of(avro_records(), row{})), "00"
                                                   "00"
                                                   "00"
                                                   "00"
                                                   "00");
}

TEST(AvroRecords, ASchemaIdIsInFront) {
  avro_records format({.schema_id = 0x0102A0FF});
  EXPECT_EQ(hex(record_of(format, spec_example{})), "000102a0ff"
                                                    "3606666f6f");
  EXPECT_EQ(format.frame_bytes(), 5U);
  EXPECT_EQ(avro_records().frame_bytes(), 0U);
  avro_records later;
  later.set_schema_id(7);
  EXPECT_EQ(hex(record_of(later, spec_example{})), "0000000007"
                                                   "3606666f6f");
}

TEST(AvroRecords, HaveTheSchemaThatTheyAreWrittenWith) {
  auto const fields = schema_view(schema_of<row>::fields);
  avro_records format({.record = "r", .name_space = "n"});
  std::vector<std::size_t> const columns = {4, 1};
  ASSERT_TRUE(format.begin(fields, columns));
  EXPECT_EQ(format.schema(), avro_schema(fields, columns, {.record = "r", .name_space = "n"}).value());
}

TEST(AvroRecords, AFaultNamesRowColumnAndPath) {
  std::vector<row> const all = {
      {}, {.map = {{"\xFF", {}}}}, {.pairs = {{1, "x"}, {2, "\xFF"}}}, {.below = spec_example{.b = "\xFF"}}, {}};
  std::vector<std::string> const records = records_of(avro_records({.schema_id = 1}), batch_of(all));
  std::string const what = ": a text is not valid UTF-8; correct it in the source, or make the column binary";
  EXPECT_EQ(records[1], "row 1 value_out_of_range map[].key" + what);
  EXPECT_EQ(records[2], "row 2 value_out_of_range pairs[].value" + what);
  EXPECT_EQ(records[3], "row 3 value_out_of_range below.b" + what);
  EXPECT_EQ(records[4], records[0]);
}

TEST(AvroRecords, NamesAreRefusedAtTheBeginning) {
  static constexpr field fields[] = {{.name = "x y", .type = {.id = kind::int32}}};
  std::size_t const columns[] = {0};
  EXPECT_TRUE(
      told(avro_records().begin(fields, columns)).starts_with("invalid_argument x y: a name is none of Avro's"));
}

} // namespace
