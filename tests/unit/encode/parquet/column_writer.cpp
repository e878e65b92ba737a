// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/detail/column_writer.hpp>
#include <copyto/schema/column_buffer.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

/// One column with its surroundings.
struct fixture {
  explicit fixture(field f, codec c = {}, reader::profile const& readers = reader::portable::value,
                   dictionary_limits entries = {})
      : type(f),
        column{.type = &type, .as = form_of(readers, f.type), .max_definition = static_cast<std::uint8_t>(f.optional)},
        algorithm(std::move(c)), worker(algorithm.make_compressor()), pool(1024, 10),
        writer(column, {.page_bytes = 100, .page_slots = 1000, .dictionary = entries},
               page_codec{&algorithm, worker.get()}, pool, scratch),
        values(type) {}
  fixture(fixture const&) = delete;
  fixture& operator=(fixture const&) = delete;

  result<void> append() {
    column_view const v = values.view();
    result<void> appended = writer.append(v, 0, v.length);
    values.clear();
    return appended;
  }
  void add(std::int32_t value, int times = 1) {
    for (int i = 0; i != times; ++i) {
      values.append_fixed(value);
    }
    append().value();
  }
  void add_nulls(int count) {
    for (int i = 0; i != count; ++i) {
      values.append_null();
    }
    append().value();
  }
  void end_page() { writer.end_page().value(); }
  /// Ends page and chunk; leaves ColumnChunk in `chunk` and the file from its first page on in `file`, and
  /// returns the data pages.
  std::vector<walk::page> finish() {
    if (writer.page_rows() != 0) {
      end_page();
    }
    ended_chunk const ended = writer.end_chunk().value();
    uncompressed = ended.totals.uncompressed_bytes;
    index = ended.index;
    byte_buffer footer;
    thrift_writer w(footer);
    w.list(1, thrift_type::structure, 1);
    begin_column_chunk(w, column, algorithm.id(), ended.totals, ended.values);
    memory_sink out;
    ended.dictionary.write_to(out).value();
    ended.pages.write_to(out).value();
    thrift_writer late(footer);
    end_column_chunk(late, {}, {});
    w.end();
    chunk = walk::thrift(as_text(footer.view())).structure()[1].list.at(0);
    file = as_text(out.contents());
    return walk::pages(file, chunk);
  }
  /// The body of the dictionary page.
  [[nodiscard]] std::string entries() const {
    return chunk[3].has(11) ? walk::all_pages(file, chunk).at(0).body : "none";
  }

  field type;
  leaf column;
  codec algorithm;
  std::unique_ptr<compressor> worker;
  block_pool pool;
  page_scratch scratch;
  column_writer writer;
  column_buffer values;
  walk::value chunk;
  std::string file;
  std::uint64_t uncompressed = 0;
  page_index index; ///< of the ended chunk
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
      f.end_page();
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
    fixture together({.name = "c", .type = {.id = k}}); // well-formed only in one piece
    together.values.append_copy("good \xE2\x82\xAC");
    together.values.append_copy("a\xE2\x82");
    together.values.append_copy("\xAC");
    expect_refused(together, 1, "UTF-8");
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

// The dictionary.

constexpr dictionary_limits sixteen{.bytes = 1 << 20, .entries = 16};
constexpr field optional_number{.name = "c", .type = {.id = kind::int32}, .optional = true};
constexpr field required_number{.name = "c", .type = {.id = kind::int32}};

TEST(ColumnWriter, RepeatedValuesBecomeADictionaryAndNumbers) {
  fixture f({.name = "c", .type = {.id = kind::string}}, {}, reader::portable::value, sixteen);
  for (char const* const value : {"one", "two", "one", "one", "three", "one", "two", "one", "one"}) {
    f.values.append_view(value);
  }
  f.append().value();
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].encoding, 8);
  EXPECT_EQ(pages[0].values, 9);
  EXPECT_EQ(f.entries(), "\3\0\0\0one\3\0\0\0two\5\0\0\0three"s);
  EXPECT_EQ(pages[0].body.at(0), 2);                       // the width, and no length
  EXPECT_EQ(pages[0].body.substr(1), "\x05\x04\x12\0\0"s); // two groups, the second padded
  walk::page const entries = walk::all_pages(f.file, f.chunk).at(0);
  EXPECT_EQ(entries.header[1].number, 2);
  EXPECT_EQ(entries.header[7][1].number, 3);
  EXPECT_EQ(entries.header[7][2].number, 0); // PLAIN
  EXPECT_EQ(f.chunk[3][12][6].bytes, "one");
  EXPECT_EQ(f.chunk[3][12][5].bytes, "two");
  EXPECT_EQ(f.chunk[3][16][1].number, 3 * 9 - 0 + 2); // bytes of all values, "three" has 5
  EXPECT_EQ(f.chunk[3][6].number, static_cast<std::int64_t>(f.uncompressed));
  EXPECT_EQ(f.uncompressed, f.file.size()); // without a codec
}

