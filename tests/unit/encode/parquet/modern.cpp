// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/modern.hpp>

#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/encode/parquet/detail/delta.hpp>
#include <copyto/schema/schema.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using detail::encoding;
using detail::physical;

/// As PLAIN.
template <class T>
std::string plain(std::vector<T> const& values) {
  return {reinterpret_cast<char const*>(values.data()), values.size() * sizeof(T)};
}
std::string plain_strings(std::vector<std::string> const& values) {
  std::string all;
  for (std::string const& value : values) {
    auto const size = static_cast<std::uint32_t>(value.size());
    all += std::string(reinterpret_cast<char const*>(&size), 4) + value;
  }
  return all;
}
std::string encoded(encoding how, physical type, std::string const& values, std::size_t count) {
  byte_buffer out;
  detail::every_modern_encoding.encode(how, type, as_bytes(values), count, out);
  return std::string(as_text(out.view()));
}
std::string bytes(std::vector<int> const& values) { return {values.begin(), values.end()}; }

// The example of parquet-format's Encodings.md, "Delta Encoding", but with blocks of 128: differences -2, -2, -2, 1, 1, 1, 1.
TEST(Modern, DifferencesArePackedAsTheSpecificationShows) {
  std::string const found =
      encoded(encoding::delta_binary_packed, physical::int32, plain<std::int32_t>({7, 5, 3, 1, 2, 3, 4, 5}), 8);
  EXPECT_EQ(found, bytes({0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(encoded(encoding::delta_binary_packed, physical::int64, plain<std::int64_t>({7, 5, 3, 1, 2, 3, 4, 5}), 8),
            found);
  // Equal steps take no bits, one value no block.
  EXPECT_EQ(encoded(encoding::delta_binary_packed, physical::int64, plain<std::int64_t>({1, 2, 3, 4, 5}), 5),
            bytes({0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0}));
  EXPECT_EQ(encoded(encoding::delta_binary_packed, physical::int32, plain<std::int32_t>({-1}), 1),
            bytes({0x80, 1, 4, 1, 1}));
}

TEST(Modern, DifferencesWrapAround) {
  constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  // most - least is -1 in 32 bits, least - most is 1.
  EXPECT_EQ(encoded(encoding::delta_binary_packed, physical::int32, plain<std::int32_t>({least, most, least}), 3),
            bytes({0x80, 1, 4, 3, 0xff, 0xff, 0xff, 0xff, 0xf, 1, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0}));
}

// Encodings.md, "Delta-length byte array" and "Delta Strings".
TEST(Modern, StringsAreApartFromTheirLengths) {
  std::vector<std::string> const words = {"Hello", "World", "Foobar", "ABCDEF"};
  EXPECT_EQ(encoded(encoding::delta_length_byte_array, physical::byte_array, plain_strings(words), 4),
            bytes({0x80, 1, 4, 4, 10, 0, 1, 0, 0, 0, 2, 0, 0, 0}) + "HelloWorldFoobarABCDEF");
  std::vector<std::string> const alike = {"axis", "axle", "babble", "babyhood"};
  EXPECT_EQ(encoded(encoding::delta_byte_array, physical::byte_array, plain_strings(alike), 4),
            bytes({0x80, 1, 4, 4, 0, 3, 3, 0, 0, 0}) +
                bytes({4 | 0 << 3 | (5 & 3) << 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) +
                bytes({0x80, 1, 4, 4, 8, 3, 3, 0, 0, 0}) +
                bytes({0 | 6 << 3 | (1 & 3) << 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) + "axislebabbleyhood");
}

TEST(Modern, StreamsOfBytesAreApart) {
  EXPECT_EQ(encoded(encoding::byte_stream_split, physical::float32, "abcdABCD1234", 3), "aA1bB2cC3dD4");
  EXPECT_EQ(encoded(encoding::byte_stream_split, physical::float64, "abcdefghABCDEFGH", 2), "aAbBcCdDeEfFgGhH");
}

TEST(Modern, AnEncodingByHandNeedsItsTypeAndTheProfile) {
  field const columns[] = {{.name = "n", .type = {.id = kind::int64}},
                           {.name = "t", .type = {.id = kind::string}},
                           {.name = "x", .type = {.id = kind::float64}}};
  auto const check = [&](auto const& encoder) { return encoder.check(columns, sink::no_limit); };
  auto const options = [](std::string name, parquet_encoding how) {
    return parquet_options{.columns = {{.name = std::move(name), .encoding = how}}};
  };
  using modern = parquet<reader::modern>;
  EXPECT_TRUE(check(modern(options("n", parquet_encoding::delta_binary_packed))));
  EXPECT_TRUE(check(modern(options("t", parquet_encoding::delta_length_byte_array))));
  EXPECT_TRUE(check(modern(options("x", parquet_encoding::byte_stream_split))));
  EXPECT_TRUE(check(parquet(options("x", parquet_encoding::plain))));
  auto const refused = [&](auto const& encoder, std::string_view part) {
    auto const done = check(encoder);
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::invalid_argument));
    EXPECT_NE(done.error().message().find(part), std::string::npos) << done.error().message();
  };
  refused(modern(options("n", parquet_encoding::delta_byte_array)), "the column's type does not have");
  refused(modern(options("t", parquet_encoding::byte_stream_split)), "the column's type does not have");
  refused(parquet(options("n", parquet_encoding::delta_binary_packed)),
          "readers of the profile portable need not know");
  parquet_options both = options("n", parquet_encoding::delta_binary_packed);
  both.columns[0].dictionary = true;
  refused(modern(both), "and for a dictionary");
}

TEST(Modern, ItsTypesAreThoseOfPortable) {
  reader::profile types = reader::modern::value;
  types.name = "portable";
  types.encodings = nullptr;
  EXPECT_EQ(types, reader::portable::value);
}

/// Bytes of a file of one column.
template <class Encoder, class T>
std::size_t file_size(Encoder encoder, kind id, std::vector<T> const& values) {
  class counting final : public sink {
  public:
    counting() : sink(no_limit, 0) {}

  private:
    result<void> take(bytes_view) override { return {}; }
  };
  field const column{.name = "v", .type = {.id = id}};
  schema_view const fields(&column, 1);
  counting to;
  batch rows(fields, values.size());
  if constexpr (std::is_same_v<T, std::string>) {
    for (std::string const& value : values) {
      rows.buffer(0).append_copy(value);
    }
  } else {
    for (T const value : values) {
      rows.buffer(0).append_fixed(value);
    }
  }
  rows.close(values.size());
  EXPECT_TRUE(encoder.begin(fields, to));
  for (std::size_t at = 0; at != values.size();) {
    auto const taken = encoder.write(rows, at, to);
    EXPECT_TRUE(taken);
    at += *taken;
  }
  EXPECT_TRUE(encoder.end(to));
  return to.bytes();
}

TEST(Modern, TheSmallestFormIsChosenForEachColumn) {
  std::vector<std::int64_t> rising;
  std::vector<std::int64_t> few;
  std::vector<std::string> paths;
  for (std::int64_t i = 0; i != 50'000; ++i) {
    rising.push_back(1'000'000 * i + i * i % 1000);
    few.push_back(i * i % 7 * 1'000'000'007);
    paths.push_back("https://example.com/items/" + std::to_string(i));
  }
  using modern = parquet<reader::modern>;
  EXPECT_LT(file_size(modern(), kind::int64, rising) * 4, file_size(parquet(), kind::int64, rising));
  EXPECT_LT(file_size(modern(), kind::string, paths) * 4, file_size(parquet(), kind::string, paths));
  EXPECT_EQ(file_size(modern(), kind::int64, few), file_size(parquet(), kind::int64, few)); // a dictionary
  parquet_options const compressed{.codec = snappy()};
  EXPECT_LT(file_size(modern(compressed), kind::int64, rising) * 3,
            file_size(parquet(compressed), kind::int64, rising) * 2);
}

} // namespace
