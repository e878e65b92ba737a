// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/libdeflate.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/detail/check.hpp>
#include <copyto/encode/parquet/detail/plan.hpp>
#include <copyto/encode/sink.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;

constexpr auto portable = reader::portable::value;
constexpr field integer{.name = "i", .type = {.id = kind::int64}};
constexpr field text{.name = "s", .type = {.id = kind::string}, .optional = true};

error refused(std::vector<field> const& fields, parquet_options const& options,
              reader::profile const& readers = portable) {
  result<void> const checked = check_parquet(fields, options, readers, sink::no_limit);
  EXPECT_FALSE(checked);
  if (!checked) {
    EXPECT_FALSE(checked.error()->message.empty());
    EXPECT_FALSE(checked.error()->advice.empty());
  }
  return checked ? error(errc::invalid_argument, "") : checked.error();
}

TEST(Plan, DefaultsAreAccepted) {
  EXPECT_TRUE(check_parquet(std::vector{integer, text}, {}, portable, sink::no_limit));
}

TEST(Plan, FilesThatCannotHoldARowGroupAreRefused) {
  for (std::size_t const columns : {1U, 2U, 16U, 200U}) {
    std::vector<std::string> names(columns);
    std::vector<field> fields;
    for (std::size_t i = 0; i != columns; ++i) {
      names[i] = "column " + std::to_string(i);
      fields.push_back({.name = names[i], .type = {.id = i % 2 == 0 ? kind::string : kind::float64}, .optional = true});
    }
    parquet_options const options{.codec = snappy()};
    result<void> const refused = check_parquet(fields, options, portable, 1);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(errc::invalid_argument));
    std::string const& message = refused.error()->message;
    EXPECT_TRUE(message.starts_with("max_file_size is 1 bytes, and a Parquet file of these columns may need "))
        << message;
    std::uint64_t const least = std::stoull(message.substr(message.rfind(' ')));
    EXPECT_TRUE(check_parquet(fields, options, portable, least)) << "what is needed is enough";
    EXPECT_FALSE(check_parquet(fields, options, portable, least - 1024)) << "and not more than that";
    EXPECT_LT(least, 8 * KiB + columns * 16 * KiB);
    EXPECT_NE(refused.error()->advice.find("KiB"), std::string::npos);
  }
}

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
  EXPECT_TRUE(check_parquet(std::vector{integer, nano}, {}, reader::exact::value, sink::no_limit));
  field const list{.name = "l", .type = {.id = kind::list}, .nodes = &nano, .node_count = 1};
  EXPECT_EQ(refused({list}, {})->column, "l[]");
  field const members[] = {integer, list};
  field const row{.name = "r", .type = {.id = kind::structure}, .nodes = members, .node_count = 2};
  EXPECT_EQ(refused({row}, {})->column, "r.l[]");
  EXPECT_TRUE(check_parquet(std::vector{row}, {}, reader::exact::value, sink::no_limit));
  EXPECT_TRUE(refused({}, {}).is(errc::invalid_argument));
  EXPECT_EQ(refused({integer, integer}, {})->column, "i");
}

TEST(Plan, NamesThatDifferInCaseAreRefusedByPortable) {
  field other = integer;
  other.name = "I";
  EXPECT_EQ(refused({integer, other}, {})->column, "I");
  EXPECT_TRUE(check_parquet(std::vector{integer, other}, {}, reader::exact::value, sink::no_limit));
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
  EXPECT_EQ(wide.page_bytes, 32 * MiB / 2000);
  EXPECT_LE(wide.memory(), 112 * MiB);
  parquet_plan const narrow(std::vector{integer, text}, {}, portable, 256 * MiB);
  EXPECT_EQ(narrow.page_bytes, 1 * MiB);
}

TEST(Plan, ASmallFileNeedsLittleMemory) {
  std::vector<field> const fields{integer, text};
  std::uint64_t const large = parquet_plan(fields, {}, portable, 256 * MiB).memory();
  std::uint64_t const small = parquet_plan(fields, {}, portable, 1 * MiB).memory();
  EXPECT_LT(small, 5 * MiB);
  EXPECT_GT(large, 32 * MiB);
  EXPECT_LT(large, 56 * MiB);
  // No limit of the file is no danger, since the row group and the footer have theirs.
  EXPECT_LT(parquet_plan(fields, {}, portable, sink::no_limit).memory(), 170 * MiB);
}

