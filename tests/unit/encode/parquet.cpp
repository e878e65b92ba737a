// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/crc.hpp>
#include <copyto/encode/block.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet.hpp>

#include "parquet/walk.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace copyto;

static_assert(Encoder<parquet<>>);
static_assert(Encoder<parquet<reader::exact>>);
static_assert(Encoder<parquet<reader::any>>);
static_assert(std::same_as<decltype(parquet{parquet_options{}}), parquet<>>);
static_assert(std::same_as<decltype(parquet{{.codec = snappy()}}), parquet<reader::portable>>);
static_assert(std::same_as<decltype(parquet{reader::exact::value, {}}), parquet<reader::any>>);
static_assert(std::same_as<decltype(parquet{}), parquet<>>);
// A run-time profile has to be given.
static_assert(!std::default_initializable<parquet<reader::any>>);
static_assert(!parquet<>::supports({.type = {.id = kind::timestamp, .unit = time_unit::nano}}));
static_assert(parquet<reader::exact>::supports({.type = {.id = kind::timestamp, .unit = time_unit::nano}}));

constexpr field number{.name = "id", .type = {.id = kind::int64}};
constexpr field text{.name = "text", .type = {.id = kind::string}, .optional = true};
std::vector<field> const both{number, text};

/// Row `i` goes into the batch.
using filler = std::function<void(batch&, std::size_t)>;

void fill_both(batch& rows, std::size_t i) {
  std::mt19937_64 random(i);
  rows.buffer(0).append_fixed(static_cast<std::int64_t>(random()));
  if (i % 3 == 0) {
    rows.buffer(1).append_null();
  } else {
    std::string value(random() % 100, 'a');
    for (char& c : value) {
      c = static_cast<char>('a' + random() % 26);
    }
    rows.buffer(1).append_copy(value);
  }
}

struct file {
  std::string bytes = {};
  std::size_t rows = 0;
};

/// Files of the rows as an export writes them: each block goes into the open file, or begins the next.
template <class E>
std::vector<file> encode(E const& prototype, std::vector<field> const& fields, std::size_t rows, filler const& fill,
                         std::uint64_t limit = sink::no_limit, std::size_t batch_rows = 1000) {
  static_assert(BlockEncoder<E>);
  std::vector<file> files;
  auto writer = prototype.block_writer(fields, limit);
  std::uint64_t const block_rows = prototype.block_rows(fields);
  std::optional<E> encoder;
  std::unique_ptr<memory_sink> out;
  auto const open = [&] {
    files.emplace_back();
    encoder.emplace(prototype);
    out = std::make_unique<memory_sink>(limit);
    encoder->begin(fields, *out).value();
  };
  auto const close = [&] {
    EXPECT_EQ(encoder->end(*out).value().rows, files.back().rows);
    files.back().bytes = as_text(out->contents());
  };
  open();
  std::size_t in_block = 0;
  auto const end_block = [&] {
    auto block = writer.end().value();
    if (encoder->place(block, *out).value() == 0) {
      close();
      open();
      EXPECT_EQ(encoder->place(block, *out).value(), in_block) << "the first block of a file was not placed";
    }
    files.back().rows += std::exchange(in_block, 0);
  };
  batch some(fields, batch_rows);
  for (std::size_t first = 0; first != rows;) {
    some.clear();
    std::size_t const n = std::min(batch_rows, rows - first);
    for (std::size_t i = 0; i != n; ++i) {
      fill(some, first + i);
    }
    some.close(n);
    for (std::size_t at = 0; at != n;) {
      std::size_t const last = std::min<std::size_t>(n, at + static_cast<std::size_t>(block_rows - in_block));
      std::size_t const taken = writer.write(some, at, last).value();
      at += taken;
      in_block += taken;
      if (writer.full() || in_block == block_rows) {
        end_block();
      }
    }
    first += n;
  }
  if (in_block != 0) {
    end_block();
  }
  close();
  return files;
}

