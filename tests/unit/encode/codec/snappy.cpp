// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

std::string round_trip(std::string const& text) {
  codec const c = snappy();
  std::vector<std::byte> out(c.max_compressed_size(text.size()));
  std::size_t const size = c.make_compressor()->compress(as_bytes(text), out).value();
  EXPECT_LE(size, out.size());
  std::string back(text.size(), '?');
  std::size_t back_size = back.size();
  EXPECT_EQ(snappy_uncompress(reinterpret_cast<char const*>(out.data()), size, back.data(), &back_size), SNAPPY_OK);
  back.resize(back_size);
  return back;
}

TEST(Snappy, WhatItCompressesComesBack) {
  std::mt19937_64 random(1);
  for (std::size_t size : {0U, 1U, 100U, 65'535U, 65'536U, 65'537U, 1'000'000U}) {
    std::string same(size, 'x');
    EXPECT_EQ(round_trip(same), same);
    for (char& c : same) {
      c = static_cast<char>(random());
    }
    EXPECT_EQ(round_trip(same), same);
  }
}

TEST(Snappy, CompressesAndReusesItsContext) {
  auto const worker = snappy().make_compressor();
  std::string const text(100'000, 'y');
  std::vector<std::byte> out(snappy().max_compressed_size(text.size()));
  std::size_t const size = worker->compress(as_bytes(text), out).value();
  EXPECT_LT(size, text.size() / 15);
  EXPECT_EQ(worker->compress(as_bytes(text), out).value(), size);
}

TEST(Snappy, AnOutputBelowTheBoundIsAnError) {
  std::byte out[3];
  EXPECT_FALSE(snappy().make_compressor()->compress(as_bytes("some text"), out));
}

TEST(Snappy, HasItsNumberInParquet) {
  EXPECT_EQ(snappy().id(), codec_id::snappy);
  EXPECT_EQ(static_cast<int>(snappy().id()), 1);
  EXPECT_EQ(snappy(), snappy());
  EXPECT_NE(snappy(), codec());
}

} // namespace
