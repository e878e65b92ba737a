// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/column_chunk.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;

walk::value written(bool optional) {
  field const type{.name = "column", .type = {.id = kind::int64}, .optional = optional};
  leaf const l{.type = &type,
               .as = form_of(reader::portable::value, type.type),
               .max_definition = static_cast<std::uint8_t>(optional)};
  statistics values;
  values.add_range(1, 5);
  byte_buffer out;
  thrift_writer w(out);
  w.list(1, thrift_type::structure, 1);
  write_column_chunk(w, l, codec_id::zstd,
                     {.slots = 10, .pages = 3, .uncompressed_bytes = 200, .compressed_bytes = 100, .offset = 4},
                     values);
  w.end();
  return walk::thrift(as_text(out.view())).structure()[1].list.at(0);
}

TEST(ColumnChunk, HasEveryRequiredMember) {
  walk::value const chunk = written(false);
  EXPECT_EQ(chunk[2].number, 0);
  EXPECT_FALSE(chunk.has(1)); // no file_path: DuckDB cannot read such files
  walk::value const& meta = chunk[3];
  EXPECT_EQ(meta[1].number, 2);
  EXPECT_EQ(meta[3].list.at(0).bytes, "column");
  EXPECT_EQ(meta[4].number, 6);
  EXPECT_EQ(meta[5].number, 10);
  EXPECT_EQ(meta[6].number, 200);
  EXPECT_EQ(meta[7].number, 100);
  EXPECT_EQ(meta[9].number, 4);
  EXPECT_FALSE(meta.has(11)); // no dictionary
  EXPECT_EQ(meta[12][6].bytes, std::string("\1\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(meta[13].list.at(0)[3].number, 3);
}

TEST(ColumnChunk, NamesTheEncodingOfLevelsWhereThereAreAny) {
  EXPECT_EQ(written(false)[3][2].list.size(), 1U);
  walk::value const chunk = written(true);
  ASSERT_EQ(chunk[3][2].list.size(), 2U);
  EXPECT_EQ(chunk[3][2].list[0].number, 0);
  EXPECT_EQ(chunk[3][2].list[1].number, 3);
}

} // namespace
