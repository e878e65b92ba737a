// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/csv_records.hpp>

#include "records.hpp"

#include <copyto/encode/csv.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/source/rows.hpp>
#include <copyto/store/memory.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace {

using namespace topic_tests;

struct row {
  std::int64_t id = 0;
  std::optional<std::string> note = {};
  std::optional<double> number = {};
  std::vector<std::byte> raw = {};
  std::vector<std::int32_t> list = {};
  std::chrono::sys_days day = {};
};
BOOST_DESCRIBE_STRUCT(row, (), (id, note, number, raw, list, day))

std::vector<row> examples() {
  std::vector<row> all = {
      {.id = 7, .note = "a \"b\"", .number = 1.5, .raw = {std::byte{255}}, .list = {1, 2}},
      {.id = -1, .note = std::nullopt},
      {.id = 10, .note = ""},
      {.id = 11, .note = "x,y", .number = 1e20},
      {.id = 12, .note = "line\nline\r"},
      {.id = 13, .note = "\\."},
      {.id = 14, .note = "NULL"},
      {.id = 15, .note = "\xC3\xBC \\ long enough to be scanned by whole vectors, \" and then some"}};
  return all;
}

using texts = std::vector<std::string>;

TEST(CsvRecords, AreLinesWithoutTheirEnd) {
  texts const lines = records_of(csv_records(), batch_of(examples()));
  EXPECT_EQ(lines[0], R"(7,"a ""b""",1.5,\xff,"[1,2]",1970-01-01)");
  EXPECT_EQ(lines[1], R"(-1,,,\x,[],1970-01-01)");
  EXPECT_EQ(lines[2], R"(10,"",,\x,[],1970-01-01)");
}

/// The line of each row in a file of the encoder's, made a file each.
texts by_encoder(csv_options const& options) {
  texts lines;
  for (row const& r : examples()) {
    std::vector<row> const one = {r};
    memory_store store;
    EXPECT_TRUE(make_exporter(rows(one), csv{options}, store, {.to = into("f")}).run());
    for (auto const& [key, object] : store.objects()) {
      lines.push_back(object.body);
    }
    lines.back().pop_back();
  }
  return lines;
}

TEST(CsvRecords, AreThoseOfTheEncoder) {
  EXPECT_EQ(records_of(csv_records(), batch_of(examples())), by_encoder({}));
  EXPECT_EQ(records_of(csv_records({.null_text = "NULL"}), batch_of(examples())), by_encoder({.null_text = "NULL"}));
  EXPECT_EQ(records_of(csv_records({.quotes = csv_quotes::all}), batch_of(examples())),
            by_encoder({.quotes = csv_quotes::all}));
  EXPECT_EQ(records_of(csv_records({.delimiter = '\t', .quote = '\'', .escape = '\\', .force_quote = {"id"}}),
                       batch_of(examples())),
            by_encoder({.delimiter = '\t', .quote = '\'', .escape = '\\', .force_quote = {"id"}}));
  EXPECT_EQ(records_of(csv_records({.delimiter = '1', .quote = 'f', .quotes = csv_quotes::non_numeric}),
                       batch_of(examples())),
            by_encoder({.delimiter = '1', .quote = 'f', .quotes = csv_quotes::non_numeric}));
}

TEST(CsvRecords, OfOneColumn) {
  texts const lines = records_of(csv_records(), batch_of(examples()), {1});
  EXPECT_EQ(lines[1], "");
  EXPECT_EQ(lines[2], "\"\"");
  EXPECT_EQ(lines[5], "\"\\.\"");
}

TEST(CsvRecords, AByteOrderMarkIsQuotedInFront) {
  std::vector<row> const all = {{.note = "\xEF\xBB\xBFx"}};
  EXPECT_EQ(records_of(csv_records(), batch_of(all), {1}).front(), "\"\xEF\xBB\xBFx\"");
  EXPECT_EQ(records_of(csv_records(), batch_of(all), {0, 1}).front(), "0,\xEF\xBB\xBFx");
}

TEST(CsvRecords, FaultsNameTheColumn) {
  std::vector<row> const all = {{.note = "\xFF"}, {.note = std::string(1, '\0')}, {.note = "a,b"}};
  texts const lines = records_of(csv_records({.quotes = csv_quotes::never}), batch_of(all), {0, 1});
  EXPECT_EQ(lines[0],
            "row 0 value_out_of_range note: a text is not valid UTF-8; make the column binary, or write JSON or "
            "Avro");
  EXPECT_EQ(lines[1].substr(0, 73), "row 1 value_out_of_range note: a text holds a NUL byte, which CSV readers");
  EXPECT_EQ(lines[2],
            "row 2 value_out_of_range note: a value needs quotes, and the CSV option \"quotes\" is never; allow "
            "quotes, or choose another delimiter or null_text");
}

TEST(CsvRecords, OptionsAreThoseOfFiles) {
  std::vector<row> const all = {{}};
  EXPECT_EQ(records_of(csv_records({.delimiter = '"'}), batch_of(all)).front(),
            "invalid_argument : the CSV option \"delimiter\" is the same as the option \"quote\"; choose two different "
            "characters");
  EXPECT_EQ(records_of(csv_records({.force_quote = {"note"}}), batch_of(all), {0}).front().substr(0, 93),
            "invalid_argument note: the CSV option \"force_quote\" names a column that the schema does not h");
  EXPECT_EQ(records_of(csv_records({.nested = csv_nested::refuse}), batch_of(all)).front().substr(0, 17),
            "unsupported list:");
}

} // namespace
