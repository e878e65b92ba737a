// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/indices.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

std::string encoded(std::vector<std::uint32_t> const& indices, unsigned width) {
  // Exactly as large as it must be, so that a sanitizer sees a read beyond it.
  byte_buffer out;
  encode_indices(reinterpret_cast<std::byte const*>(indices.data()), indices.size(), width, out);
  EXPECT_LE(out.size(), max_indices_size(indices.size(), width));
  return std::string(as_text(out.view()));
}

TEST(Indices, AnIndexWidthIsNeverZero) {
  EXPECT_EQ(index_width(0), 1U);
  EXPECT_EQ(index_width(1), 1U); // 0 bits would do, but readers fail on them
  EXPECT_EQ(index_width(2), 1U);
  EXPECT_EQ(index_width(3), 2U);
  EXPECT_EQ(index_width(4), 2U);
  EXPECT_EQ(index_width(5), 3U);
  EXPECT_EQ(index_width(256), 8U);
  EXPECT_EQ(index_width(257), 9U);
  EXPECT_EQ(index_width(max_dictionary_entries), 20U);
}

TEST(Indices, NoneAreNothing) {
  EXPECT_EQ(encoded({}, 3), ""); // and no empty packed block
}

TEST(Indices, TheExampleOfTheSpecification) {
  // Encodings.md: 0 to 7 in 3 bits.
  EXPECT_EQ(encoded({0, 1, 2, 3, 4, 5, 6, 7}, 3), "\x03\x88\xC6\xFA"s);
}

TEST(Indices, TheLastPackedGroupIsPaddedToItsFullSize) {
  EXPECT_EQ(encoded({5}, 3), "\x03\x05\0\0"s);
  EXPECT_EQ(encoded({1, 2, 3}, 16).size(), 1U + 16);
}

TEST(Indices, EqualOnesAreARun) {
  EXPECT_EQ(encoded(std::vector<std::uint32_t>(100, 1), 1), "\xC8\x01\x01"s);
  EXPECT_EQ(encoded(std::vector<std::uint32_t>(64, 0x1234), 17), "\x80\x01\x34\x12\0"s);
  EXPECT_EQ(encoded(std::vector<std::uint32_t>(8, 3), 2), "\x10\x03"s); // the whole page
}

TEST(Indices, ATrailingPackedBlockIsNeverEmpty) {
  std::vector<std::uint32_t> indices = {0, 1, 2, 3, 4, 5, 6, 7};
  indices.insert(indices.end(), 72, 9);
  std::string const bytes = encoded(indices, 4);
  EXPECT_EQ(bytes.size(), 1U + 4 + 2 + 1); // packed group, run to the end, nothing else
  EXPECT_EQ(walk::hybrid(bytes, 4).size(), 80U);
}

TEST(Indices, AreReadBackWhateverTheirWidthAndRuns) {
  std::mt19937_64 random(5);
  for (unsigned width = 1; width <= 20; ++width) {
    for (int round = 0; round != 60; ++round) {
      std::vector<std::uint32_t> indices;
      std::uint64_t const longest = random() % 3 == 0 ? 1 : 1 + random() % 60;
      for (std::uint64_t left = random() % 700; left != 0;) {
        std::uint64_t const run = std::min<std::uint64_t>(left, 1 + random() % longest);
        indices.insert(indices.end(), run, static_cast<std::uint32_t>(random()) & ((1U << width) - 1));
        left -= run;
      }
      std::vector<std::uint32_t> back = walk::hybrid(encoded(indices, width), width);
      ASSERT_GE(back.size(), indices.size());
      ASSERT_LT(back.size(), indices.size() + 8);
      for (std::size_t i = indices.size(); i != back.size(); ++i) {
        ASSERT_EQ(back[i], 0U) << "padding";
      }
      back.resize(indices.size());
      ASSERT_EQ(back, indices) << width;
    }
  }
}

TEST(Indices, NoBitOffsetOverflowsInTheLargestPage) {
  std::vector<std::uint32_t> indices(1U << 20);
  for (std::uint32_t i = 0; i != indices.size(); ++i) {
    indices[i] = i;
  }
  std::vector<std::uint32_t> const back = walk::hybrid(encoded(indices, 20), 20);
  EXPECT_TRUE(back == indices);
}

} // namespace