TEST(ColumnWriter, ADictionaryThatGainsNothingIsNotWritten) {
  fixture f(required_number, {}, reader::portable::value, sixteen);
  for (std::int32_t i = 0; i != 10; ++i) {
    f.add(i);
  }
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].encoding, 0);
  EXPECT_EQ(pages[0].body.substr(0, 8), "\0\0\0\0\1\0\0\0"s);
  EXPECT_EQ(pages[0].body.size(), 40U);
  EXPECT_EQ(f.entries(), "none");
  EXPECT_EQ(f.chunk[3][13].list.size(), 1U);
  EXPECT_EQ(f.chunk[3][12][5].bytes, "\x09\0\0\0"s);
}

TEST(ColumnWriter, AnIndexWidthIsOneWhereThereIsOneEntry) {
  fixture f(required_number, {}, reader::portable::value, sixteen);
  f.add(7, 100);
  auto const pages = f.finish();
  EXPECT_EQ(pages.at(0).body, "\x01\xC8\x01\x00"s); // width, run of 100, 0
  EXPECT_EQ(f.entries(), "\x07\0\0\0"s);
}

TEST(ColumnWriter, AFullDictionaryEndsItsPageBetweenTwoValues) {
  fixture f(optional_number, {}, reader::portable::value, sixteen);
  for (int round = 0; round != 4; ++round) {
    for (std::int32_t i = 0; i != 12; ++i) {
      f.values.append_fixed(i);
    }
  }
  f.append().value();
  f.end_page(); // committed
  // 4 more entries fit, a fifth does not; NULLs before it stay in front.
  for (std::int32_t const i : {3, 100, 101, 102, 103}) {
    f.values.append_fixed(i);
  }
  f.values.append_null();
  f.values.append_null();
  f.values.append_fixed(std::int32_t{104});
  f.values.append_null();
  f.values.append_fixed(std::int32_t{3});
  f.append().value();
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[1].encoding, 8);
  EXPECT_EQ(pages[1].values, 7);
  EXPECT_EQ(pages[2].encoding, 0); // and what it has is not looked up any more
  EXPECT_EQ(pages[2].values, 3);
  EXPECT_EQ(pages[2].body, "\x02\0\0\0\x03\x05\x68\0\0\0\x03\0\0\0"s);
  EXPECT_EQ(f.entries().size(), 16U * 4);
  EXPECT_EQ(f.chunk[3][5].number, 58);
  EXPECT_EQ(f.chunk[3][12][3].number, 3);
  EXPECT_EQ(f.chunk[3][12][5].bytes, "\x68\0\0\0"s);
}

TEST(ColumnWriter, TheStatisticsOfAPageThatAFullDictionaryEndsAreItsOwn) {
  for (kind const k : {kind::int32, kind::string, kind::decimal}) {
    fixture f({.name = "c", .type = {.id = k, .precision = 30}}, {}, reader::portable::value,
              {.bytes = 1 << 20, .entries = 2});
    auto const add = [&](int value) {
      switch (k) {
      case kind::int32: f.values.append_fixed(value); break;
      case kind::string: f.values.append_copy(std::to_string(value)); break;
      default: f.values.append_fixed(static_cast<int128>(value)); break;
      }
    };
    for (int i = 0; i != 50; ++i) {
      add(5);
    }
    f.append().value();
    f.end_page();
    for (int const value : {5, 4, 5, 9, 1}) { // 9 is one too many
      add(value);
    }
    f.append().value();
    f.finish();
    byte_buffer out;
    f.index.write_column_index(out, f.column.as);
    walk::value const index = walk::thrift(as_text(out.view())).structure();
    auto const bound = [&](int value) {
      statistics s;
      std::string const text = std::to_string(value) + "        ";
      k == kind::string ? s.add_bytes(text.data(), 1) : s.add_range(value, value);
      return std::string(s.bounds(f.column.as).low.view());
    };
    ASSERT_EQ(index[2].list.size(), 3U);
    EXPECT_EQ(index[2].list[1].bytes, bound(4));
    EXPECT_EQ(index[3].list[1].bytes, bound(5));
    EXPECT_EQ(index[2].list[2].bytes, bound(1));
    EXPECT_EQ(index[3].list[2].bytes, bound(9));
  }
}

