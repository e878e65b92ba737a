// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/bloom_filter.hpp>

#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/modern.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace copyto;
using detail::ordering;
using detail::physical;

constexpr detail::form int64_form{.type = physical::int64, .width = 8, .order = ordering::signed_integer};
constexpr detail::form float_form{.type = physical::float32, .width = 4, .order = ordering::floating};
constexpr detail::form half_form{.type = physical::fixed_len_byte_array, .width = 2, .order = ordering::half};
constexpr detail::form text_form{.type = physical::byte_array, .order = ordering::text};

class text_sink final : public sink {
public:
  text_sink() : sink(no_limit, 0) {}
  std::string text;

private:
  result<void> take(bytes_view bytes) override {
    text += as_text(bytes);
    return {};
  }
};

std::string ended(detail::chunk_filter& filter) {
  detail::block_pool pool(1000, 4); // no block of the filter begins where one of the pool does
  detail::rope out(pool);
  filter.end(out);
  text_sink to;
  EXPECT_TRUE(out.write_to(to));
  return to.text;
}

template <class T>
std::string filter_of(parquet_filter const& how, detail::form const& as, std::vector<T> const& values,
                      std::uint64_t capacity) {
  auto const filter = how.kind->make(how, as, capacity);
  filter->add(bytes_view(reinterpret_cast<std::byte const*>(values.data()), values.size() * sizeof(T)));
  return ended(*filter);
}

/// By the specification's words: the upper 32 bits of the hash choose the block, the lower the bits.
bool has(std::string_view filter, std::string_view value) {
  std::size_t const size = std::bit_floor(filter.size());
  std::string_view const bits = filter.substr(filter.size() - size);
  std::uint64_t const hash = XXH64(value.data(), value.size(), 0);
  std::uint64_t const block = ((hash >> 32) * (size / 32)) >> 32;
  constexpr std::uint32_t salt[] = {0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d,
                                    0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31};
  for (std::size_t i = 0; i != 8; ++i) {
    std::uint32_t word;
    std::memcpy(&word, bits.data() + block * 32 + i * 4, 4);
    if ((word >> ((static_cast<std::uint32_t>(hash) * salt[i]) >> 27) & 1) == 0) {
      return false;
    }
  }
  return true;
}
template <class T>
bool has(std::string_view filter, T value) {
  return has(filter, std::string_view(reinterpret_cast<char const*>(&value), sizeof(value)));
}

std::vector<std::int64_t> numbers(std::int64_t count) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i != count; ++i) {
    all.push_back(i * 7 - 1000);
  }
  return all;
}

