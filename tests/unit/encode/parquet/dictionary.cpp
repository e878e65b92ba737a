// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/dictionary.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

constexpr dictionary_limits roomy{.bytes = 1 << 20, .entries = 1 << 16};

template <class T>
std::vector<std::uint32_t> index_all(dictionary& d, std::vector<T> const& values) {
  std::vector<std::uint32_t> indices(values.size());
  std::size_t const taken = d.index(reinterpret_cast<std::byte const*>(values.data()), values.size(),
                                    reinterpret_cast<std::byte*>(indices.data()));
  indices.resize(taken);
  return indices;
}

TEST(Dictionary, IsDisabledWithoutEntries) {
  EXPECT_FALSE(dictionary(8, {}).enabled());
  EXPECT_TRUE(dictionary(8, roomy).enabled());
}

TEST(Dictionary, EntriesAreInTheOrderInWhichTheyCame) {
  dictionary d(0, roomy);
  EXPECT_EQ(d.find_or_add("b"), 0U);
  EXPECT_EQ(d.find_or_add("a"), 1U);
  EXPECT_EQ(d.find_or_add("b"), 0U);
  EXPECT_EQ(d.find_or_add(""), 2U);
  EXPECT_EQ(d.find_or_add(std::string_view()), 2U);
  EXPECT_EQ(d.size(), 3U);
  EXPECT_EQ(as_text(d.page()), "\x01\0\0\0b\x01\0\0\0a\0\0\0\0"s);
  EXPECT_EQ(d.value(1), "a");
  EXPECT_EQ(d.value(2), "");
}

TEST(Dictionary, TheFirstValueMayBeZero) {
  dictionary d(4, roomy);
  EXPECT_EQ(index_all<std::int32_t>(d, {0, 0, 1, 0}), (std::vector<std::uint32_t>{0, 0, 1, 0}));
  EXPECT_EQ(as_text(d.page()), "\0\0\0\0\x01\0\0\0"s);
}

