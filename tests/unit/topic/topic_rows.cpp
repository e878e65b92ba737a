// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/detail/topic_rows.hpp>

#include <copyto/topic/avro_records.hpp>
#include <copyto/topic/csv_records.hpp>
#include <copyto/topic/json_records.hpp>

#include "records.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace topic_tests;
using detail::topic_record;
using detail::topic_rows;

struct order {
  std::int64_t id;
  std::optional<std::string> name;
  std::optional<bool> gone;
  std::optional<std::uint64_t> hash;
  std::int32_t number;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, name, gone, hash, number))

std::string text_of(std::optional<bytes_view> const& bytes) { return bytes ? std::string(as_text(*bytes)) : "NULL"; }

/// "key value partition [header=value]" of each row, or the error.
std::vector<std::string> made(std::vector<order> const& orders, topic_options const& options,
                              any_records const& value = json_records(), std::int32_t partitions = 10) {
  batch const rows = batch_of(orders);
  topic_rows records(rows.schema(), value, value, options);
  if (result<void> const begun = records.begin(); !begun) {
    return {told(begun)};
  }
  records.take(rows);
  std::vector<std::string> all;
  for (std::size_t i = 0; i != orders.size(); ++i) {
    result<topic_record> const r = records.make(i, partitions);
    if (!r) {
      all.push_back("row " + std::to_string(r.error()->row.value_or(9999)) + " " + r.error()->column + ": " +
                    r.error()->message);
      continue;
    }
    std::string line = text_of(r->key) + " " + text_of(r->value) + " " + std::to_string(r->partition);
    for (detail::record_header const& h : r->headers) {
      line += " " + std::string(h.name) + "=" + text_of(h.value);
    }
    all.push_back(line);
  }
  return all;
}

using lines = std::vector<std::string>;

order const first = {.id = 1, .name = "a\"", .gone = false, .hash = 25, .number = -3};
order const second = {.id = 2, .name = std::nullopt, .gone = true, .hash = std::nullopt, .number = 44};

