// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/statistics.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;

walk::value written(statistics const& s, form const& f) {
  byte_buffer out;
  thrift_writer w(out);
  s.write(w, 1, f);
  w.end();
  return walk::thrift(as_text(out.view())).structure()[1];
}
void add(statistics& s, std::string const& text) {
  std::string const padded = text + std::string(8, '\xEE'); // what follows must not matter
  s.add_bytes(padded.data(), text.size());
}
walk::value of_strings(std::vector<std::string> const& all, ordering order) {
  statistics s;
  for (std::string const& text : all) {
    add(s, text);
  }
  return written(s, {.type = physical::byte_array, .order = order});
}
std::string const& low(walk::value const& s) { return s[6].bytes; }
std::string const& high(walk::value const& s) { return s[5].bytes; }

TEST(Statistics, NothingButTheNullsOfAChunkWithoutValues) {
  statistics s;
  s.add_nulls(5);
  walk::value const v = written(s, {.type = physical::int32, .width = 4, .order = ordering::signed_integer});
  EXPECT_EQ(v[3].number, 5);
  EXPECT_EQ(v.fields.size(), 1U);
}

TEST(Statistics, BytesOrderAsUnsignedWhateverTheirLength) {
  walk::value const v =
      of_strings({"b", "", "a", std::string("a\0", 2), "\xFF", "abcdefghi", "abcdefghj"}, ordering::bytes);
  EXPECT_EQ(low(v), "");
  EXPECT_EQ(high(v), "\xFF");
  EXPECT_EQ(v[7].number, 1);
  EXPECT_EQ(v[8].number, 1);
  walk::value const close = of_strings({"12345678b", "12345678a", "12345678", "12345678c"}, ordering::bytes);
  EXPECT_EQ(low(close), "12345678");
  EXPECT_EQ(high(close), "12345678c");
}

TEST(Statistics, LongValuesAreCutAndTheUpperBoundGrows) {
  std::string const sixty_four(64, 'x');
  walk::value const v = of_strings({sixty_four + "tail"}, ordering::bytes);
  EXPECT_EQ(low(v), sixty_four);
  EXPECT_EQ(high(v), std::string(63, 'x') + 'y');
  EXPECT_EQ(v[7].number, 0);
  EXPECT_EQ(v[8].number, 0);
  walk::value const exact = of_strings({sixty_four}, ordering::bytes);
  EXPECT_EQ(low(exact), sixty_four);
  EXPECT_EQ(high(exact), sixty_four);
  EXPECT_EQ(exact[7].number, 1);
  // Of two that agree in what is kept, the shorter one is the smaller.
  walk::value const both = of_strings({sixty_four + "a", sixty_four}, ordering::bytes);
  EXPECT_EQ(both[8].number, 1);
  EXPECT_EQ(both[7].number, 0);
}

TEST(Statistics, AnUpperBoundThatCannotGrowIsLeftOut) {
  walk::value const v = of_strings({std::string(65, '\xFF')}, ordering::bytes);
  EXPECT_FALSE(v.has(5));
  EXPECT_FALSE(v.has(7));
  EXPECT_EQ(low(v), std::string(64, '\xFF'));
  walk::value const partly = of_strings({"a" + std::string(80, '\xFF')}, ordering::bytes);
  EXPECT_EQ(high(partly), "b");
}

TEST(Statistics, TextIsCutBetweenCharacters) {
  std::string const euro = "\xE2\x82\xAC"; // 64 is not a multiple of 3
  std::string text;
  for (int i = 0; i != 30; ++i) {
    text += euro;
  }
  walk::value const v = of_strings({text}, ordering::text);
  EXPECT_EQ(low(v), text.substr(0, 63));
  EXPECT_EQ(high(v), text.substr(0, 60) + "\xE2\x82\xAD");
  // A character that fits to the last byte stays.
  walk::value const whole = of_strings({"a" + text}, ordering::text);
  EXPECT_EQ(low(whole), "a" + text.substr(0, 63));
}

