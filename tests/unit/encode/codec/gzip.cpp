// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/gzip.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using namespace testing_codecs;

TEST(Gzip, SaysNothingOfTimeAndMachine) {
  for (std::string const& bytes : {block_of(gzip(), "abc"), file_of(gzip(), "abc", 3)}) {
    EXPECT_EQ(bytes.substr(0, 10), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
  }
}

TEST(Gzip, LevelsOutsideOfZlibsAreRefused) {
  for (int const level : {1, 6, 9}) {
    EXPECT_TRUE(gzip(level).check());
  }
  for (int const level : {-1, 0, 10}) {
    ASSERT_FALSE(gzip(level).check());
    EXPECT_TRUE(gzip(level).check().error().is(errc::invalid_argument));
  }
  EXPECT_EQ(gzip(10).check().error()->message, "the level of gzip is 10, and must be 1 to 9");
}

TEST(Gzip, MemoryStaysWithinWhatIsSaid) {
  std::string const text = noise(300'000);
  std::string out(gzip().max_compressed_size(text.size()), '?');
  memory_sink file; // has its memory before anything is measured
  ASSERT_TRUE(file.write(std::string(400'000, 'x')));
  for (int const level : {1, 6, 9}) {
    codec const c = gzip(level);
    std::size_t const before = heap();
    {
      auto const worker = c.make_compressor();
      ASSERT_TRUE(worker->compress(as_bytes(text), std::as_writable_bytes(std::span(out))));
      EXPECT_LE(heap() - before, c.context_bytes());
    }
    std::size_t const between = heap();
    auto const stream = c.make_stream();
    memory_sink none;
    ASSERT_TRUE(stream->write(as_bytes(text).first(100'000), none)); // all of it is held
    EXPECT_LE(heap() - between, c.stream_bytes());
  }
}

TEST(Gzip, HasItsNumberInParquet) {
  EXPECT_EQ(static_cast<int>(gzip().id()), 2);
  EXPECT_EQ(gzip().level(), 6);
  EXPECT_EQ(gzip(), gzip(6));
  EXPECT_NE(gzip(1), gzip(2));
}

} // namespace
