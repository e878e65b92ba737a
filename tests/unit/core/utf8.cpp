// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/utf8.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace {

using copyto::is_ascii;
using copyto::valid_utf8;

/// A decoder written the other way round: from all code points to their only form.
std::string encode(std::uint32_t c) {
  auto const byte = [](std::uint32_t v) { return static_cast<char>(static_cast<unsigned char>(v)); };
  if (c < 0x80) {
    return {byte(c)};
  }
  if (c < 0x800) {
    return {byte(0xC0 | (c >> 6)), byte(0x80 | (c & 63))};
  }
  if (c < 0x10000) {
    return {byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 63)), byte(0x80 | (c & 63))};
  }
  return {byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 63)), byte(0x80 | ((c >> 6) & 63)), byte(0x80 | (c & 63))};
}

TEST(Utf8, EveryCodePointIsValidButSurrogates) {
  for (std::uint32_t c = 0; c != 0x110000; ++c) {
    bool const surrogate = c >= 0xD800 && c < 0xE000;
    ASSERT_EQ(valid_utf8(encode(c)), !surrogate) << c;
  }
  EXPECT_FALSE(valid_utf8(encode(0x110000)));
}

TEST(Utf8, EveryCodePointIsWritten) {
  for (std::uint32_t c = 0; c <= 0x10FFFF; c += c == 0xD7FF ? 0x801 : 1) {
    char out[4];
    ASSERT_EQ(std::string_view(out, static_cast<std::size_t>(copyto::detail::put_utf8(out, c) - out)), encode(c)) << c;
  }
}

TEST(Utf8, AllShortSequencesAgreeWithTheSetOfEncodedCodePoints) {
  for (unsigned a = 0x80; a != 0x100; ++a) {
    EXPECT_FALSE(valid_utf8(std::string(1, static_cast<char>(a))));
    for (unsigned b = 0; b != 0x100; ++b) {
      std::string const two = {static_cast<char>(a), static_cast<char>(b)};
      EXPECT_EQ(valid_utf8(two), a >= 0xC2 && a < 0xE0 && b >= 0x80 && b < 0xC0);
      for (unsigned c = 0x7F; c != 0xC1; ++c) {
        std::string const three = two + static_cast<char>(c);
        std::uint32_t const point = (a & 15) << 12 | (b & 63) << 6 | (c & 63);
        bool const is_two_and_ascii = valid_utf8(two) && c < 0x80;
        bool const is_three = (a & 0xF0) == 0xE0 && (b & 0xC0) == 0x80 && (c & 0xC0) == 0x80 && point >= 0x800 &&
                              (point < 0xD800 || point >= 0xE000);
        ASSERT_EQ(valid_utf8(three), is_two_and_ascii || is_three) << a << ' ' << b << ' ' << c;
      }
    }
  }
}

TEST(Utf8, FaultsAreFoundAtEveryPosition) {
  for (std::size_t size = 1; size != 40; ++size) {
    for (std::size_t at = 0; at != size; ++at) {
      std::string text(size, 'a');
      EXPECT_TRUE(is_ascii(text));
      EXPECT_TRUE(valid_utf8(text));
      text[at] = '\xFF';
      EXPECT_FALSE(is_ascii(text));
      EXPECT_FALSE(valid_utf8(text));
      text[at] = '\xC3'; // its second byte is an 'a' or missing
      EXPECT_FALSE(valid_utf8(text));
      if (at + 1 < size) {
        text[at + 1] = '\xA4';
        EXPECT_TRUE(valid_utf8(text));
        EXPECT_FALSE(is_ascii(text));
      }
    }
  }
}

TEST(Utf8, TruncatedSequencesAreRefused) {
  for (std::string const& whole : {encode(0xE4), encode(0x20AC), encode(0x1F600)}) {
    EXPECT_TRUE(valid_utf8(whole));
    for (std::size_t n = 1; n != whole.size(); ++n) {
      EXPECT_FALSE(valid_utf8(whole.substr(0, n)));
      EXPECT_FALSE(valid_utf8(whole.substr(n)));
    }
  }
}

TEST(Utf8, NulAndEmptyAreFine) {
  EXPECT_TRUE(valid_utf8({}));
  EXPECT_TRUE(valid_utf8(std::string_view("\0a\0", 3)));
}

/// Of long texts the processor's vectors decide, and the plain way must agree.
TEST(Utf8, EveryWayAgrees) {
  using copyto::detail::valid_utf8_from;
  using copyto::detail::valid_utf8_text;
  auto const agree = [](std::string const& text) {
    ASSERT_EQ(valid_utf8_text(text), valid_utf8_from(text, 0)) << testing::PrintToString(text);
  };
  // Every code point and every pair of bytes at every place of a block.
  for (std::size_t before = 12; before != 33; ++before) {
    for (std::uint32_t c = 0x7E; c < 0x110100; c += c < 0x10100 ? 1 : 0xFB) {
      agree(std::string(before, 'a') + encode(c));
      agree(std::string(before, 'a') + encode(c) + std::string(20, 'b'));
    }
  }
  for (unsigned a = 0; a != 0x100; ++a) {
    for (unsigned b = 0; b != 0x100; ++b) {
      std::string const pair = {static_cast<char>(a), static_cast<char>(b)};
      for (std::string const tail : {"", "\x80", "\x80\x80", "\x80\x80\x80", "\xBF\xBF", "a"}) {
        for (std::size_t const before : {14U, 15U, 16U, 29U, 30U, 31U}) {
          agree(std::string(before, 'a') + pair + tail);
          agree(std::string(before, 'a') + pair + tail + std::string(17, 'b'));
        }
      }
    }
  }
  // Texts of many characters with one byte changed, cut anywhere.
  std::mt19937 engine(7);
  auto const random = [&] { return static_cast<std::uint32_t>(engine()); };
  for (int round = 0; round != 20'000; ++round) {
    std::string text;
    while (text.size() < 20 + random() % 60) {
      std::uint32_t const c = random() % 4 == 0   ? random() % 0x80
                              : random() % 3 == 0 ? random() % 0x800
                              : random() % 2 == 0 ? random() % 0xD800
                                                  : 0x10000 + random() % 0x100000;
      text += encode(c);
    }
    ASSERT_TRUE(valid_utf8(text));
    agree(text.substr(0, random() % text.size()));
    text[random() % text.size()] = static_cast<char>(random());
    agree(text);
  }
}

} // namespace