/// A file by an encoder that is used alone.
template <class E>
std::string encode_alone(E encoder, std::vector<field> const& fields, std::size_t rows, filler const& fill,
                         std::size_t batch_rows = 1000) {
  memory_sink out;
  encoder.begin(fields, out).value();
  batch some(fields, batch_rows);
  for (std::size_t first = 0; first != rows; first += some.rows()) {
    some.clear();
    std::size_t const n = std::min(batch_rows, rows - first);
    for (std::size_t i = 0; i != n; ++i) {
      fill(some, first + i);
    }
    some.close(n);
    EXPECT_EQ(encoder.write(some, 0, out).value(), n);
  }
  EXPECT_EQ(encoder.end(out).value().rows, rows);
  EXPECT_EQ(encoder.pending_bytes(), 0U);
  return std::string(as_text(out.contents()));
}

TEST(Parquet, NamesItsFiles) {
  EXPECT_EQ(parquet().extension(), "parquet");
  EXPECT_EQ(parquet().content_type(), "application/vnd.apache.parquet");
}

TEST(Parquet, NoRowsAreAValidFile) {
  std::string const bytes = encode(parquet(), both, 0, fill_both).at(0).bytes;
  walk::value const footer = walk::footer(bytes);
  EXPECT_EQ(footer[1].number, 1);
  EXPECT_EQ(footer[2].list.size(), 3U);
  EXPECT_EQ(footer[3].number, 0);
  EXPECT_EQ(footer[4].list.size(), 0U);
  EXPECT_EQ(footer[7].list.size(), 2U); // a column order for each leaf
  EXPECT_EQ(footer[6].bytes, "copyto version 0.1.0 (build 0.1.0)");
}

TEST(Parquet, PagesAndRowGroupsEndAtTheirRows) {
  parquet const encoder{{.row_group_rows = 250, .page_rows = 60}};
  std::string const bytes = encode(encoder, both, 600, fill_both).at(0).bytes;
  walk::value const footer = walk::footer(bytes);
  std::vector<std::int64_t> groups;
  std::vector<std::int64_t> pages;
  for (walk::value const& group : footer[4].list) {
    groups.push_back(group[3].number);
    for (walk::page const& p : walk::pages(bytes, group[1].list.at(0))) {
      pages.push_back(p.values);
    }
  }
  EXPECT_EQ(groups, (std::vector<std::int64_t>{250, 250, 100}));
  EXPECT_EQ(pages, (std::vector<std::int64_t>{60, 60, 60, 60, 10, 60, 60, 60, 60, 10, 60, 40}));
}

TEST(Parquet, PagesAndRowGroupsEndNearTheirBytes) {
  parquet const encoder{{.row_group_bytes = 512 * KiB, .page_bytes = 32 * KiB}};
  std::vector<field> const fields{number};
  std::string const bytes =
      encode(encoder, fields, 200'000,
             [](batch& b, std::size_t i) { b.buffer(0).append_fixed(static_cast<std::int64_t>(i)); })
          .at(0)
          .bytes;
  walk::value const footer = walk::footer(bytes);
  std::size_t const count = footer[4].list.size();
  EXPECT_EQ(count, 4U);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    std::int64_t const size = footer[4].list[i][2].number;
    EXPECT_GE(size, 512 * 1024);
    EXPECT_LE(size, (512 + 40) * 1024);
    auto const pages = walk::pages(bytes, footer[4].list[i][1].list.at(0));
    for (std::size_t p = 0; p + 1 < pages.size(); ++p) {
      EXPECT_GE(pages[p].uncompressed, 32 * 1024);
      EXPECT_LE(pages[p].uncompressed, 40 * 1024);
    }
  }
}