TEST(BloomFilter, NoValueIsMissedAndAbsentOnesAreFoundAsOftenAsAllowed) {
  for (double const rate : {0.5, 0.1, 0.01, 0.001, 0.00001}) {
    for (std::int64_t const count : {1, 2, 30, 1000, 50'000}) {
      auto const values = numbers(count);
      std::string const filter = filter_of(bloom_filter(rate), int64_form, values, 131'072);
      ASSERT_FALSE(filter.empty());
      for (std::int64_t const value : values) {
        ASSERT_TRUE(has(filter, value)) << value;
      }
      int found = 0;
      constexpr int probes = 100'000;
      for (std::int64_t i = 0; i != probes; ++i) {
        found += has(filter, i * 7 - 1001) ? 1 : 0;
      }
      EXPECT_LE(found, probes * rate * 1.1 + 3 * std::sqrt(probes * rate)) << rate << ", " << count;
    }
  }
}

TEST(BloomFilter, ItsBytesDoNotDependOnTheRoomItHad) {
  auto const values = numbers(500);
  std::string const first = filter_of(bloom_filter(), int64_form, values, 500);
  for (std::uint64_t const capacity : {1'000U, 4'000U, 131'072U}) {
    EXPECT_EQ(filter_of(bloom_filter(), int64_form, values, capacity), first) << capacity;
  }
  ASSERT_EQ(first.size(), 1040);
  // BloomFilterHeader: 1024 bytes (zigzag, LEB128), and the first choice of three unions.
  EXPECT_EQ(first.substr(0, 16), std::string("\x15\x80\x10\x1c\x1c\0\0\x1c\x1c\0\0\x1c\x1c\0\0\0", 16));
}

TEST(BloomFilter, AChunkWithMoreValuesThanItHoldsHasNone) {
  parquet_filter const small = bloom_filter(0.01, 1024);
  EXPECT_FALSE(filter_of(small, int64_form, numbers(700), 131'072).empty());
  EXPECT_TRUE(filter_of(small, int64_form, numbers(1000), 131'072).empty());
  EXPECT_TRUE(filter_of(small, int64_form, numbers(100'000), 131'072).empty());
  // The next chunk begins anew.
  auto const filter = small.kind->make(small, int64_form, 1000);
  auto const many = numbers(1000);
  filter->add(std::as_bytes(std::span(many)));
  EXPECT_TRUE(ended(*filter).empty());
  filter->add(std::as_bytes(std::span(many)).first(800));
  EXPECT_EQ(ended(*filter), filter_of(small, int64_form, numbers(100), 1000));
}

TEST(BloomFilter, EqualNumbersWithOtherBitsAreFound) {
  auto const nan = std::numeric_limits<float>::quiet_NaN();
  std::string const of_zero = filter_of(bloom_filter(0.0001), float_form, std::vector{0.0F, 1.0F}, 100);
  EXPECT_TRUE(has(of_zero, -0.0F));
  EXPECT_TRUE(has(of_zero, 0.0F));
  EXPECT_FALSE(has(of_zero, -1.0F));
  EXPECT_FALSE(has(of_zero, nan));
  auto const odd_nan = std::bit_cast<float>(0xffc01234U);
  std::string const of_nan = filter_of(bloom_filter(0.0001), float_form, std::vector{odd_nan, -0.0F}, 100);
  EXPECT_TRUE(has(of_nan, nan));
  EXPECT_TRUE(has(of_nan, odd_nan));
  EXPECT_TRUE(has(of_nan, 0.0F));
  EXPECT_FALSE(has(of_nan, std::numeric_limits<float>::infinity()));
  std::string const halves =
      filter_of(bloom_filter(0.0001), half_form, std::vector<std::uint16_t>{0x8000, 0xfe01, 0x7c00}, 100);
  EXPECT_TRUE(has(halves, std::uint16_t{0}));
  EXPECT_TRUE(has(halves, std::uint16_t{0x7e00}));
  EXPECT_TRUE(has(halves, std::uint16_t{0x7c00}));
  EXPECT_FALSE(has(halves, std::uint16_t{0xfc00}));
}

TEST(BloomFilter, StringsAreHashedWithoutTheirLengths) {
  std::string const words("\x03\0\0\0abc\0\0\0\0\x05\0\0\0\0\xff\n\r\t", 20);
  parquet_filter const how = bloom_filter(0.0001);
  auto const filter = how.kind->make(how, text_form, 100);
  filter->add(as_bytes(words));
  std::string const made = ended(*filter);
  EXPECT_TRUE(has(made, std::string_view("abc")));
  EXPECT_TRUE(has(made, std::string_view()));
  EXPECT_TRUE(has(made, std::string_view("\0\xff\n\r\t", 5)));
  EXPECT_FALSE(has(made, std::string_view("ab")));
}

TEST(BloomFilter, WhatIsNoFilterIsRefused) {
  field const columns[] = {{.name = "n", .type = {.id = kind::int64}}, {.name = "b", .type = {.id = kind::boolean}}};
  auto const refused = [&](std::string name, parquet_filter how, std::string_view part) {
    auto const done = parquet({.columns = {{.name = name, .filter = how}}}).check(columns, sink::no_limit);
    ASSERT_FALSE(done) << part;
    EXPECT_TRUE(done.error().is(errc::invalid_argument));
    EXPECT_EQ(done.error()->column, name);
    EXPECT_NE(done.error().message().find(part), std::string::npos) << done.error().message();
  };
  refused("b", bloom_filter(), "a type that has none");
  refused("n", parquet_filter(), "of no kind");
  refused("n", bloom_filter(0), "is 0, and must be 0.00001 to 0.5");
  refused("n", bloom_filter(std::numeric_limits<double>::quiet_NaN()), "must be 0.00001 to 0.5");
  refused("n", bloom_filter(0.6), "must be 0.00001 to 0.5");
  refused("n", bloom_filter(0.01, 16), "max_bytes is 16, and must be 32 to 134217728");
  refused("none", bloom_filter(), "does not have");
  EXPECT_TRUE(parquet({.columns = {{.name = "n", .filter = bloom_filter()}}}).check(columns, sink::no_limit));
}

} // namespace
