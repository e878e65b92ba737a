// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/crc64.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

std::uint64_t crc(std::string_view text) {
  copyto::crc64nvme sum;
  sum.update(copyto::as_bytes(text));
  return sum.value();
}

/// Bit by bit, from the polynomial alone.
std::uint64_t slow_crc(std::string_view text) {
  std::uint64_t value = ~std::uint64_t{0};
  for (char const c : text) {
    value ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit != 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? 0x9A6C9329AC4BC9B5ULL : 0);
    }
  }
  return ~value;
}

TEST(Crc64Nvme, HasTheCheckValuesOfTheSpecification) {
  EXPECT_EQ(crc("123456789"), 0xAE8B14860A799888ULL);
  EXPECT_EQ(crc(""), 0U);
  // 4096 bytes of zeros, and of ones.
  EXPECT_EQ(crc(std::string(4096, '\0')), 0x6482D367EB22B64EULL);
  EXPECT_EQ(crc(std::string(4096, '\xFF')), 0xC0DDBA7302ECA3ACULL);
}

TEST(Crc64Nvme, AgreesWithTheBitwiseFormForEveryLengthAndAlignment) {
  std::string text(80, '\0');
  for (std::size_t i = 0; i != text.size(); ++i) {
    text[i] = static_cast<char>(i * 37 + 11);
  }
  for (std::size_t first = 0; first != 9; ++first) {
    for (std::size_t size = 0; size + first <= text.size(); ++size) {
      std::string_view const part = std::string_view(text).substr(first, size);
      ASSERT_EQ(crc(part), slow_crc(part)) << first << ' ' << size;
    }
  }
}

TEST(Crc64Nvme, DoesNotDependOnHowTheBytesCome) {
  std::string const text = "the same bytes, in pieces of any size";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    copyto::crc64nvme sum;
    sum.update(copyto::as_bytes(std::string_view(text).substr(0, cut)));
    sum.update(copyto::as_bytes(std::string_view(text).substr(cut)));
    EXPECT_EQ(sum.value(), crc(text));
  }
}

} // namespace