TEST(Statistics, TextGrowsByACodePoint) {
  auto const upper = [](std::string const& last) {
    std::string const start(64 - last.size(), 'a');
    std::string const bound = high(of_strings({start + last + "more"}, ordering::text));
    EXPECT_EQ(bound.substr(0, start.size()), start);
    return bound.substr(start.size());
  };
  EXPECT_EQ(upper("z"), "{");
  EXPECT_EQ(upper("\x7F"), "\xC2\x80"); // longer by a byte
  EXPECT_EQ(upper("\xDF\xBF"), "\xE0\xA0\x80");
  EXPECT_EQ(upper("\xED\x9F\xBF"), "\xEE\x80\x80"); // over the surrogates
  EXPECT_EQ(upper("\xEF\xBF\xBF"), "\xF0\x90\x80\x80");
  // U+10FFFF cannot grow, so the one before it does.
  std::string const last = "\xF4\x8F\xBF\xBF";
  EXPECT_EQ(high(of_strings({std::string(60, 'a') + last + "x"}, ordering::text)), std::string(59, 'a') + 'b');
  std::string all;
  for (int i = 0; i != 17; ++i) {
    all += last;
  }
  EXPECT_FALSE(of_strings({all}, ordering::text).has(5));
}

TEST(Statistics, NanIsCountedAndInNoBound) {
  statistics s;
  double const nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> const values = {nan, 2, -1, nan};
  s.add_floats<double>(values.data(), 4);
  form const f{.type = physical::float64, .width = 8, .order = ordering::floating};
  walk::value const v = written(s, f);
  double bound;
  std::memcpy(&bound, low(v).data(), 8);
  EXPECT_EQ(bound, -1);
  std::memcpy(&bound, high(v).data(), 8);
  EXPECT_EQ(bound, 2);
  EXPECT_EQ(v[9].number, 2);

  // Where readers take NaN for the largest value, one hides the bounds of the others; infinities do not.
  form hidden = f;
  hidden.nan_hides_bounds = true;
  EXPECT_FALSE(written(s, hidden).has(5) || written(s, hidden).has(6) || written(s, hidden).has(1));
  EXPECT_EQ(written(s, hidden)[9].number, 2);
  statistics numbers;
  numbers.add_floats<double>(values.data() + 1, 2);
  EXPECT_TRUE(written(numbers, hidden).has(5) && written(numbers, hidden).has(6));
  statistics merged = numbers;
  merged.merge(s);
  EXPECT_FALSE(written(merged, hidden).has(5));

  statistics only;
  only.add_floats<double>(values.data(), 1);
  EXPECT_FALSE(written(only, f).has(5));
  EXPECT_FALSE(written(only, f).has(6));
  EXPECT_EQ(written(only, f)[9].number, 1);
}

TEST(Statistics, InfinitiesAreValues) {
  float const infinity = std::numeric_limits<float>::infinity();
  form const f{.type = physical::float32, .width = 4, .order = ordering::floating};
  for (float const only : {infinity, -infinity}) {
    statistics s;
    s.add_floats<float>(&only, 1);
    walk::value const v = written(s, f);
    float bound;
    std::memcpy(&bound, low(v).data(), 4);
    EXPECT_EQ(bound, only);
    std::memcpy(&bound, high(v).data(), 4);
    EXPECT_EQ(bound, only);
  }
}

TEST(Statistics, ZeroBoundsCoverBothZeros) {
  for (double const zero : {0.0, -0.0}) {
    statistics s;
    s.add_floats<double>(&zero, 1);
    walk::value const v = written(s, {.type = physical::float64, .width = 8, .order = ordering::floating});
    double bound;
    std::memcpy(&bound, low(v).data(), 8);
    EXPECT_TRUE(bound == 0 && std::signbit(bound));
    std::memcpy(&bound, high(v).data(), 8);
    EXPECT_TRUE(bound == 0 && !std::signbit(bound));
  }
}

TEST(Statistics, HalfNumbersOrderByValue) {
  form const f{.type = physical::fixed_len_byte_array, .width = 2, .order = ordering::half};
  statistics s;
  for (int const bits : {0xC000 /* -2 */, 0x3C00 /* 1 */, 0xBC00 /* -1 */, 0x7E00 /* NaN */}) {
    s.add_half(static_cast<std::uint16_t>(bits));
  }
  walk::value const v = written(s, f);
  EXPECT_EQ(low(v), std::string("\x00\xC0", 2));
  EXPECT_EQ(high(v), std::string("\x00\x3C", 2));
  EXPECT_EQ(v[9].number, 1);
  statistics zero;
  zero.add_half(0);
  EXPECT_EQ(low(written(zero, f)), std::string("\x00\x80", 2));
  EXPECT_EQ(high(written(zero, f)), std::string("\x00\x00", 2));
}

