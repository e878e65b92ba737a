// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/column_writer.hpp>
#include <copyto/schema/column_buffer.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

/// One column with its surroundings.
struct fixture {
  explicit fixture(field f, codec c = {}, reader::profile const& readers = reader::portable::value)
      : type(f),
        column{.type = &type, .as = form_of(readers, f.type), .max_definition = static_cast<std::uint8_t>(f.optional)},
        algorithm(std::move(c)), worker(algorithm.make_compressor()), pool(1024, 10),
        writer(column, {.page_bytes = 100, .page_rows = 1000}, page_codec{&algorithm, worker.get()}, pool),
        values(type) {}
  fixture(fixture const&) = delete;
  fixture& operator=(fixture const&) = delete;

  result<void> append() {
    column_view const v = values.view();
    result<void> appended = writer.append(v, 0, v.length);
    values.clear();
    return appended;
  }
  /// Ends page and chunk; leaves ColumnChunk in `chunk` and returns the bodies of all pages.
  std::vector<walk::page> finish() {
    writer.end_page(scratch).value();
    byte_buffer footer;
    thrift_writer w(footer);
    w.list(1, thrift_type::structure, 1);
    memory_sink out;
    writer.end_chunk(w, out, 0).value();
    w.end();
    chunk = walk::thrift(as_text(footer.view())).structure()[1].list.at(0);
    return walk::pages(as_text(out.contents()), chunk);
  }

  field type;
  leaf column;
  codec algorithm;
  std::unique_ptr<compressor> worker;
  block_pool pool;
  column_writer writer;
  page_scratch scratch;
  column_buffer values;
  walk::value chunk;
};

TEST(ColumnWriter, ARequiredPageIsNothingButItsValues) {
  fixture f({.name = "c", .type = {.id = kind::int16}});
  f.values.append_fixed(std::int16_t{1});
  f.values.append_fixed(std::int16_t{-1});
  f.append().value();
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].body, "\x01\0\0\0\xff\xff\xff\xff"s);
  EXPECT_EQ(f.chunk[3][2].list.size(), 1U); // PLAIN, and no levels
  EXPECT_EQ(f.chunk[3][5].number, 2);
}

TEST(ColumnWriter, AnOptionalPageHasItsLevelsInFront) {
  fixture f({.name = "c", .type = {.id = kind::int32}, .optional = true});
  f.values.append_fixed(std::int32_t{7});
  f.values.append_null();
  f.values.append_fixed(std::int32_t{8});
  f.append().value();
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].body, "\x02\0\0\0\x03\x05\x07\0\0\0\x08\0\0\0"s);
  EXPECT_EQ(pages[0].values, 3);
  EXPECT_EQ(f.chunk[3][12][3].number, 1);
  EXPECT_EQ(f.chunk[3][3].list.at(0).bytes, "c");
}

TEST(ColumnWriter, APageOfNullsHasOnlyLevels) {
  fixture f({.name = "c", .type = {.id = kind::string}, .optional = true});
  for (int i = 0; i != 9; ++i) {
    f.values.append_null();
  }
  f.append().value();
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].body, "\x02\0\0\0\x12\0"s);
  EXPECT_EQ(f.chunk[3][12][3].number, 9);
  EXPECT_FALSE(f.chunk[3][12].has(5));
}

TEST(ColumnWriter, BooleansArePackedAcrossAppends) {
  fixture f({.name = "c", .type = {.id = kind::boolean}});
  for (int round = 0; round != 5; ++round) {
    for (bool const b : {true, false, true}) {
      f.values.append_bool(b);
    }
    f.append().value();
  }
  EXPECT_EQ(f.finish().at(0).body, "\x6d\x5b"s); // 101 five times, first bit lowest
}

TEST(ColumnWriter, StringsHaveTheirLengthInFront) {
  fixture f({.name = "c", .type = {.id = kind::string}});
  f.values.append_copy("ab");
  f.values.append_copy("");
  f.append().value();
  EXPECT_EQ(f.finish().at(0).body, "\x02\0\0\0ab\0\0\0\0"s);
}

TEST(ColumnWriter, DecimalsOfManyDigitsAreBigEndian) {
  fixture f({.name = "c", .type = {.id = kind::decimal, .precision = 19}});
  f.values.append_fixed(static_cast<int128>(-2));
  f.append().value();
  EXPECT_EQ(f.finish().at(0).body, std::string(8, '\xff') + '\xfe');
}