TEST(TopicRows, WithoutAKeyGoToPartitionZero) {
  EXPECT_EQ(made({first}, {}), lines({R"(NULL {"id":1,"name":"a\"","gone":false,"hash":25,"number":-3} 0)"}));
}

TEST(TopicRows, AKeyOfWhichAllIsNullIsNone) {
  topic_options const by_name{.key = {"name"}};
  auto const found = made({first, second}, by_name);
  EXPECT_TRUE(found[0].starts_with(R"({"name":"a\""} {"id":1)")) << found[0];
  EXPECT_TRUE(found[1].starts_with("NULL {") && found[1].ends_with(" 0")) << found[1];
  topic_options const by_both{.key = {"name", "id"}};
  EXPECT_TRUE(made({second}, by_both)[0].starts_with(R"({"name":null,"id":2} {)"));
}

TEST(TopicRows, ThePartitionIsThatOfTheKey) {
  for (partition_hash const hash : {partition_hash::seahash, partition_hash::murmur2, partition_hash::crc32}) {
    topic_options const options{.key = {"id"}, .hash = hash};
    auto const found = made({first}, options, json_records(), 1000);
    EXPECT_TRUE(found[0].ends_with(" " + std::to_string(partition_of(hash, as_bytes(R"({"id":1})"), 1000))))
        << found[0];
  }
  // The number of a schema is not of the key.
  topic_options const options{.key = {"id"}};
  auto const framed = made({first}, options, avro_records({.schema_id = 7}), 1000);
  auto const other = made({first}, options, avro_records({.schema_id = 70'000}), 1000);
  EXPECT_EQ(framed[0].substr(framed[0].rfind(' ')), other[0].substr(other[0].rfind(' ')));
  EXPECT_EQ(framed[0].substr(framed[0].rfind(' ') + 1),
            std::to_string(partition_of(partition_hash::seahash, as_bytes("\x02"), 1000)));
}

TEST(TopicRows, ThePartitionIsAColumnsNumber) {
  topic_options const by_hash{.key = {"id"}, .partition_by = "hash"};
  auto const found = made({first, second}, by_hash);
  EXPECT_TRUE(found[0].ends_with(" 5"));
  EXPECT_TRUE(found[1].ends_with(" 0")) << "NULL";
  order large = first;
  large.hash = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(made({large}, by_hash, json_records(), 7)[0].ends_with(" " + std::to_string(*large.hash % 7)));
  topic_options const by_number{.partition_by = "number"};
  EXPECT_EQ(made({second, first}, by_number),
            lines({R"(NULL {"id":2,"name":null,"gone":true,"hash":null,"number":44} 4)",
                   "row 1 number: the column that chooses the partition is negative"}));
}

TEST(TopicRows, WhatIsDeletedHasNoValue) {
  topic_options const options{.key = {"id"}, .envelope = topic_envelope::upsert, .deleted = "gone"};
  auto const found = made({first, second}, options, json_records(), 1);
  EXPECT_EQ(found, lines({R"({"id":1} {"id":1,"name":"a\"","hash":25,"number":-3} 0)", R"({"id":2} NULL 0)"}));
  topic_options const by_name{.key = {"name"}, .envelope = topic_envelope::upsert};
  EXPECT_EQ(made({first, second}, by_name)[1],
            "row 1 name: the key of a row is NULL, and the upsert envelope needs one");
}

TEST(TopicRows, HeadersAreTextOrNothing) {
  topic_options const options{.headers = {"name", "number", "gone", "hash"}};
  auto const found = made({first, second}, options);
  EXPECT_TRUE(found[0].ends_with(R"( 0 name=a" number=-3 gone=f hash=25)")) << found[0];
  EXPECT_TRUE(found[1].ends_with(" 0 name=NULL number=44 gone=t hash=NULL")) << found[1];
}

TEST(TopicRows, ASnapshotsRowIsAroundOurs) {
  topic_options const options{.key = {"id"}, .envelope = topic_envelope::debezium, .now = [] {
                                return utc_time(std::chrono::microseconds(1'700'000'000'123'456));
                              }};
  EXPECT_EQ(
      made({first, second}, options, json_records(), 1),
      lines({R"({"id":1} {"before":null,"after":{"id":1,"name":"a\"","gone":false,"hash":25,"number":-3},"op":"r",)"
             R"("ts_ms":1700000000123} 0)",
             R"({"id":2} {"before":null,"after":{"id":2,"name":null,"gone":true,"hash":null,"number":44},"op":"r",)"
             R"("ts_ms":1700000000123} 0)"}));
  EXPECT_TRUE(made({first}, options, avro_records(), 1)[0].starts_with("\x02 ")) << "Avro has it, too";
}

TEST(TopicRows, WhatCannotBeIsSaidBeforeTheFirstRow) {
  auto const why = [](topic_options const& options, any_records const& value = json_records()) {
    return made({}, options, value).empty() ? "made" : made({}, options, value).front();
  };
  EXPECT_TRUE(
      why({.key = {"nobody"}}).starts_with("invalid_argument nobody: topic_options::key names a column that the rows"));
  EXPECT_TRUE(why({.key = {"id", "id"}}).starts_with("invalid_argument id: topic_options::key names a column twice"));
  EXPECT_TRUE(
      why({.envelope = topic_envelope::upsert}).starts_with("invalid_argument : the upsert envelope needs a key"));
  EXPECT_TRUE(why({.key = {"id"}, .deleted = "gone"})
                  .starts_with("invalid_argument gone: topic_options::deleted is for the upsert"));
  EXPECT_TRUE(why({.key = {"id"}, .envelope = topic_envelope::upsert, .deleted = "name"})
                  .starts_with("invalid_argument name: topic_options::deleted is no boolean"));
  EXPECT_TRUE(
      why({.partition_by = "name"}).starts_with("invalid_argument name: topic_options::partition_by is no integer"));
  EXPECT_TRUE(why({.headers = {"other"}}).starts_with("invalid_argument other: topic_options::headers names"));
  EXPECT_EQ(why({.key = {"id"}}, csv_records()), "made");
}

} // namespace