TEST(Statistics, UnsignedAndBigEndianNumbersKeepTheirOrder) {
  statistics s;
  std::uint64_t const values[] = {5, ~std::uint64_t{0}, 7};
  auto const r = range_of<std::uint64_t>(values, 3);
  s.add_range(r.low, r.high);
  walk::value const v = written(s, {.type = physical::int64, .width = 8, .order = ordering::unsigned_integer});
  EXPECT_EQ(low(v), std::string("\x05\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(high(v), std::string(8, '\xFF'));
  statistics d;
  d.add_range(-1, 258);
  walk::value const big =
      written(d, {.type = physical::fixed_len_byte_array, .width = 9, .order = ordering::big_endian});
  EXPECT_EQ(low(big), std::string(9, '\xFF'));
  EXPECT_EQ(high(big), std::string("\0\0\0\0\0\0\0\1\2", 9));
}

TEST(Statistics, Uint64IsNotComparedAsSigned) {
  statistics s;
  std::uint64_t const values[] = {1, std::uint64_t{1} << 63, 3};
  auto const r = range_of<std::uint64_t>(values, 3);
  s.add_range(r.low, r.high);
  walk::value const v = written(s, {.type = physical::int64, .width = 8, .order = ordering::unsigned_integer});
  EXPECT_EQ(low(v), std::string("\x01\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(high(v), std::string("\0\0\0\0\0\0\0\x80", 8));
  EXPECT_FALSE(v.has(1)); // the deprecated members would be compared as signed
  EXPECT_FALSE(v.has(2));
}

TEST(Statistics, TheDeprecatedBoundsAreThereForSignedTypesOnly) {
  statistics s;
  s.add_range(-1, 5);
  walk::value const v = written(s, {.type = physical::int32, .width = 4, .order = ordering::signed_integer});
  EXPECT_EQ(v[1].bytes, high(v));
  EXPECT_EQ(v[2].bytes, low(v));
  EXPECT_EQ(v[2].bytes, std::string(4, '\xFF'));
  walk::value const decimal =
      written(s, {.type = physical::fixed_len_byte_array, .width = 9, .order = ordering::big_endian});
  EXPECT_FALSE(decimal.has(1)); // no reader knew how to compare these
  EXPECT_FALSE(of_strings({"a"}, ordering::text).has(1));
}

TEST(Statistics, OfPagesTogetherAreThoseOfAllValues) {
  std::vector<std::string> const words = {"m", "", std::string(70, 'z'), "abc", std::string(64, 'z'), "zz"};
  for (std::size_t cut = 0; cut <= words.size(); ++cut) {
    statistics first;
    statistics second;
    for (std::size_t i = 0; i != words.size(); ++i) {
      add(i < cut ? first : second, words[i]);
    }
    first.add_nulls(2);
    second.add_nulls(3);
    statistics both;
    both.merge(first);
    both.merge(second);
    walk::value const v = written(both, {.type = physical::byte_array, .order = ordering::bytes});
    walk::value const all = of_strings(words, ordering::bytes);
    EXPECT_EQ(low(v), low(all));
    EXPECT_EQ(high(v), high(all));
    EXPECT_EQ(v[7].number, all[7].number);
    EXPECT_EQ(v[8].number, all[8].number);
    EXPECT_EQ(v[3].number, 5);
  }
  double const nan = std::numeric_limits<double>::quiet_NaN();
  statistics sum;
  for (std::vector<double> const& page : {std::vector<double>{nan}, {3, nan}, {-0.0, 2}}) {
    statistics one;
    one.add_floats<double>(page.data(), page.size());
    sum.merge(one);
  }
  walk::value const v = written(sum, {.type = physical::float64, .width = 8, .order = ordering::floating});
  double bound;
  std::memcpy(&bound, low(v).data(), 8);
  EXPECT_TRUE(bound == 0 && std::signbit(bound));
  std::memcpy(&bound, high(v).data(), 8);
  EXPECT_EQ(bound, 3);
  EXPECT_EQ(v[9].number, 2);
  statistics numbers;
  statistics page;
  page.add_range(5, 9);
  numbers.merge(page);
  numbers.merge(statistics());
  walk::value const n = written(numbers, {.type = physical::int32, .width = 4, .order = ordering::signed_integer});
  EXPECT_EQ(low(n), std::string("\x05\0\0\0", 4));
  EXPECT_EQ(high(n), std::string("\x09\0\0\0", 4));
}

} // namespace
