// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/plan.hpp>
#include <copyto/encode/sink.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;

constexpr auto portable = reader::portable::value;
constexpr field integer{.name = "i", .type = {.id = kind::int64}};
constexpr field text{.name = "s", .type = {.id = kind::string}, .optional = true};

error refused(std::vector<field> const& fields, parquet_options const& options,
              reader::profile const& readers = portable) {
  result<void> const checked = check_parquet(fields, options, readers);
  EXPECT_FALSE(checked);
  if (!checked) {
    EXPECT_FALSE(checked.error()->message.empty());
    EXPECT_FALSE(checked.error()->advice.empty());
  }
  return checked ? error(errc::invalid_argument, "") : checked.error();
}

TEST(Plan, DefaultsAreAccepted) { EXPECT_TRUE(check_parquet(std::vector{integer, text}, {}, portable)); }

TEST(Plan, OptionsOutOfRangeAreRefused) {
  EXPECT_TRUE(refused({integer}, {.row_group_rows = 0}).is(errc::invalid_argument));
  EXPECT_NE(refused({integer}, {.row_group_bytes = 0})->message.find("row_group_bytes"), std::string::npos);
  EXPECT_NE(refused({integer}, {.page_bytes = 0})->message.find("page_bytes"), std::string::npos);
  EXPECT_NE(refused({integer}, {.page_bytes = 1 * GiB})->message.find("page_bytes"), std::string::npos);
  EXPECT_NE(refused({integer}, {.page_rows = 0})->message.find("page_rows"), std::string::npos);
  EXPECT_NE(refused({integer}, {.page_rows = 2'000'000})->message.find("page_rows"), std::string::npos);
}

TEST(Plan, OverridesMustNameAColumnOnce) {
  EXPECT_EQ(refused({integer}, {.columns = {{.name = "j"}}})->column, "j");
  EXPECT_EQ(refused({integer}, {.columns = {{.name = "i"}, {.name = "i"}}})->column, "i");
}

TEST(Plan, SchemasThatTheReadersCannotTakeAreRefused) {
  field nano{.name = "at", .type = {.id = kind::timestamp, .unit = time_unit::nano, .utc = true}};
  error const e = refused({integer, nano}, {});
  EXPECT_TRUE(e.is(errc::unsupported));
  EXPECT_EQ(e->column, "at");
  EXPECT_NE(e->message.find("timestamp(ns, utc)"), std::string::npos);
  EXPECT_TRUE(check_parquet(std::vector{integer, nano}, {}, reader::exact::value));
  field const list{.name = "l", .type = {.id = kind::list}, .nodes = &integer, .node_count = 1};
  EXPECT_TRUE(refused({list}, {}, reader::exact::value).is(errc::unsupported));
  EXPECT_TRUE(refused({}, {}).is(errc::invalid_argument));
  EXPECT_EQ(refused({integer, integer}, {})->column, "i");
}

TEST(Plan, NamesThatDifferInCaseAreRefusedByPortable) {
  field other = integer;
  other.name = "I";
  EXPECT_EQ(refused({integer, other}, {})->column, "I");
  EXPECT_TRUE(check_parquet(std::vector{integer, other}, {}, reader::exact::value));
  other.name = "\xFF";
  EXPECT_TRUE(refused({other}, {}).is(errc::invalid_argument));
}

TEST(Plan, PagesOfWideSchemasAreScaledDown) {
  std::vector<std::string> names(1000);
  std::vector<field> fields;
  for (std::size_t i = 0; i != names.size(); ++i) {
    names[i] = std::to_string(i);
    fields.push_back({.name = names[i], .type = {.id = kind::string}});
  }
  parquet_plan const wide(fields, {}, portable, 256 * MiB);
  EXPECT_EQ(wide.page_bytes, 64 * MiB / 4000);
  EXPECT_LE(wide.memory(), 128 * MiB);
  parquet_plan const narrow(std::vector{integer, text}, {}, portable, 256 * MiB);
  EXPECT_EQ(narrow.page_bytes, 1 * MiB);
}

TEST(Plan, ASmallFileNeedsLittleMemory) {
  std::vector<field> const fields{integer, text};
  std::uint64_t const large = parquet_plan(fields, {}, portable, 256 * MiB).memory();
  std::uint64_t const small = parquet_plan(fields, {}, portable, 1 * MiB).memory();
  EXPECT_LT(small, 5 * MiB);
  EXPECT_GT(large, 64 * MiB);
  EXPECT_LT(large, 80 * MiB);
  // No limit of the file is no danger, since the row group and the footer have theirs.
  EXPECT_LT(parquet_plan(fields, {}, portable, sink::no_limit).memory(), 140 * MiB);
}

TEST(Plan, EqualCodecsShareOneCompressor) {
  parquet_plan const p(std::vector{integer, text}, {.codec = snappy(), .columns = {{.name = "s", .codec = snappy()}}},
                       portable, 1 * GiB);
  EXPECT_EQ(p.codecs.size(), 1U);
  parquet_plan const q(std::vector{integer, text}, {.codec = snappy(), .columns = {{.name = "s", .codec = codec()}}},
                       portable, 1 * GiB);
  EXPECT_EQ(q.codecs.size(), 2U);
  EXPECT_EQ(q.codecs[q.codec_of[1]].id(), codec_id::none);
}

} // namespace
