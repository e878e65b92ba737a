// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/column_chunk.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;

walk::value written(bool optional, chunk_totals const& totals, kind type_of = kind::int64, index_location columns = {},
                    index_location offsets = {}) {
  field const type{.name = "column", .type = {.id = type_of}, .optional = optional};
  leaf const l{.type = &type,
               .as = form_of(reader::portable::value, type.type),
               .max_definition = static_cast<std::uint8_t>(optional)};
  statistics values;
  if (type_of == kind::int64) {
    values.add_range(1, 5);
  }
  byte_buffer out;
  thrift_writer w(out);
  w.list(1, thrift_type::structure, 1);
  begin_column_chunk(w, l, codec_id::zstd, totals, values);
  thrift_writer late(out);
  end_column_chunk(late, columns, offsets);
  w.end();
  return walk::thrift(as_text(out.view())).structure()[1].list.at(0);
}

constexpr chunk_totals plain{
    .slots = 10, .plain_pages = 3, .uncompressed_bytes = 200, .compressed_bytes = 100, .offset = 4};

TEST(ColumnChunk, HasEveryRequiredMember) {
  walk::value const chunk = written(false, plain);
  EXPECT_EQ(chunk[2].number, 0);
  EXPECT_FALSE(chunk.has(1)); // no file_path: DuckDB cannot read such files
  EXPECT_EQ(chunk.fields.size(), 2U);
  walk::value const& meta = chunk[3];
  EXPECT_EQ(meta[1].number, 2);
  EXPECT_EQ(meta[3].list.at(0).bytes, "column");
  EXPECT_EQ(meta[4].number, 6);
  EXPECT_EQ(meta[5].number, 10);
  EXPECT_EQ(meta[6].number, 200);
  EXPECT_EQ(meta[7].number, 100);
  EXPECT_EQ(meta[9].number, 4);
  EXPECT_EQ(meta[12][6].bytes, std::string("\1\0\0\0\0\0\0\0", 8));
  ASSERT_EQ(meta[13].list.size(), 1U);
  EXPECT_EQ(meta[13].list[0][3].number, 3);
  EXPECT_FALSE(meta.has(16)); // sizes of byte strings only
}

TEST(ColumnChunk, NamesTheEncodingOfLevelsWhereThereAreAny) {
  EXPECT_EQ(written(false, plain)[3][2].list.size(), 1U);
  walk::value const chunk = written(true, plain);
  ASSERT_EQ(chunk[3][2].list.size(), 2U);
  EXPECT_EQ(chunk[3][2].list[0].number, 0);
  EXPECT_EQ(chunk[3][2].list[1].number, 3);
}

TEST(ColumnChunk, DictionaryPageOffsetIsNotWrittenAsZeroWithoutADictionary) {
  EXPECT_FALSE(written(false, plain)[3].has(11));
}

TEST(ColumnChunk, DataPageOffsetDoesNotPointAtTheDictionary) {
  chunk_totals totals = plain;
  totals.indexed_pages = 7;
  totals.dictionary_bytes = 50;
  walk::value const meta = written(true, totals)[3];
  EXPECT_EQ(meta[11].number, 4);
  EXPECT_EQ(meta[9].number, 54);
}

TEST(ColumnChunk, EncodingStatsCountEachKindOfPage) {
  chunk_totals totals = plain;
  totals.indexed_pages = 7;
  totals.dictionary_bytes = 50;
  walk::value const meta = written(true, totals)[3];
  std::vector<std::vector<std::int64_t>> stats;
  for (walk::value const& s : meta[13].list) {
    stats.push_back({s[1].number, s[2].number, s[3].number});
  }
  EXPECT_EQ(stats, (std::vector<std::vector<std::int64_t>>{{2, 0, 1}, {0, 8, 7}, {0, 0, 3}}));
  std::vector<std::int64_t> encodings;
  for (walk::value const& e : meta[2].list) {
    encodings.push_back(e.number);
  }
  EXPECT_EQ(encodings, (std::vector<std::int64_t>{0, 3, 8}));
  // All data pages are the dictionary's: only then may a reader look at nothing but it.
  totals.plain_pages = 0;
  EXPECT_EQ(written(true, totals)[3][13].list.size(), 2U);
}

TEST(ColumnChunk, ByteStringsSayTheirSizeBeforeEncoding) {
  chunk_totals totals = plain;
  totals.text_bytes = 77;
  walk::value const sizes = written(true, totals, kind::string)[3][16];
  EXPECT_EQ(sizes[1].number, 77);
  EXPECT_EQ(sizes.fields.size(), 1U); // no histograms: null_count says the same
}

TEST(ColumnChunk, ThePageIndexIsWhereItIsSaidToBe) {
  walk::value const both = written(false, plain, kind::int64, {1000, 20}, {2000, 30});
  EXPECT_EQ(both[4].number, 2000);
  EXPECT_EQ(both[5].number, 30);
  EXPECT_EQ(both[6].number, 1000);
  EXPECT_EQ(both[7].number, 20);
  walk::value const one = written(false, plain, kind::int64, {}, {2000, 30});
  EXPECT_TRUE(one.has(4));
  EXPECT_FALSE(one.has(6));
  EXPECT_FALSE(one.has(7));
}

} // namespace