TEST(ColumnWriter, AStaleDictionaryIsNotCarriedIntoTheNextRowGroupAfterAFallback) {
  fixture f(required_number, {}, reader::portable::value, sixteen);
  f.add(1, 50);
  f.end_page();
  for (std::int32_t i = 100; i != 150; ++i) {
    f.add(i);
  }
  auto const first = f.finish();
  EXPECT_EQ(first.back().encoding, 0);
  f.add(2, 50);
  auto const second = f.finish();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].encoding, 8);
  EXPECT_EQ(f.entries(), "\x02\0\0\0"s);
  EXPECT_EQ(f.chunk[3][13].list.size(), 2U);
}

TEST(ColumnWriter, BeforeTheFirstPageAFullDictionaryLeavesNoTrace) {
  for (bool const text : {false, true}) {
    auto const filled = [&](dictionary_limits entries) {
      fixture f({.name = "c", .type = {.id = text ? kind::string : kind::int64}, .optional = true}, snappy(),
                reader::portable::value, entries);
      for (int i = 0; i != 200; ++i) {
        int const value = i % 3 == 0 ? i : 1;
        if (i % 7 == 0) {
          f.values.append_null();
        } else if (text) {
          f.values.append_copy("text " + std::to_string(value));
        } else {
          f.values.append_fixed(std::int64_t{value});
        }
      }
      f.append().value();
      f.finish();
      return std::pair(f.file, f.chunk[3][12][5].bytes);
    };
    EXPECT_EQ(filled(sixteen), filled({})); // as if there had never been one
  }
}

