// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/column_stats.hpp>

#include <copyto/handoff/manifest.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/rows.hpp>

#include "../export/lines.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace export_tests;
using copyto::column_stats;
using copyto::decimal;

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the order of the columns below
struct wide {
  std::optional<bool> flag;
  std::int8_t small = 0;
  std::uint64_t large = 0;
  std::optional<double> real;
  copyto::float16 half;
  decimal<30, 2> money;
  std::optional<std::string> text;
  std::vector<std::byte> blob;
  std::array<std::byte, 2> pair{};
  std::chrono::sys_days day;
  std::chrono::sys_time<std::chrono::microseconds> instant;
  copyto::interval span = {};
};
BOOST_DESCRIBE_STRUCT(wide, (), (flag, small, large, real, half, money, text, blob, pair, day, instant, span))

/// What is known of every column of the rows, in batches of two.
template <class Row>
std::vector<column_stats> stats_of(std::vector<Row> const& rows) {
  auto source = copyto::rows(rows);
  copyto::schema_view const fields = source.schema();
  copyto::batch batch(fields, 2);
  std::vector<copyto::detail::column_range> ranges(fields.size());
  for (auto status = copyto::fill_status::more; status == copyto::fill_status::more;) {
    batch.clear();
    status = source.fill(batch, {}).value();
    for (std::size_t c = 0; c != ranges.size(); ++c) {
      for (std::size_t i = 0; i != batch.rows(); ++i) { // as if each row ended a file
        ranges[c].add(batch.column(c), i, 1);
      }
    }
  }
  std::vector<column_stats> stats;
  for (std::size_t c = 0; c != ranges.size(); ++c) {
    stats.push_back(ranges[c].stats(fields[c]));
  }
  return stats;
}

column_stats between(std::string low, std::string high, std::uint64_t nulls = 0, std::uint64_t nans = 0) {
  return {.null_count = nulls, .nan_count = nans, .lower_bound = std::move(low), .upper_bound = std::move(high)};
}

wide row(int i) {
  using namespace std::chrono;
  wide w{.flag = i > 0,
         .small = static_cast<std::int8_t>(-i),
         .large = std::numeric_limits<std::uint64_t>::max() - static_cast<std::uint64_t>(i),
         .real = i * 1.5,
         .half = {static_cast<std::uint16_t>(i == 0 ? 0xbc00 : 0x3c00 + i)}, // -1, then 1 and a little
         .money = decimal<30, 2>::from_unscaled(static_cast<copyto::int128>(i) * 100 - 50).value(),
         .text = "t" + std::to_string(i),
         .blob = {std::byte{0xff}, static_cast<std::byte>(i)},
         .pair = {std::byte{1}, static_cast<std::byte>(i)},
         .day = sys_days(2024y / February / 28) + days(i),
         .instant = sys_days(2024y / February / 28) + hours(i) + microseconds(5)};
  return w;
}

TEST(ColumnStats, AreTheSmallestAndLargestOfEveryType) {
  std::vector<column_stats> const stats = stats_of(std::vector<wide>{row(1), row(0), row(2)});
  EXPECT_EQ(stats[0], between("f", "t"));
  EXPECT_EQ(stats[1], between("-2", "0"));
  EXPECT_EQ(stats[2], between("18446744073709551613", "18446744073709551615"));
  EXPECT_EQ(stats[3], between("-0", "3"));
  EXPECT_EQ(stats[4], between("-1", "1.0019531"));
  EXPECT_EQ(stats[5], between("-0.50", "1.50"));
  EXPECT_EQ(stats[6], between("t0", "t2"));
  EXPECT_EQ(stats[7], between("\\xff00", "\\xff02"));
  EXPECT_EQ(stats[8], between("\\x0100", "\\x0102"));
  EXPECT_EQ(stats[9], between("2024-02-28", "2024-03-01"));
  EXPECT_EQ(stats[10], between("2024-02-28 00:00:00.000005+00", "2024-02-28 02:00:00.000005+00"));
  EXPECT_EQ(stats[11], column_stats()) << "intervals have no order";
}