TEST(Parquet, BatchBoundariesLeaveNoTrace) {
  parquet const encoder{{.codec = snappy(), .row_group_rows = 3000, .page_bytes = 20'000}};
  auto const whole = encode(encoder, both, 10'000, fill_both, 150'000, 4096);
  ASSERT_GT(whole.size(), 2U);
  for (std::size_t const rows : {1U, 7U, 1000U}) {
    auto const pieces = encode(encoder, both, 10'000, fill_both, 150'000, rows);
    ASSERT_EQ(pieces.size(), whole.size());
    for (std::size_t i = 0; i != whole.size(); ++i) {
      EXPECT_EQ(pieces[i].rows, whole[i].rows);
      EXPECT_TRUE(pieces[i].bytes == whole[i].bytes) << rows << ' ' << i;
    }
  }
}

TEST(Parquet, AFileNeverPassesItsLimit) {
  for (codec const& c : {codec(), snappy()}) {
    for (std::uint64_t const limit : {20'000U, 100'000U, 1'000'000U}) {
      auto const files = encode(parquet{{.codec = c}}, both, 40'000, fill_both, limit);
      for (std::size_t i = 0; i != files.size(); ++i) {
        EXPECT_LE(files[i].bytes.size(), limit);
        if (i + 1 != files.size()) {
          EXPECT_GE(files[i].bytes.size(), limit / 2); // and not far below
        }
      }
      EXPECT_GT(files.size(), 1U);
    }
  }
}

TEST(Parquet, WhoWritesAloneGetsTheFileOfAnExport) {
  parquet const encoder{{.codec = snappy(), .row_group_rows = 3000, .page_bytes = 20'000}};
  std::string const file = encode(encoder, both, 10'000, fill_both).at(0).bytes;
  EXPECT_TRUE(encode_alone(encoder, both, 10'000, fill_both) == file);
  EXPECT_TRUE(encode_alone(encoder, both, 10'000, fill_both, 7) == file);
}

TEST(Parquet, WhoWritesAloneIsToldWhenTheFileIsFull) {
  // Where the next row group might not have room, no row is taken; the limit is kept.
  parquet encoder;
  memory_sink out(100'000);
  encoder.begin(both, out).value();
  batch rows(both);
  for (std::size_t i = 0; i != 1000; ++i) {
    fill_both(rows, i);
  }
  rows.close(1000);
  std::size_t taken = 0;
  for (std::size_t now = rows.rows(); now == rows.rows();) {
    now = encoder.write(rows, 0, out).value();
    taken += now;
  }
  EXPECT_EQ(encoder.end(out).value().rows, taken);
  EXPECT_LE(out.contents().size(), 100'000U);
  EXPECT_GE(out.contents().size(), 50'000U);
}

/// A row group for which there was room may become larger than that by one value: its rows were taken, and are not lost.
TEST(Parquet, WhoWritesAloneLosesNoRowGroupThatALargeValueMakesLarger) {
  std::vector<field> const fields{text};
  std::string const usual(10'000, 'u');
  std::string const large(4'000'000, 'L');
  for (std::size_t where = 500; where < 900; where += 25) {
    parquet encoder{{.row_group_bytes = 1 * MiB}};
    memory_sink out(8 * MiB);
    encoder.begin(fields, out).value();
    batch rows(fields);
    for (std::size_t i = 0; i != 1000; ++i) {
      rows.buffer(0).append_view(i == where ? large : usual);
    }
    rows.close(1000);
    std::size_t const taken = encoder.write(rows, 0, out).value();
    EXPECT_EQ(encoder.end(out).value().rows, taken) << where;
    walk::value const footer = walk::footer(std::string(as_text(out.contents())));
    EXPECT_EQ(footer[3].number, static_cast<std::int64_t>(taken)) << where;
  }
}

TEST(Parquet, ANullInARequiredColumnIsAnErrorOfItsRow) {
  field const element{.name = "element", .type = {.id = kind::int32}};
  field const fields[] = {
      number, text, {.name = "all", .type = {.id = kind::list}, .optional = true, .nodes = &element, .node_count = 1}};
  std::int64_t const numbers[] = {1, 2, 3};
  std::int32_t const below[] = {1, 2, 3, 4};
  std::int32_t const offsets[] = {0, 1, 1, 4}; // the second list is NULL, and has no slot
  std::string_view const texts[] = {"a", "b", "c"};
  std::uint8_t const not_second = 0b101;
  std::uint8_t const not_third = 0b1011;
  for (int bad = 0; bad != 3; ++bad) { // none, the number, an element of the third list
    column_view const elements{.type = &element,
                               .length = 4,
                               .null_count = bad == 2 ? 1U : 0U,
                               .validity = bad == 2 ? &not_third : nullptr,
                               .values = below};
    batch rows(fields);
    rows.borrow(0, {.type = fields,
                    .length = 3,
                    .null_count = bad == 1 ? 1U : 0U,
                    .validity = bad == 1 ? &not_second : nullptr,
                    .values = numbers});
    rows.borrow(1, {.type = fields + 1,
                    .length = 3,
                    .null_count = 1,
                    .validity = &not_second,
                    .values = texts,
                    .form = bytes_form::views});
    rows.borrow(2, {.type = fields + 2,
                    .length = 3,
                    .null_count = 1,
                    .validity = &not_second,
                    .offsets = offsets,
                    .form = bytes_form::offsets32,
                    .children = &elements});
    rows.borrowed(3);
    parquet encoder;
    memory_sink out;
    encoder.begin(fields, out).value();
    auto const written = encoder.write(rows, 0, out);
    ASSERT_EQ(written.has_value(), bad == 0) << bad;
    if (bad != 0) {
      EXPECT_TRUE(written.error().is(errc::value_out_of_range));
      EXPECT_EQ(written.error()->row, bad == 1 ? 1U : 2U);
      EXPECT_EQ(written.error()->column, bad == 1 ? "id" : "all");
    }
  }
}

TEST(Parquet, CopiesOfABlockWriterMakeTheSameBlocks) {
  parquet const prototype{{.codec = snappy()}};
  auto first = prototype.block_writer(both, 1 * MiB);
  auto second = first;
  batch rows(both);
  for (std::size_t i = 0; i != 1000; ++i) {
    fill_both(rows, i);
  }
  rows.close(1000);
  EXPECT_EQ(first.write(rows, 0, 1000).value(), 1000U);
  EXPECT_EQ(second.write(rows, 0, 1000).value(), 1000U);
  std::vector<std::string> files;
  for (auto* writer : {&first, &second}) {
    parquet encoder = prototype;
    memory_sink out;
    encoder.begin(both, out).value();
    auto block = writer->end().value();
    EXPECT_EQ(encoder.place(block, out).value(), 1000U);
    EXPECT_EQ(encoder.end(out).value().rows, 1000U);
    files.emplace_back(as_text(out.contents()));
  }
  EXPECT_TRUE(files[0] == files[1]);
}

TEST(Parquet, TheFirstRowsOfAFileAreTakenWhateverItsLimit) {
  auto const files = encode(parquet(), both, 5, fill_both, 1);
  EXPECT_EQ(files.size(), 5U);
  for (file const& f : files) {
    EXPECT_EQ(f.rows, 1U);
  }
}

TEST(Parquet, ARowGroupIsNeverLargerThanItsFile) {
  auto const files = encode(parquet{{.row_group_bytes = 1 * GiB}}, both, 20'000, fill_both, 200'000);
  EXPECT_GT(files.size(), 3U);
}

TEST(Parquet, APrototypeIsCopiedWithoutItsFile) {
  parquet a{{.codec = snappy()}};
  memory_sink out;
  a.begin(both, out).value();
  parquet b = a;
  EXPECT_EQ(b.options().codec, snappy());
  EXPECT_EQ(b.pending_bytes(), 0U);
  EXPECT_EQ(a.end(out).value().rows, 0U); // `a` still has its own
  memory_sink other;
  b.begin(both, other).value();
  EXPECT_EQ(b.end(other).value().rows, 0U);
  EXPECT_EQ(as_text(out.contents()), as_text(other.contents()));
  parquet c;
  c = b;
  EXPECT_EQ(c.options().codec, snappy());
}

TEST(Parquet, AColumnMayHaveItsOwnCodec) {
  parquet const encoder{{.codec = snappy(), .columns = {{.name = "id", .codec = codec()}}}};
  walk::value const footer = walk::footer(encode(encoder, both, 10, fill_both).at(0).bytes);
  EXPECT_EQ(footer[4].list.at(0)[1].list.at(0)[3][4].number, 0);
  EXPECT_EQ(footer[4].list.at(0)[1].list.at(1)[3][4].number, 1);
}

TEST(Parquet, ALargeValueHasAPageOfItsOwn) {
  std::vector<field> const fields{number, text};
  std::string const large(3'000'000, 'L');
  std::string const bytes = encode(parquet(), fields, 100,
                                   [&](batch& b, std::size_t i) {
                                     b.buffer(0).append_fixed(static_cast<std::int64_t>(i));
                                     i == 50 ? b.buffer(1).append_view(large) : b.buffer(1).append_view("small");
                                   })
                                .at(0)
                                .bytes;
  walk::value const footer = walk::footer(bytes);
  auto const pages = walk::pages(bytes, footer[4].list.at(0)[1].list.at(1));
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_EQ(pages[0].values, 50);
  EXPECT_EQ(pages[1].values, 1);
  EXPECT_EQ(pages[2].values, 49);
  EXPECT_EQ(walk::pages(bytes, footer[4].list.at(0)[1].list.at(0)).size(), 1U);
}

TEST(Parquet, AValueThatNoPageHoldsIsRefusedUnread) {
  std::vector<field> const fields{number, text};
  batch rows(fields);
  for (int i = 0; i != 3; ++i) {
    rows.buffer(0).append_fixed(std::int64_t{i});
    // Only the size is true: reading it would crash.
    rows.buffer(1).append_view(i != 1 ? std::string_view("x")
                                      : std::string_view("x", (std::size_t{1} << 31) - (1U << 20) + 1));
  }
  rows.close(3);
  parquet encoder;
  memory_sink out;
  encoder.begin(fields, out).value();
  auto const written = encoder.write(rows, 0, out);
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().is(errc::value_out_of_range));
  EXPECT_EQ(written.error()->column, "text");
  EXPECT_EQ(written.error()->row, 1U);
}

TEST(Parquet, BadTextIsAnErrorWithTheRowInItsBatch) {
  std::vector<field> const fields{text};
  batch rows(fields);
  for (int i = 0; i != 3000; ++i) {
    rows.buffer(0).append_view(i == 2500 ? "\xFF" : "fine");
  }
  rows.close(3000);
  parquet encoder;
  memory_sink out;
  encoder.begin(fields, out).value();
  auto const written = encoder.write(rows, 7, out);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error()->row, 2500U);
  EXPECT_EQ(written.error()->column, "text");
  EXPECT_NE(written.error()->advice.find("binary"), std::string::npos);
}

TEST(Parquet, EveryErrorOfTheSinkIsReturned) {
  class failing final : public sink {
  public:
    explicit failing(std::size_t good) : good_(good) {}

  private:
    result<void> take(bytes_view) override {
      return good_-- == 0 ? result<void>(error(errc::unreachable, "gone")) : result<void>();
    }
    std::size_t good_;
  };
  batch rows(both);
  for (std::size_t i = 0; i != 100; ++i) {
    fill_both(rows, i);
  }
  rows.close(100);
  std::size_t at = 0;
  for (bool done = false; !done; ++at) {
    failing out(at);
    parquet encoder{{.row_group_rows = 40}};
    auto const run = [&]() -> result<void> {
      if (auto r = encoder.begin(both, out); !r) {
        return r;
      }
      if (auto r = encoder.write(rows, 0, out); !r) {
        return r.error();
      }
      if (auto r = encoder.end(out); !r) {
        return r.error();
      }
      return {};
    };
    result<void> const ran = run();
    done = ran.has_value();
    if (!done) {
      EXPECT_TRUE(ran.error().is(errc::unreachable));
    }
  }
  EXPECT_GT(at, 8U);
}

TEST(Parquet, AFooterThatReadersRefuseIsNotWritten) {
  std::vector<std::string> names(200);
  std::vector<field> fields;
  for (std::size_t i = 0; i != names.size(); ++i) {
    names[i] = "a_long_name_of_a_column_" + std::to_string(i);
    fields.push_back({.name = names[i], .type = {.id = kind::int8}});
  }
  auto const fill = [&](batch& b, std::size_t) {
    for (std::size_t i = 0; i != fields.size(); ++i) {
      b.buffer(i).append_fixed(std::int8_t{0});
    }
  };
  parquet const tiny{{.row_group_rows = 1}};
  // With a limit, the file ends.
  auto const files = encode(tiny, fields, 120, fill, 20 * MiB);
  ASSERT_GT(files.size(), 1U);
  EXPECT_LT(files[0].bytes.size(), 5 * MiB);
  // Without one, it cannot.
  EXPECT_THROW((void)encode(tiny, fields, 10'000, fill), failure);
}

TEST(Parquet, PendingBytesAreWhatTheSinkHasNotSeen) {
  parquet encoder;
  memory_sink out;
  encoder.begin(both, out).value();
  EXPECT_EQ(encoder.pending_bytes(), 0U);
  batch rows(both);
  for (std::size_t i = 0; i != 500; ++i) {
    fill_both(rows, i);
  }
  rows.close(500);
  encoder.write(rows, 0, out).value();
  EXPECT_GT(encoder.pending_bytes(), 500U * 8);
  std::uint64_t const pending = encoder.pending_bytes();
  encoder.end(out).value();
  EXPECT_GE(out.bytes(), pending / 2);
}

/// Numbers that come again and text that does, with NULLs, and a column that has new values only.
std::vector<field> const mixed{number, text, {.name = "fresh", .type = {.id = kind::int64}}};
void fill_mixed(batch& rows, std::size_t i) {
  rows.buffer(0).append_fixed(static_cast<std::int64_t>(i * i % 97));
  if (i % 5 == 0 || i / 500 % 7 == 3) {
    rows.buffer(1).append_null();
  } else {
    rows.buffer(1).append_copy("a repeated text " + std::to_string(i % 11));
  }
  rows.buffer(2).append_fixed(static_cast<std::int64_t>(i));
}

TEST(Parquet, BatchBoundariesLeaveNoTraceOfDictionaries) {
  for (std::uint64_t const entries : {std::uint64_t{16}, std::uint64_t{90}, std::uint64_t{65'536}}) {
    parquet const encoder{
        {.row_group_rows = 9000, .page_bytes = 9000, .page_rows = 700, .dictionary_entries = entries}};
    auto const whole = encode(encoder, mixed, 20'000, fill_mixed, sink::no_limit, 4096);
    for (std::size_t const rows : {1U, 7U, 1000U}) {
      EXPECT_TRUE(encode(encoder, mixed, 20'000, fill_mixed, sink::no_limit, rows).at(0).bytes == whole.at(0).bytes)
          << entries << ' ' << rows;
    }
  }
}

/// What a chunk says and what it holds.
struct chunk_of {
  chunk_of(std::string_view bytes, walk::value const& footer, std::size_t group, std::size_t column)
      : meta(footer[4].list.at(group)[1].list.at(column)), all(walk::all_pages(bytes, meta)),
        data(walk::pages(bytes, meta)) {}
  walk::value meta;
  std::vector<walk::page> all;
  std::vector<walk::page> data;
};

TEST(Parquet, OffsetsAndSizesAddUp) {
  for (codec const& c : {codec(), snappy()}) {
    parquet const encoder{{.codec = c, .row_group_rows = 3000, .page_rows = 500, .dictionary_entries = 64}};
    std::string const bytes = encode(encoder, mixed, 10'000, fill_mixed).at(0).bytes;
    walk::value const footer = walk::footer(bytes);
    std::size_t at = 4;
    for (std::size_t g = 0; g != footer[4].list.size(); ++g) {
      std::int64_t raw = 0;
      for (std::size_t column = 0; column != 3; ++column) {
        chunk_of const chunk(bytes, footer, g, column);
        std::int64_t size = 0;
        std::int64_t values = 0;
        EXPECT_EQ(chunk.all.at(0).offset, at);
        for (walk::page const& p : chunk.all) {
          size += p.uncompressed + static_cast<std::int64_t>(p.size - p.body.size());
          at += p.size;
        }
        for (walk::page const& p : chunk.data) {
          values += p.values;
        }
        EXPECT_EQ(chunk.meta[3][5].number, values);
        EXPECT_EQ(chunk.meta[3][6].number, size);
        EXPECT_EQ(chunk.meta[3][9].number, static_cast<std::int64_t>(chunk.data.at(0).offset));
        raw += size;
      }
      EXPECT_EQ(footer[4].list[g][2].number, raw);
    }
    // Then all column indexes, all offset indexes, and the footer, without a gap.
    for (int const field : {6, 4}) {
      for (walk::value const& group : footer[4].list) {
        for (walk::value const& chunk : group[1].list) {
          EXPECT_EQ(chunk[field].number, static_cast<std::int64_t>(at));
          at += static_cast<std::size_t>(chunk[field + 1].number);
        }
      }
    }
    std::uint32_t size;
    std::memcpy(&size, bytes.data() + bytes.size() - 8, 4);
    EXPECT_EQ(at + size + 8, bytes.size());
  }
}

TEST(Parquet, ThePageIndexIsThatOfThePages) {
  parquet const encoder{{.row_group_rows = 3000, .page_rows = 500}};
  std::string const bytes = encode(encoder, mixed, 10'000, fill_mixed).at(0).bytes;
  walk::value const footer = walk::footer(bytes);
  for (std::size_t g = 0; g != footer[4].list.size(); ++g) {
    for (std::size_t column = 0; column != 3; ++column) {
      chunk_of const chunk(bytes, footer, g, column);
      walk::value const offsets = walk::offset_index(bytes, chunk.meta);
      walk::value const columns = walk::column_index(bytes, chunk.meta);
      ASSERT_EQ(offsets[1].list.size(), chunk.data.size());
      ASSERT_EQ(columns[1].list.size(), chunk.data.size());
      std::int64_t row = 0;
      std::int64_t nulls = 0;
      std::int64_t text_bytes = 0;
      for (std::size_t p = 0; p != chunk.data.size(); ++p) {
        EXPECT_EQ(offsets[1].list[p][1].number, static_cast<std::int64_t>(chunk.data[p].offset));
        EXPECT_EQ(offsets[1].list[p][2].number, static_cast<std::int64_t>(chunk.data[p].size));
        EXPECT_EQ(offsets[1].list[p][3].number, row);
        EXPECT_FALSE(chunk.data[p].header[5].has(5)); // no statistics in the header: they are here
        row += chunk.data[p].values;
        nulls += columns[5].list[p].number;
        text_bytes += column == 1 ? offsets[2].list[p].number : 0;
        EXPECT_EQ(columns[1].list[p].number == 1, columns[5].list[p].number == chunk.data[p].values);
      }
      EXPECT_EQ(row, footer[4].list[g][3].number);
      EXPECT_EQ(nulls, chunk.meta[3][12][3].number);
      if (column == 1) {
        EXPECT_EQ(text_bytes, chunk.meta[3][16][1].number);
      }
    }
  }
}

TEST(Parquet, AllDataPagesAreSaidToBeTheDictionarysOnlyWhereTheyAre) {
  std::string const bytes =
      encode(parquet{{.page_rows = 1000, .dictionary_entries = 50}}, mixed, 5000, fill_mixed).at(0).bytes;
  walk::value const footer = walk::footer(bytes);
  chunk_of const words(bytes, footer, 0, 1);
  EXPECT_EQ(words.meta[3][13].list.size(), 2U); // dictionary page, and pages of it
  EXPECT_EQ(words.meta[3][13].list[1][2].number, 8);
  for (walk::page const& p : words.data) {
    EXPECT_EQ(p.encoding, 8);
  }
  chunk_of const full(bytes, footer, 0, 0); // 49 squares modulo 97
  EXPECT_EQ(full.meta[3][13].list.size(), 2U);
  chunk_of const fresh(bytes, footer, 0, 2);
  EXPECT_EQ(fresh.meta[3][13].list.size(), 1U);
  EXPECT_FALSE(fresh.meta[3].has(11));
}

TEST(Parquet, DictionariesCanBeSwitchedOff) {
  auto const has = [](parquet_options const& options) {
    std::string const bytes = encode(parquet{options}, mixed, 1000, fill_mixed).at(0).bytes;
    walk::value const footer = walk::footer(bytes);
    return std::pair(footer[4].list.at(0)[1].list.at(0)[3].has(11), footer[4].list.at(0)[1].list.at(1)[3].has(11));
  };
  EXPECT_EQ(has({}), std::pair(true, true));
  EXPECT_EQ(has({.dictionary = false}), std::pair(false, false));
  EXPECT_EQ(has({.columns = {{.name = "id", .dictionary = false}}}), std::pair(false, true));
  EXPECT_EQ(has({.dictionary = false, .columns = {{.name = "id", .dictionary = true}}}), std::pair(true, false));
}

TEST(Parquet, EveryPageHasAChecksumUnlessTheyAreSwitchedOff) {
  for (bool const checksums : {true, false}) {
    std::string const bytes = encode(parquet{{.checksums = checksums}}, mixed, 3000, fill_mixed).at(0).bytes;
    walk::value const footer = walk::footer(bytes);
    for (std::size_t column = 0; column != 3; ++column) {
      for (walk::page const& p : chunk_of(bytes, footer, 0, column).all) {
        ASSERT_EQ(p.header.has(4), checksums);
        if (checksums) {
          EXPECT_EQ(static_cast<std::uint32_t>(p.header[4].number), crc32(as_bytes(p.body)));
        }
      }
    }
  }
}

TEST(Parquet, AnIndexThatWouldBecomeTooLargeEndsBeforeTheFile) {
  // A page a row: 65,536 pages are more than an index of 128 KiB holds.
  std::vector<field> const fields{number};
  auto const fill = [](batch& b, std::size_t i) { b.buffer(0).append_fixed(static_cast<std::int64_t>(i)); };
  parquet const encoder{{.row_group_rows = 1000, .page_rows = 1}};
  auto const files = encode(encoder, fields, 20'000, fill, 30 * MiB);
  ASSERT_EQ(files.size(), 1U);
  walk::value const footer = walk::footer(files[0].bytes);
  std::size_t indexed = 0;
  bool ended = false;
  for (walk::value const& group : footer[4].list) {
    walk::value const& chunk = group[1].list.at(0);
    EXPECT_EQ(chunk.has(4), chunk.has(6));
    ended = ended || !chunk.has(4);
    EXPECT_NE(ended, chunk.has(4)) << "an index after the end";
    indexed += chunk.has(4) ? 1 : 0;
    if (chunk.has(4)) {
      EXPECT_EQ(walk::offset_index(files[0].bytes, chunk)[1].list.size(), 1000U);
      EXPECT_EQ(walk::column_index(files[0].bytes, chunk)[4].number, 1);
    }
  }
  EXPECT_GE(indexed, 1U);
  EXPECT_LT(indexed, footer[4].list.size());
}

TEST(Parquet, FilesWithIndexAndDictionaryKeepTheirLimit) {
  for (std::uint64_t const limit : {20'000U, 60'000U, 300'000U}) {
    auto const files = encode(parquet{{.page_rows = 100}}, mixed, 60'000, fill_mixed, limit);
    EXPECT_GT(files.size(), 1U);
    for (file const& f : files) {
      EXPECT_LE(f.bytes.size(), limit);
    }
  }
}

TEST(Parquet, NamesSparkWhereThereAreDatesAndReadersWantIt) { // C10
  auto const key_values = [](auto const& encoder, logical_type type) {
    std::vector<field> const one{{.name = "d", .type = type}};
    walk::value const footer = walk::footer(encode(encoder, one, 0, {}).at(0).bytes);
    return footer.has(5) ? footer[5].list.at(0)[1].bytes + "=" + footer[5].list.at(0)[2].bytes : "";
  };
  for (logical_type const type :
       {logical_type{.id = kind::date}, {.id = kind::timestamp}, {.id = kind::timestamp, .utc = true}}) {
    EXPECT_EQ(key_values(parquet(), type), "org.apache.spark.version=3.1.0");
    EXPECT_EQ(key_values(parquet<reader::exact>(), type), "");
  }
  EXPECT_EQ(key_values(parquet(), {.id = kind::int64}), "");
  EXPECT_EQ(key_values(parquet(), {.id = kind::time}), "");
}

TEST(Parquet, TimesOutsideOfTheirDayAreRefusedAsTextToo) {
  for (time_unit const unit : {time_unit::milli, time_unit::micro, time_unit::nano}) {
    std::vector<field> const one{{.name = "t", .type = {.id = kind::time, .unit = unit}}};
    std::int64_t const day = std::int64_t{86'400'000} * (unit == time_unit::milli   ? 1
                                                         : unit == time_unit::micro ? 1000
                                                                                    : 1'000'000);
    for (std::int64_t const value : {std::int64_t{-1}, day, std::int64_t{0}, day - 1}) {
      batch rows(one);
      if (unit == time_unit::milli) {
        rows.buffer(0).append_fixed(static_cast<std::int32_t>(value));
      } else {
        rows.buffer(0).append_fixed(value);
      }
      rows.close(1);
      parquet encoder;
      memory_sink out;
      encoder.begin(one, out).value();
      result<std::size_t> const written = encoder.write(rows, 0, out);
      EXPECT_EQ(written.has_value(), value >= 0 && value < day) << value;
      EXPECT_TRUE(written || written.error().is(errc::value_out_of_range));
      EXPECT_TRUE(written || written.error()->row == 0U);
    }
  }
}

TEST(Parquet, CheckUsesTheProfileOfTheType) {
  std::vector<field> const nano{{.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::nano}}};
  EXPECT_FALSE(parquet().check(nano, GiB));
  EXPECT_TRUE(parquet<reader::exact>().check(nano, GiB));
  EXPECT_FALSE((parquet<reader::any>{reader::portable::value}.check(nano, GiB)));
  EXPECT_TRUE((parquet<reader::any>{reader::exact::value}.check(nano, GiB)));
}

} // namespace
