// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/levels.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

using levels = std::vector<std::uint8_t>;

std::string encoded(level_buffer const& from) {
  byte_buffer out;
  from.encode(out);
  return std::string(as_text(out.view()));
}

/// A reader of the hybrid, as Encodings.md tells it.
levels decoded(std::string_view bytes, unsigned width, std::size_t count) {
  levels out;
  std::size_t at = 0;
  while (out.size() < count) {
    std::uint64_t header = 0;
    for (int shift = 0;; shift += 7) {
      auto const b = static_cast<unsigned char>(bytes.at(at++));
      header |= static_cast<std::uint64_t>(b & 0x7F) << shift;
      if (b < 0x80) {
        break;
      }
    }
    EXPECT_GT(header >> 1, 0U) << "an empty run";
    if ((header & 1) == 0) {
      out.insert(out.end(), header >> 1, static_cast<std::uint8_t>(bytes.at(at++)));
      EXPECT_LE(out.size(), count) << "a run beyond the last value";
      continue;
    }
    std::size_t const size = (header >> 1) * width;
    for (std::size_t bit = 0; bit != size * 8; bit += width) {
      unsigned level = 0;
      for (unsigned i = 0; i != width; ++i) {
        level |= (static_cast<unsigned char>(bytes.at(at + (bit + i) / 8)) >> (bit + i) % 8 & 1U) << i;
      }
      out.push_back(static_cast<std::uint8_t>(level));
    }
    at += size;
    EXPECT_LT(out.size(), count + 8) << "a group beyond the last value";
  }
  EXPECT_EQ(at, bytes.size()) << "something behind the last value";
  out.resize(count);
  return out;
}

TEST(Levels, APageWithoutNullsIsOneRun) {
  for (std::size_t const count : {1U, 7U, 8U, 9U, 100U, 20'000U}) {
    level_buffer b(1);
    b.append_run(1, count);
    byte_buffer header;
    std::string const bytes = encoded(b);
    EXPECT_LE(bytes.size(), 4U);
    EXPECT_EQ(bytes.back(), 1);
    EXPECT_EQ(decoded(bytes, 1, count), levels(count, 1));
  }
  level_buffer b(1);
  b.append_run(1, 100);
  EXPECT_EQ(encoded(b), "\xc8\x01\x01"s); // 100 << 1, the level
}

TEST(Levels, AMixedBitmapIsItsOwnBody) {
  level_buffer b(1);
  std::uint8_t const bitmap[] = {0b10101010, 0b00000001, 0b00000011};
  b.append_bits(bitmap, 0, 18);
  EXPECT_EQ(encoded(b), "\x07\xaa\x01\x03"s); // 3 groups, the last one padded
}

TEST(Levels, LongRunsInABitmapBecomeRuns) {
  level_buffer b(1);
  std::uint8_t const mixed = 0x55;
  b.append_bits(&mixed, 0, 8);
  b.append_run(1, 64);
  b.append_run(0, 40);
  b.append_bits(&mixed, 0, 5);
  EXPECT_EQ(encoded(b), "\x03\x55\x80\x01\x01\x50\x00\x03\x15"s);
}

TEST(Levels, WiderLevelsArePackedInTheirWidth) {
  level_buffer b(3);
  EXPECT_EQ(b.width(), 2U);
  b.append(levels{0, 1, 2, 3, 0, 1, 2, 3, 3});
  EXPECT_EQ(encoded(b), "\x05\xe4\xe4\x03\x00"s);
  b.clear(0);
  b.append_run(2, 16);
  EXPECT_EQ(encoded(b), "\x20\x02"s);
}

TEST(Levels, AnyLevelsComeBackAndFitTheirBound) {
  std::mt19937_64 random(4);
  for (int round = 0; round != 3000; ++round) {
    auto const most = static_cast<std::uint8_t>(1 + random() % (round % 2 == 0 ? 1 : 255));
    level_buffer b(most);
    levels expected;
    std::size_t const pieces = random() % 20;
    for (std::size_t p = 0; p <= pieces; ++p) {
      std::size_t const count = 1 + random() % (random() % 4 == 0 ? 300 : 20);
      if (random() % 2 == 0) {
        auto const level = static_cast<std::uint8_t>(random() % (most + 1U));
        b.append_run(level, count);
        expected.insert(expected.end(), count, level);
      } else if (most == 1) {
        std::vector<std::uint8_t> bits((count + 30) / 8 + 1);
        std::generate(bits.begin(), bits.end(), [&] { return static_cast<std::uint8_t>(random()); });
        std::size_t const first = random() % 20;
        b.append_bits(bits.data(), first, count);
        for (std::size_t i = first; i != first + count; ++i) {
          expected.push_back(bits[i / 8] >> i % 8 & 1);
        }
      } else {
        levels some(count);
        std::generate(some.begin(), some.end(), [&] { return static_cast<std::uint8_t>(random() % (most + 1U)); });
        b.append(some);
        expected.insert(expected.end(), some.begin(), some.end());
      }
    }
    ASSERT_EQ(b.size(), expected.size());
    std::string const bytes = encoded(b);
    ASSERT_LE(bytes.size(), b.max_encoded_size(expected.size()));
    ASSERT_EQ(decoded(bytes, b.width(), expected.size()), expected);
  }
}

TEST(Levels, TheWorstPatternFitsTheBound) {
  // Runs that are just long enough to be taken as such, each followed by one mixed group.
  level_buffer b(1);
  for (int i = 0; i != 20'000; ++i) {
    b.append_run(1, 32);
    std::uint8_t const mixed = 0x0F;
    b.append_bits(&mixed, 0, 8);
  }
  EXPECT_LE(encoded(b).size(), b.max_encoded_size(b.size()));
}

} // namespace