TEST(ColumnWriter, PagesOfNullsWaitForTheFirstValue) {
  auto const with = [](int distinct, int pages) {
    auto f = std::make_unique<fixture>(optional_number, codec(), reader::portable::value, sixteen);
    for (int page = 0; page != pages; ++page) {
      f->add_nulls(10 + page);
      f->end_page();
    }
    for (std::int32_t i = 0; i != 30 && distinct != 0; ++i) {
      f->add(i % distinct);
    }
    return f;
  };
  auto const encodings = [](std::vector<walk::page> const& pages) {
    std::vector<std::int64_t> all;
    all.reserve(pages.size());
    for (walk::page const& p : pages) {
      all.push_back(p.encoding);
    }
    return all;
  };
  auto const gains = with(2, 3);
  auto const pages = gains->finish();
  EXPECT_EQ(encodings(pages), (std::vector<std::int64_t>{8, 8, 8, 8}));
  EXPECT_EQ(pages[0].values, 10);
  EXPECT_EQ(pages[2].values, 12);
  EXPECT_EQ(pages[0].body, "\x02\0\0\0\x14\0\x01"s); // levels, and the width of no number
  EXPECT_EQ(gains->chunk[3][12][3].number, 33);
  EXPECT_EQ(encodings(with(30, 3)->finish()), (std::vector<std::int64_t>{0, 0, 0, 0}));
  auto const nothing = with(0, 3);
  EXPECT_EQ(encodings(nothing->finish()), (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(nothing->entries(), "none"); // no dictionary page without entries
  // They do not wait for ever.
  EXPECT_EQ(encodings(with(2, 40)->finish()), std::vector<std::int64_t>(41, 0));
}

TEST(ColumnWriter, APageOfNullsInTheMiddleHasAnIndexWidthAndNothingElse) {
  fixture f(optional_number, {}, reader::portable::value, sixteen);
  f.add(1, 40);
  f.end_page();
  f.add_nulls(9);
  f.end_page();
  f.add(1, 40);
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[1].encoding, 8);
  EXPECT_EQ(pages[1].body, "\x02\0\0\0\x12\0\x01"s);
}

TEST(ColumnWriter, ALookGivesUpADictionaryOfNewValues) {
  auto const after = [](std::int32_t values, std::int32_t distinct) {
    auto f = std::make_unique<fixture>(required_number, codec(), reader::portable::value,
                                       dictionary_limits{.bytes = 1 << 20, .entries = 1 << 16});
    for (std::int32_t i = 0; i != values; ++i) {
      f->values.append_fixed(i % distinct);
    }
    f->append().value();
    f->writer.check_dictionary(false).value();
    return f;
  };
  auto const fresh = after(4096, 4096);
  EXPECT_EQ(fresh->writer.page_bytes(), 4 * 4096U);
  fresh->add(1, 10'000); // would pay now, but nobody looks any more
  EXPECT_EQ(fresh->finish().at(0).encoding, 0);
  auto const few = after(4096, 1000);
  EXPECT_EQ(few->finish().at(0).encoding, 8);
  auto const early = after(4095, 4095); // too early to say
  early->add(1, 10'000);
  EXPECT_EQ(early->finish().at(0).encoding, 8);
}

TEST(ColumnWriter, LaterLooksAskForFewerNewValues) {
  fixture f(required_number, {}, reader::portable::value, {.bytes = 1 << 20, .entries = 1 << 16});
  std::int32_t next = 0;
  std::vector<std::size_t> given_up;
  for (int i = 0; i != 64; ++i) {
    for (int j = 0; j != 1024; ++j) { // a third is new
      f.values.append_fixed(j % 3 == 0 ? next++ : 0);
    }
    f.append().value();
    f.writer.check_dictionary(false).value();
    if (i == 19) {
      f.end_page();
    }
  }
  auto const pages = f.finish();
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[0].encoding, 8);
  EXPECT_EQ(pages[1].encoding, 8);
  EXPECT_EQ(pages[1].values, (32 - 20) * 1024); // at 32768 values
  EXPECT_EQ(pages[2].encoding, 0);
}

TEST(ColumnWriter, OnlyNewTextIsCheckedAndTheRowIsRight) {
  fixture f({.name = "c", .type = {.id = kind::string}, .optional = true}, {}, reader::portable::value, sixteen);
  f.values.append_view("good");
  f.values.append_null();
  f.values.append_view("good");
  f.values.append_view("b\xFF"
                       "ad");
  expect_refused(f, 3, "UTF-8");
}

TEST(ColumnWriter, RangesAreCheckedWithADictionaryToo) {
  fixture f({.name = "c", .type = {.id = kind::decimal, .precision = 3}}, {}, reader::portable::value,
            {.bytes = 100, .entries = 2});
  for (std::int32_t const value : {1, 2, 3, 4, 1000}) { // full at 3, wrong behind it
    f.values.append_fixed(value);
  }
  expect_refused(f, 4, "3 digits");
}

TEST(ColumnWriter, BinaryBoundsDoNotAliasABufferThatIsUsedAgain) {
  for (dictionary_limits const entries : {dictionary_limits(), sixteen}) {
    fixture f({.name = "c", .type = {.id = kind::binary}}, {}, reader::portable::value, entries);
    std::string reused = "mmmmmmmmmmmm";
    for (int i = 0; i != 20; ++i) {
      f.values.append_view(reused);
    }
    f.append().value();
    reused = "zzzzzzzzzzzz"; // the caller's memory, after it was taken
    reused[0] = 'a';
    f.values.append_view(reused);
    f.append().value();
    reused = "~~~~~~~~~~~~";
    f.finish();
    EXPECT_EQ(f.chunk[3][12][6].bytes, "azzzzzzzzzzz");
    EXPECT_EQ(f.chunk[3][12][5].bytes, "mmmmmmmmmmmm");
  }
}

TEST(ColumnWriter, WhatIsOpenIsNeverSaidToBeSmallerThanItBecomes) {
  for (int const distinct : {1, 5, 200, 1000}) {
    fixture f(optional_number, {}, reader::portable::value, {.bytes = 1600, .entries = 400});
    for (int i = 0; i != 1000; ++i) {
      if (i % 10 == 0) {
        f.values.append_null();
      } else {
        f.values.append_fixed(std::int32_t{i * 7 % distinct});
      }
      if (i % 250 == 249) {
        f.append().value();
      }
    }
    std::uint64_t const said = f.writer.encoded_bytes() + f.writer.open_bytes();
    f.finish();
    EXPECT_LE(f.file.size(), said + 96) << distinct; // and the header of the dictionary page
  }
}

TEST(ColumnWriter, WhatIsBeyondItsShareEndsWhenTheRoomIsUsedUpAndItGrows) {
  auto const after = [](std::int32_t distinct, bool grows, bool used_up) {
    fixture f(required_number, codec(), reader::portable::value,
              {.bytes = 1 << 20, .entries = 1 << 16, .share_bytes = 4000, .share_entries = 1000});
    auto const add = [&](std::int32_t from) {
      for (std::int32_t i = 0; i != 2000; ++i) {
        f.values.append_fixed(from + i % distinct);
      }
      f.append().value();
    };
    add(0);
    f.writer.check_dictionary(false).value();
    add(grows ? 1 : 0);
    f.writer.check_dictionary(used_up).value();
    return f.finish().at(0).encoding;
  };
  EXPECT_EQ(after(1001, true, true), 0);
  EXPECT_EQ(after(1001, true, false), 8);
  EXPECT_EQ(after(1001, false, true), 8);
  EXPECT_EQ(after(999, true, true), 8); // a thousand entries are its own
}

} // namespace