TEST(ColumnStats, NullsAndNansAreCountedAndInNoBound) {
  std::vector<wide> rows = {row(0), row(1), row(2), row(3)};
  rows[0].real = std::nullopt;
  rows[1].real = std::numeric_limits<double>::quiet_NaN();
  rows[3].real = -std::numeric_limits<double>::infinity();
  rows[1].text = rows[2].text = std::nullopt;
  rows[0].half.bits = 0x7e00;
  std::vector<column_stats> stats = stats_of(rows);
  EXPECT_EQ(stats[3], between("-Infinity", "3", 1, 1));
  EXPECT_EQ(stats[6], between("t0", "t3", 2));
  EXPECT_EQ(stats[4].nan_count, 1U);
  for (wide& w : rows) {
    w.real = std::numeric_limits<double>::quiet_NaN();
    w.text = std::nullopt;
  }
  stats = stats_of(rows);
  EXPECT_EQ(stats[3], (column_stats{.nan_count = 4}));
  EXPECT_EQ(stats[6], (column_stats{.null_count = 4}));
}

TEST(ColumnStats, ASmallestZeroIsNegativeAndALargestOnePositive) {
  std::vector<wide> rows = {row(0), row(0)};
  rows[0].real = 0.0;
  rows[1].real = -0.0;
  rows[0].half.bits = 0x8000;
  rows[1].half.bits = 0x0000;
  for (int turn = 0; turn != 2; ++turn) {
    std::vector<column_stats> const stats = stats_of(rows);
    EXPECT_EQ(stats[3], between("-0", "0"));
    EXPECT_EQ(stats[4], between("-0", "0"));
    std::swap(rows[0], rows[1]);
  }
  rows[0].real = rows[1].real = 256.0; // zero in all bytes but the highest two
  EXPECT_EQ(stats_of(rows)[3], between("256", "256"));
  rows[0].real = rows[1].real = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(stats_of(rows)[3], between("5e-324", "5e-324"));
}

TEST(ColumnStats, LongTextIsCutBetweenCharactersAndTheUpperBoundGrows) {
  wide w = row(0);
  w.text = std::string(63, 'a') + "\xc3\xa9z"; // the 64th byte is in the middle of a character
  w.blob.assign(65, std::byte{0xff});
  std::vector<column_stats> const stats = stats_of(std::vector<wide>{w});
  EXPECT_EQ(stats[6], between(std::string(63, 'a'), std::string(62, 'a') + 'b'));
  EXPECT_EQ(stats[7].lower_bound, "\\x" + std::string(128, 'f'));
  EXPECT_EQ(stats[7].upper_bound, std::nullopt) << "nothing of 64 bytes is larger";
}

TEST(ColumnStats, StandInReportAndManifestOfEachFileWhereAskedFor) {
  for (bool const asked : {false, true}) {
    copyto::memory_store store;
    std::vector<number> const rows = numbers(7);
    auto source = copyto::rows(rows);
    copyto::export_options options{
        .to = copyto::into("t"), .last = copyto::manifest(), .column_stats = asked, .export_id = "x1"};
    options.max_file_rows = 3;
    auto const done =
        copyto::run_export(copyto::source_ref(source), lines(), copyto::store_ref(store), options, {}, {});
    ASSERT_TRUE(done) << done.error().message();
    ASSERT_EQ(done->files.size(), 3U);
    std::string const manifest = store.objects().at("t/_copyto.manifest-x1.json").body;
    if (!asked) {
      EXPECT_TRUE(done->files[0].columns.empty());
      EXPECT_EQ(manifest.find("null_count"), manifest.npos);
      continue;
    }
    std::vector<std::vector<column_stats>> seen;
    for (copyto::file_report const& file : done->files) {
      seen.push_back(file.columns);
    }
    EXPECT_EQ(seen[0], std::vector{between("1000", "1002")});
    EXPECT_EQ(seen[1], std::vector{between("1003", "1005")});
    EXPECT_EQ(seen[2], std::vector{between("1006", "1006")});
    EXPECT_NE(manifest.find(R"("columns": [{"null_count": 0, "lower_bound": "1003", "upper_bound": "1005"}]})"),
              manifest.npos)
        << manifest;
  }
}

TEST(ColumnStats, JsonLeavesOutWhatThereIsNoneOf) {
  EXPECT_EQ(copyto::column_stats_json({.null_count = 2}), R"({"null_count": 2})");
  EXPECT_EQ(copyto::column_stats_json(between("a\"", "b", 0, 1)),
            R"({"null_count": 0, "nan_count": 1, "lower_bound": "a\"", "upper_bound": "b"})");
}

} // namespace
