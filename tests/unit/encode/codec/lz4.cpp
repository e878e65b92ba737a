// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/lz4.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

std::string round_trip(std::string const& text) {
  codec const c = lz4();
  std::vector<std::byte> out(c.max_compressed_size(text.size()));
  std::size_t const size = c.make_compressor()->compress(as_bytes(text), out).value();
  EXPECT_LE(size, out.size());
  std::string back(text.size() + 1, '?');
  int const back_size = LZ4_decompress_safe(reinterpret_cast<char const*>(out.data()), back.data(),
                                            static_cast<int>(size), static_cast<int>(back.size()));
  EXPECT_EQ(back_size, static_cast<int>(text.size()));
  back.pop_back();
  return back;
}

TEST(Lz4, WhatItCompressesComesBack) {
  std::mt19937_64 random(1);
  for (std::size_t size : {0U, 1U, 12U, 13U, 100U, 65'535U, 65'536U, 65'537U, 1'000'000U}) {
    std::string same(size, 'x');
    EXPECT_EQ(round_trip(same), same);
    for (char& c : same) {
      c = static_cast<char>(random());
    }
    EXPECT_EQ(round_trip(same), same);
  }
}

TEST(Lz4, AContextThatIsUsedAgainGivesTheSameBytes) {
  auto const worker = lz4().make_compressor();
  std::string const text(100'000, 'y');
  std::string const other = "what came in between";
  std::vector<std::byte> first(lz4().max_compressed_size(text.size()));
  std::vector<std::byte> again = first;
  std::size_t const size = worker->compress(as_bytes(text), first).value();
  EXPECT_LT(size, text.size() / 100);
  ASSERT_TRUE(worker->compress(as_bytes(other), again));
  EXPECT_EQ(worker->compress(as_bytes(text), again).value(), size);
  first.resize(size);
  again.resize(size);
  EXPECT_EQ(again, first);
}

TEST(Lz4, AnOutputBelowTheBoundAndAnInputBeyondItsAreErrors) {
  std::byte out[3];
  EXPECT_FALSE(lz4().make_compressor()->compress(as_bytes("some text"), out));
  bytes_view const huge(out, std::size_t{LZ4_MAX_INPUT_SIZE} + 1); // which is not looked at
  auto const done = lz4().make_compressor()->compress(huge, out);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::limit_exceeded));
}

TEST(Lz4, HasItsNumberInParquetAndTheLibrarysBound) {
  EXPECT_EQ(static_cast<int>(lz4().id()), 7);
  EXPECT_EQ(lz4(), lz4());
  EXPECT_FALSE(lz4().has_stream());
  for (int const size : {0, 1, 254, 255, 256, 1'000'000}) {
    EXPECT_EQ(lz4().max_compressed_size(static_cast<std::size_t>(size)),
              static_cast<std::size_t>(LZ4_compressBound(size)));
  }
}

} // namespace