TEST(Plan, ADictionaryIsForTypesThatGainByIt) {
  field const flag{.name = "b", .type = {.id = kind::boolean}};
  field const tiny{.name = "f", .type = {.id = kind::fixed_binary, .width = 3}};
  std::vector<field> const fields{integer, text, flag, tiny};
  parquet_plan const p(fields, {}, portable, 1 * GiB);
  EXPECT_EQ(p.dictionaries[0].entries, 65'536U);
  EXPECT_EQ(p.dictionaries[1].entries, 65'536U);
  EXPECT_EQ(p.dictionaries[2].entries, 0U);
  EXPECT_EQ(p.dictionaries[3].entries, 0U);
  for (std::string_view const name : {"b", "f"}) {
    error const e = refused(fields, {.columns = {{.name = std::string(name), .dictionary = true}}});
    EXPECT_EQ(e->column, name);
    EXPECT_NE(e->message.find("dictionary"), std::string::npos);
    EXPECT_TRUE(check_parquet(fields, {.columns = {{.name = std::string(name), .dictionary = false}}}, portable,
                              sink::no_limit));
  }
  EXPECT_TRUE(check_parquet(fields, {.columns = {{.name = "i", .dictionary = true}}}, portable, sink::no_limit));
}

TEST(Plan, AColumnMayDoWithoutADictionaryOrAloneHaveOne) {
  std::vector<field> const fields{integer, text};
  parquet_plan const without(fields, {.columns = {{.name = "s", .dictionary = false}}}, portable, 1 * GiB);
  EXPECT_NE(without.dictionaries[0].entries, 0U);
  EXPECT_EQ(without.dictionaries[1].entries, 0U);
  parquet_plan const alone(fields, {.dictionary = false, .columns = {{.name = "s", .dictionary = true}}}, portable,
                           1 * GiB);
  EXPECT_EQ(alone.dictionaries[0].entries, 0U);
  EXPECT_NE(alone.dictionaries[1].entries, 0U);
}

TEST(Plan, DictionariesHaveTheirLimits) {
  std::vector<field> const fields{integer, text};
  EXPECT_NE(refused(fields, {.dictionary_bytes = 0})->message.find("dictionary_bytes"), std::string::npos);
  EXPECT_NE(refused(fields, {.dictionary_bytes = 1 * GiB})->message.find("dictionary_bytes"), std::string::npos);
  EXPECT_NE(refused(fields, {.dictionary_entries = 0})->message.find("dictionary_entries"), std::string::npos);
  EXPECT_NE(refused(fields, {.dictionary_entries = (1U << 20) + 1})->message.find("dictionary_entries"),
            std::string::npos);
  EXPECT_EQ(parquet_plan(fields, {.dictionary_entries = 16}, portable, GiB).dictionaries[1].entries, 16U);
  // The shares of a wide schema's are a small part of its row group.
  std::vector<std::string> names(1000);
  std::vector<field> wide;
  for (std::size_t i = 0; i != names.size(); ++i) {
    names[i] = std::to_string(i);
    wide.push_back({.name = names[i], .type = {.id = kind::int64}});
  }
  std::uint64_t sum = 0;
  for (dictionary_limits const& d : parquet_plan(wide, {}, portable, GiB).dictionaries) {
    sum += d.share_bytes;
    EXPECT_EQ(d.bytes, 512 * KiB); // 65,536 of 8 bytes
  }
  EXPECT_LE(sum, 8 * MiB);
}

TEST(Plan, ALevelThatACodecDoesNotHaveIsRefused) {
  struct picky {
    [[nodiscard]] static codec_id id() noexcept { return codec_id::zstd; }
    [[nodiscard]] static int level() noexcept { return 99; }
    [[nodiscard]] static std::string_view name() noexcept { return "picky"; }
    [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept { return size; }
    [[nodiscard]] static std::uint64_t context_bytes() noexcept { return 0; }
    [[nodiscard]] static std::unique_ptr<compressor> make_compressor() { return nullptr; }
    [[nodiscard]] static result<void> check() {
      return error({.code = errc::invalid_argument, .message = "no level 99", .advice = "take a lower one"});
    }
  };
  EXPECT_EQ(refused({integer}, {.codec = picky()})->message, "no level 99");
  error const e = refused({integer}, {.columns = {{.name = "i", .codec = picky()}}});
  EXPECT_EQ(e->message, "no level 99");
  EXPECT_EQ(e->column, "i");
}

TEST(Plan, EqualCodecsShareOneCompressor) {
  parquet_plan const p(std::vector{integer, text}, {.codec = snappy(), .columns = {{.name = "s", .codec = snappy()}}},
                       portable, 1 * GiB);
  EXPECT_EQ(p.codecs.size(), 1U);
  parquet_plan const q(std::vector{integer, text}, {.codec = snappy(), .columns = {{.name = "s", .codec = codec()}}},
                       portable, 1 * GiB);
  EXPECT_EQ(q.codecs.size(), 2U);
  EXPECT_EQ(q.codecs[q.codec_of[1]].id(), codec_id::none);
  parquet_plan const r(std::vector{integer, text}, {.codec = gzip(), .columns = {{.name = "s", .codec = libdeflate()}}},
                       portable, 1 * GiB);
  EXPECT_EQ(r.codecs.size(), 2U); // of one id
}

} // namespace
