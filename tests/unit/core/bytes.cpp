// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/bytes.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace {

using copyto::as_text;
using copyto::byte_buffer;

TEST(ByteBuffer, KeepsWhatIsAppendedAcrossEveryGrowth) {
  byte_buffer buffer;
  std::string expected;
  for (std::size_t i = 0; i != 2000; ++i) {
    std::string const piece(i % 17, static_cast<char>('a' + i % 26));
    buffer.append(piece);
    expected += piece;
    ASSERT_EQ(buffer.size(), expected.size());
    ASSERT_LE(buffer.size(), buffer.capacity());
  }
  EXPECT_EQ(as_text(buffer.view()), expected);
}

TEST(ByteBuffer, ReserveIsExactAndClearKeepsTheMemory) {
  byte_buffer buffer(100);
  EXPECT_EQ(buffer.capacity(), 100U);
  buffer.append(std::string(100, 'x'));
  EXPECT_EQ(buffer.capacity(), 100U);
  std::byte const* const before = buffer.data();
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  buffer.append("y");
  EXPECT_EQ(buffer.data(), before);
  buffer.release();
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(ByteBuffer, GrowsByHalfAtLeast) {
  byte_buffer buffer(1000);
  buffer.resize(1000);
  buffer.append("z");
  EXPECT_GE(buffer.capacity(), 1500U);
}

TEST(ByteBuffer, CopiesAreDeepAndMovesLeaveAnEmptyBuffer) {
  byte_buffer a;
  a.append("abc");
  byte_buffer b(a);
  b.data()[0] = std::byte{'X'};
  EXPECT_EQ(as_text(a.view()), "abc");
  EXPECT_EQ(as_text(b.view()), "Xbc");
  byte_buffer c(std::move(a));
  EXPECT_EQ(as_text(c.view()), "abc");
  // NOLINTNEXTLINE(bugprone-use-after-move): the contract under test
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(a.capacity(), 0U);
  a = c;
  EXPECT_EQ(as_text(a.view()), "abc");
  EXPECT_NE(a.data(), c.data());
}

TEST(ByteBuffer, ValuesAreTheirObjectRepresentation) {
  byte_buffer buffer;
  buffer.append_value(std::uint32_t{0x64636261});
  buffer.append_value(std::uint8_t{'!'});
  EXPECT_EQ(buffer.size(), 5U);
  std::uint32_t back = 0;
  std::memcpy(&back, buffer.data(), sizeof(back));
  EXPECT_EQ(back, 0x64636261U);
}

TEST(ByteBuffer, AppendingNothingToNothingIsFine) {
  byte_buffer buffer;
  buffer.append(copyto::bytes_view());
  buffer.append("");
  EXPECT_TRUE(buffer.view().empty());
}

} // namespace
