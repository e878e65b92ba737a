// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet.hpp>

#include "parquet/walk.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
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

template <class E>
std::vector<file> encode(E const& prototype, std::vector<field> const& fields, std::size_t rows, filler const& fill,
                         std::uint64_t limit = sink::no_limit, std::size_t batch_rows = 1000) {
  std::vector<file> files;
  batch some(fields, batch_rows);
  std::size_t first = 0;
  do {
    E encoder = prototype;
    memory_sink out(limit);
    encoder.begin(fields, out).value();
    file f;
    for (bool full = false; first != rows && !full;) {
      some.clear();
      std::size_t const n = std::min(batch_rows, rows - first);
      for (std::size_t i = 0; i != n; ++i) {
        fill(some, first + i);
      }
      some.close(n);
      std::size_t const taken = encoder.write(some, 0, out).value();
      full = taken != n;
      first += taken;
      f.rows += taken;
    }
    EXPECT_EQ(encoder.end(out).value().rows, f.rows);
    EXPECT_EQ(encoder.pending_bytes(), 0U);
    f.bytes = as_text(out.contents());
    files.push_back(f);
  } while (first != rows);
  return files;
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

TEST(Parquet, AFileIsLargerThanItsLimitByACheckpointAtMost) {
  for (codec const& c : {codec(), snappy()}) {
    for (std::uint64_t const limit : {20'000U, 100'000U, 1'000'000U}) {
      auto const files = encode(parquet{{.codec = c}}, both, 40'000, fill_both, limit);
      std::uint64_t const checkpoint = std::min<std::uint64_t>(limit / 8, 64 * KiB + 128);
      std::uint64_t const row = 8 + 1 + 4 + 100;
      std::uint64_t const expansion = c.id() == codec_id::none ? 0 : 2 * (32 + limit / 8 / 6);
      for (std::size_t i = 0; i != files.size(); ++i) {
        EXPECT_LE(files[i].bytes.size(), limit + checkpoint + row + expansion);
        if (i + 1 != files.size()) {
          EXPECT_GE(files[i].bytes.size(), limit / 2); // and not far below
        }
      }
      EXPECT_GT(files.size(), 1U);
    }
  }
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

TEST(Parquet, CheckUsesTheProfileOfTheType) {
  std::vector<field> const nano{{.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::nano}}};
  EXPECT_FALSE(parquet().check(nano, GiB));
  EXPECT_TRUE(parquet<reader::exact>().check(nano, GiB));
  EXPECT_FALSE((parquet<reader::any>{reader::portable::value}.check(nano, GiB)));
  EXPECT_TRUE((parquet<reader::any>{reader::exact::value}.check(nano, GiB)));
}

} // namespace
