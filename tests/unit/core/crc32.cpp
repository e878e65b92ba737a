// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/crc32.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;

/// Bit by bit, from the polynomial alone.
std::uint32_t slow_crc(std::string_view text) {
  std::uint32_t value = ~std::uint32_t{0};
  for (char const c : text) {
    value ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit != 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0);
    }
  }
  return ~value;
}

std::string noise(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i != size; ++i) {
    text[i] = static_cast<char>(i * i * 37 + i * 11 + (i >> 5));
  }
  return text;
}

TEST(Crc32, HasTheCheckValuesOfGzip) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926U);
  EXPECT_EQ(crc32({}), 0U);
  EXPECT_EQ(crc32(as_bytes(std::string(32, '\0'))), 0x190A55ADU);
  EXPECT_EQ(crc32(as_bytes(std::string(32, '\xFF'))), 0xFF6CAB0BU);
}

TEST(Crc32, BothFormsAgreeWithTheBitwiseOneForEveryLengthAndAlignment) {
  std::string const text = noise(400);
  for (std::size_t first = 0; first != 17; ++first) {
    for (std::size_t size = 0; size + first <= text.size(); ++size) {
      std::string_view const part = std::string_view(text).substr(first, size);
      std::uint32_t const expected = slow_crc(part);
      ASSERT_EQ(crc32(as_bytes(part)), expected) << first << ' ' << size;
      ASSERT_EQ(detail::crc32_by_tables(as_bytes(part)), expected) << first << ' ' << size;
    }
  }
}

TEST(Crc32, GoesOnFromWhatCameBefore) {
  std::string const text = noise(300);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    std::uint32_t const front = crc32(as_bytes(std::string_view(text).substr(0, cut)));
    EXPECT_EQ(crc32(as_bytes(std::string_view(text).substr(cut)), front), slow_crc(text));
  }
}

} // namespace