TEST(ColumnWriter, ManyPagesAreOneChunk) {
  fixture f({.name = "c", .type = {.id = kind::binary}}, snappy());
  std::string const value(500, 'v');
  for (int page = 0; page != 3; ++page) {
    f.values.append_view(value);
    f.append().value();
    EXPECT_EQ(f.writer.page_rows(), 1U);
    EXPECT_EQ(f.writer.page_bytes(), 504U);
    if (page != 2) {
      f.writer.end_page(f.scratch).value();
      EXPECT_EQ(f.writer.page_rows(), 0U);
      EXPECT_EQ(f.writer.open_bytes(), 0U);
    }
  }
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 3U);
  for (walk::page const& p : pages) {
    std::string raw(504, '?');
    std::size_t size = raw.size();
    ASSERT_EQ(snappy_uncompress(p.body.data(), p.body.size(), raw.data(), &size), SNAPPY_OK);
    EXPECT_EQ(raw, "\xf4\x01\0\0"s + value);
    EXPECT_EQ(p.uncompressed, 504);
    EXPECT_LT(p.body.size(), 100U);
  }
  EXPECT_EQ(f.chunk[3][4].number, 1);
  EXPECT_EQ(f.chunk[3][13].list.at(0)[3].number, 3);
  EXPECT_GT(f.chunk[3][6].number, f.chunk[3][7].number);
}

TEST(ColumnWriter, TheNextRowGroupStartsClean) {
  fixture f({.name = "c", .type = {.id = kind::int32}, .optional = true});
  f.values.append_fixed(std::int32_t{100});
  f.values.append_null();
  f.append().value();
  f.finish();
  f.values.append_fixed(std::int32_t{1});
  f.append().value();
  EXPECT_EQ(f.finish().size(), 1U);
  EXPECT_EQ(f.chunk[3][5].number, 1);
  EXPECT_EQ(f.chunk[3][12][3].number, 0);
  EXPECT_EQ(f.chunk[3][12][5].bytes, "\x01\0\0\0"s);
}

void expect_refused(fixture& f, std::uint64_t row, std::string_view word) {
  result<void> const appended = f.append();
  ASSERT_FALSE(appended);
  error const& e = appended.error();
  EXPECT_TRUE(e.is(errc::value_out_of_range));
  EXPECT_EQ(e->row, row);
  EXPECT_EQ(e->column, "c");
  EXPECT_NE(e->message.find(word), std::string::npos) << e->message;
  EXPECT_FALSE(e->advice.empty());
}

TEST(ColumnWriter, TextThatIsNotUtf8IsRefused) {
  for (kind const k : {kind::string, kind::json, kind::enumeration}) {
    fixture views({.name = "c", .type = {.id = k}});
    views.values.append_view("good");
    views.values.append_view("\xC3\xA4");
    views.values.append_view("b\xFF"
                             "ad");
    expect_refused(views, 2, "UTF-8");
    fixture copies({.name = "c", .type = {.id = k}, .optional = true});
    copies.values.append_null();
    copies.values.append_copy("\xC3"); // and what follows would complete it
    copies.values.append_copy("\xA4");
    expect_refused(copies, 1, "UTF-8");
  }
  fixture binary({.name = "c", .type = {.id = kind::binary}});
  binary.values.append_copy("\xFF");
  EXPECT_TRUE(binary.append());
}

TEST(ColumnWriter, DecimalsWithTooManyDigitsAreRefused) {
  fixture small({.name = "c", .type = {.id = kind::decimal, .precision = 3}});
  small.values.append_fixed(std::int32_t{999});
  small.values.append_fixed(std::int32_t{-999});
  EXPECT_TRUE(small.append());
  small.values.append_fixed(std::int32_t{0});
  small.values.append_fixed(std::int32_t{-1000});
  expect_refused(small, 1, "3 digits");
  fixture wide({.name = "c", .type = {.id = kind::decimal, .precision = 20}, .optional = true});
  wide.values.append_null();
  wide.values.append_fixed(power_of_ten(20));
  expect_refused(wide, 1, "20 digits");
}

TEST(ColumnWriter, TimesOutsideADayAreRefused) {
  fixture f({.name = "c", .type = {.id = kind::time, .unit = time_unit::milli}});
  f.values.append_fixed(std::int32_t{86'399'999});
  EXPECT_TRUE(f.append());
  f.values.append_fixed(std::int32_t{86'400'000});
  expect_refused(f, 0, "time");
  fixture negative({.name = "c", .type = {.id = kind::time, .unit = time_unit::nano}}, {}, reader::exact::value);
  negative.values.append_fixed(std::int64_t{-1});
  expect_refused(negative, 0, "time");
}

TEST(ColumnWriter, IntervalsThatParquetCannotHoldAreRefusedByExact) {
  for (interval const bad :
       {interval{.months = -1}, interval{.days = -1}, interval{.nanoseconds = -1'000'000}, interval{.nanoseconds = 1},
        interval{.nanoseconds = (std::int64_t{1} << 32) * 1'000'000}}) {
    fixture exact({.name = "c", .type = {.id = kind::interval}}, {}, reader::exact::value);
    exact.values.append_fixed(interval{.months = 1, .days = 2, .nanoseconds = 3'000'000});
    exact.values.append_fixed(bad);
    expect_refused(exact, 1, "interval");
    fixture portable({.name = "c", .type = {.id = kind::interval}});
    portable.values.append_fixed(bad);
    EXPECT_TRUE(portable.append());
  }
}

} // namespace
