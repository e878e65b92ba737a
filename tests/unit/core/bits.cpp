// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/detail/bits.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

namespace {

using namespace copyto::detail;

bool bit(std::uint8_t const* bits, std::size_t i) { return (bits[i >> 3] >> (i & 7) & 1) != 0; }

TEST(Bits, AnyRunOfBitsIsReadWithoutTouchingOtherBytes) {
  std::mt19937_64 random(2);
  for (std::size_t first = 0; first != 20; ++first) {
    for (std::size_t count = 1; count <= 64; ++count) {
      std::size_t const bytes = (first + count + 7) / 8;
      // Exactly as large as it must be, so that the address sanitizer sees any byte more.
      auto const bits = std::make_unique<std::uint8_t[]>(bytes);
      for (std::size_t i = 0; i != bytes; ++i) {
        bits[i] = static_cast<std::uint8_t>(random());
      }
      std::uint64_t const word = read_bits(bits.get(), first, count);
      std::size_t ones = 0;
      for (std::size_t i = 0; i != 64; ++i) {
        bool const expected = i < count && bit(bits.get(), first + i);
        ASSERT_EQ((word >> i & 1) != 0, expected) << first << ' ' << count << ' ' << i;
        ones += expected ? 1 : 0;
      }
      EXPECT_EQ(count_bits(bits.get(), first, count), ones);
    }
  }
}

TEST(Bits, WhatIsWrittenInPiecesReadsAsOneSequence) {
  std::mt19937_64 random(3);
  std::vector<std::uint8_t> bits(2000, 0xFF);
  std::vector<bool> expected;
  while (expected.size() < 10'000) {
    std::size_t const count = 1 + random() % 64;
    std::uint64_t const word = random() & low_bits(count);
    write_bits(bits.data(), expected.size(), word, count);
    for (std::size_t i = 0; i != count; ++i) {
      expected.push_back((word >> i & 1) != 0);
    }
  }
  for (std::size_t i = 0; i != expected.size(); ++i) {
    ASSERT_EQ(bit(bits.data(), i), expected[i]) << i;
  }
  // The rest of the last byte is zero.
  for (std::size_t i = expected.size(); i % 8 != 0; ++i) {
    EXPECT_FALSE(bit(bits.data(), i));
  }
}

TEST(Bits, LowBitsCoversAllCounts) {
  EXPECT_EQ(low_bits(0), 0U);
  EXPECT_EQ(low_bits(1), 1U);
  EXPECT_EQ(low_bits(63), ~std::uint64_t{0} >> 1);
  EXPECT_EQ(low_bits(64), ~std::uint64_t{0});
}

} // namespace