TEST(Dictionary, FindsWhatAMapFinds) {
  std::mt19937_64 random(3);
  for (std::uint64_t const distinct : {1U, 2U, 100U, 5000U, 60'000U}) {
    dictionary numbers(8, roomy);
    dictionary texts(0, roomy);
    std::unordered_map<std::uint64_t, std::uint32_t> known;
    std::vector<std::uint64_t> values(100'000);
    for (std::uint64_t& v : values) {
      v = random() % distinct * 1'000'000'007;
    }
    std::vector<std::uint32_t> const indices = index_all(numbers, values);
    ASSERT_EQ(indices.size(), values.size());
    for (std::size_t i = 0; i != values.size(); ++i) {
      auto const expected = known.emplace(values[i], static_cast<std::uint32_t>(known.size())).first->second;
      ASSERT_EQ(indices[i], expected);
      if (distinct < 60'000) {
        ASSERT_EQ(texts.find_or_add(std::to_string(values[i])), expected);
        ASSERT_EQ(texts.value(expected), std::to_string(values[i]));
      }
    }
    EXPECT_EQ(numbers.size(), known.size());
    EXPECT_EQ(numbers.page().size(), 8 * known.size());
  }
}

TEST(Dictionary, StringsOfEveryLengthAreTold) {
  dictionary d(0, roomy);
  std::vector<std::string> all;
  for (std::size_t length = 0; length != 70; ++length) {
    // Each byte matters, wherever it is.
    std::string text(length, 'x');
    all.push_back(text);
    for (std::size_t at = 0; at != length; ++at) {
      text[at] = 'y';
      all.push_back(text);
      text[at] = 'x';
    }
  }
  for (std::uint32_t i = 0; i != all.size(); ++i) {
    // Memory of its own size, so that a sanitizer sees a read beyond it.
    std::vector<char> const tight(all[i].begin(), all[i].end());
    ASSERT_EQ(d.find_or_add({tight.data(), tight.size()}), i);
  }
  for (std::uint32_t i = 0; i != all.size(); ++i) {
    ASSERT_EQ(d.find_or_add(all[i]), i);
    ASSERT_EQ(d.value(i), all[i]);
  }
}

TEST(Dictionary, ValuesOfOtherWidthsAreStrings) {
  dictionary d(12, roomy);
  std::array<std::array<char, 12>, 3> values{};
  values[0].fill('a');
  values[1].fill('b');
  values[2].fill('a');
  std::array<std::uint32_t, 3> indices{};
  EXPECT_EQ(d.index(reinterpret_cast<std::byte const*>(values.data()), 3, reinterpret_cast<std::byte*>(indices.data())),
            3U);
  EXPECT_EQ(indices, (std::array<std::uint32_t, 3>{0, 1, 0}));
  EXPECT_EQ(as_text(d.page()), std::string(12, 'a') + std::string(12, 'b'));
  EXPECT_EQ(d.value(1), std::string(12, 'b'));
}

TEST(Dictionary, NumbersAreToldByTheirBits) {
  dictionary d(8, roomy);
  double const nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(index_all<double>(d, {0.0, -0.0, nan, nan, 0.0, std::copysign(nan, -1.0)}),
            (std::vector<std::uint32_t>{0, 1, 2, 2, 0, 3}));
}

TEST(Dictionary, IsFullAtItsEntries) {
  dictionary d(4, {.bytes = 1000, .entries = 3});
  EXPECT_EQ(index_all<std::int32_t>(d, {7, 8, 9, 7, 10, 7}).size(), 4U);
  EXPECT_EQ(d.size(), 3U);
  EXPECT_EQ(index_all<std::int32_t>(d, {9, 8}).size(), 2U); // those that it has are found still
  EXPECT_EQ(index_all<std::int32_t>(d, {11}).size(), 0U);
}

TEST(Dictionary, IsFullAtItsBytes) {
  dictionary d(0, {.bytes = 12, .entries = 100});
  EXPECT_EQ(d.find_or_add("four"), 0U);
  EXPECT_EQ(d.find_or_add("5"), dictionary::none); // 8 bytes are used, 5 needed
  EXPECT_EQ(d.find_or_add(""), 1U);
  EXPECT_EQ(d.find_or_add("four"), 0U);
  EXPECT_EQ(d.page().size(), 12U);
  dictionary tiny(8, {.bytes = 7, .entries = 100});
  EXPECT_EQ(index_all<std::int64_t>(tiny, {1}).size(), 0U);
}

TEST(Dictionary, StaleEntriesAreNotCarriedOn) {
  for (std::uint32_t const entries : {3U, 3000U}) {
    dictionary d(8, roomy);
    std::vector<std::int64_t> values(entries);
    for (std::size_t i = 0; i != entries; ++i) {
      values[i] = static_cast<std::int64_t>(i);
    }
    index_all(d, values);
    d.clear();
    EXPECT_EQ(d.size(), 0U);
    EXPECT_TRUE(d.page().empty());
    EXPECT_EQ(index_all<std::int64_t>(d, {2, 1, 2}), (std::vector<std::uint32_t>{0, 1, 0}));
    EXPECT_EQ(d.page().size(), 16U);
    std::vector<std::uint32_t> const again = index_all(d, values);
    EXPECT_EQ(again.size(), entries);
    EXPECT_EQ(d.size(), entries);
  }
}

TEST(Dictionary, SharesRoomBeyondItsShareAndKeepsNoneOfIt) {
  dictionary_limits const limits{.bytes = 1 << 20, .entries = 1 << 16, .share_bytes = 800, .share_entries = 100};
  dictionary d(8, limits);
  std::vector<std::int64_t> values(100);
  for (std::size_t i = 0; i != values.size(); ++i) {
    values[i] = static_cast<std::int64_t>(i);
  }
  index_all(d, values);
  EXPECT_EQ(d.shared_room(), 0U);
  index_all<std::int64_t>(d, {100});
  EXPECT_EQ(d.shared_room(), 101 * (2 * 8 + 4 * 4U) - dictionary::share_memory(8, limits));
  d.clear();
  EXPECT_EQ(d.shared_room(), 0U);
  EXPECT_EQ(index_all<std::int64_t>(d, {7, 8, 7}), (std::vector<std::uint32_t>{0, 1, 0}));
}

TEST(Dictionary, ALargeEntryHasNoPlaceBeyondTheShare) {
  dictionary d(0, {.bytes = 1 << 20, .entries = 100, .share_bytes = 800, .share_entries = 100});
  EXPECT_EQ(d.find_or_add(std::string(790, 'a')), 0U);
  EXPECT_EQ(d.find_or_add(std::string(97, 'b')), dictionary::none);
  EXPECT_EQ(d.find_or_add(std::string(96, 'b')), 1U);
}

TEST(Dictionary, ManyEqualHashesMakeItFullRatherThanSlow) {
  // Multiples of the hash's inverse: the high 32 bits of the product are all zero.
  std::uint64_t inverse = 1;
  for (int i = 0; i != 6; ++i) {
    inverse *= 2 - 0x9E3779B97F4A7C15U * inverse;
  }
  std::vector<std::uint64_t> values;
  for (std::uint64_t i = 1; values.size() != 2000 && i != 100'000'000; ++i) {
    // The hash folds the upper half in first, which has to be undone.
    std::uint64_t const folded = i * inverse;
    values.push_back(folded ^ folded >> 32);
  }
  dictionary d(8, roomy);
  std::size_t const taken = index_all(d, values).size();
  EXPECT_LT(taken, 300U);
  EXPECT_GT(taken, 200U);
}

TEST(Dictionary, TakesNoMoreMemoryThanItSays) {
  EXPECT_EQ(dictionary::memory(8, {}), 0U);
  EXPECT_LE(dictionary::memory(8, {.bytes = 524'288, .entries = 65'536}), 1024U * 1024 + 16);
  EXPECT_LE(dictionary::memory(0, roomy), 3U << 20);
}

} // namespace
