// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/crc.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/detail/page_v2.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

std::string contents(stored_page const& p) {
  return std::string(as_text(p.header)) + std::string(as_text(p.repetition)) + std::string(as_text(p.definition)) +
         std::string(as_text(p.body));
}

statistics nulls(std::uint64_t count) {
  statistics made;
  made.add_nulls(count);
  return made;
}

// Two runs of one entry each, and their lengths in front: levels as a page of version 1 has them.
std::string const repetition = "\x02\x00\x00\x00\x04\x00"s;
std::string const definition = "\x04\x00\x00\x00\x02\x01\x02\x00"s;

TEST(PageV2, LevelsAreInFrontOfTheValuesAndTheirLengthsInTheHeader) {
  page_scratch scratch;
  statistics const values = nulls(1);
  std::string const body = repetition + definition + "value";
  auto const page = store_page_v2(as_bytes(body), {true, true}, encoding::plain,
                                  {.slots = 2, .rows = 1, .values = values}, {.checksums = false}, scratch);
  // type 3, both sizes 2 + 4 + 5; then version 2's header: 2 values, 1 NULL, 1 row, PLAIN, 4 bytes of definition levels, 2 of
  // repetition levels, not compressed.
  EXPECT_EQ(contents(*page),
            "\x15\x06\x15\x16\x15\x16\x5c\x15\x04\x15\x02\x15\x02\x15\x00\x15\x08\x15\x04\x12\x00\x00"s +
                "\x04\x00\x02\x01\x02\x00value"s);
  EXPECT_EQ(page->size(), contents(*page).size());
  EXPECT_EQ(page->uncompressed_bytes, page->size());
}

TEST(PageV2, ValuesAreCompressedWhereThatTakesAnEighthAndLevelsNever) {
  page_scratch scratch;
  codec const algorithm = snappy();
  auto const worker = algorithm.make_compressor();
  statistics const values = nulls(0);
  for (bool const shorter : {true, false}) {
    std::string plain;
    for (unsigned i = 0, x = 1; i != 64; ++i, x = x * 1103515245 + 12345) {
      plain += shorter ? 'b' : static_cast<char>(x >> 16);
    }
    std::string const body = definition + plain;
    auto const stored = store_page_v2(as_bytes(body), {.definition = true}, encoding::plain,
                                      {.slots = 64, .rows = 64, .values = values}, {&algorithm, worker.get()}, scratch);
    std::string const page = contents(*stored);
    walk::value const header = walk::thrift(as_text(stored->header)).structure();
    std::string const levels = definition.substr(4);
    EXPECT_EQ(as_text(stored->definition), levels);
    EXPECT_EQ(header[2].number, static_cast<std::int64_t>(levels.size() + plain.size()));
    EXPECT_EQ(header[3].number, static_cast<std::int64_t>(levels.size() + stored->body.size()));
    EXPECT_EQ(static_cast<std::uint32_t>(header[4].number), crc32(as_bytes(page.substr(stored->header.size()))));
    EXPECT_EQ(stored->uncompressed_bytes, stored->header.size() + levels.size() + plain.size());
    if (!shorter) {
      EXPECT_EQ(as_text(stored->body), plain);
      continue;
    }
    std::string back(plain.size(), '?');
    std::size_t size = back.size();
    ASSERT_EQ(
        snappy_uncompress(reinterpret_cast<char const*>(stored->body.data()), stored->body.size(), back.data(), &size),
        SNAPPY_OK);
    EXPECT_EQ(back, plain);
  }
}

} // namespace
