// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/libdeflate.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using namespace testing_codecs;

TEST(Libdeflate, SaysNothingOfTimeAndMachine) {
  std::string const bytes = block_of(libdeflate(), "abc");
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
  EXPECT_EQ(bytes[9], '\xff');
}

TEST(Libdeflate, LevelsOutsideOfTheLibrarysAreRefused) {
  for (int const level : {-1, 0, 13}) {
    ASSERT_FALSE(libdeflate(level).check());
    EXPECT_TRUE(libdeflate(level).check().error().is(errc::invalid_argument));
  }
  EXPECT_EQ(libdeflate(13).check().error()->message, "the level of libdeflate is 13, and must be 1 to 12");
}

TEST(Libdeflate, MemoryStaysWithinWhatIsSaid) {
  std::string const text = words(300'000);
  std::string out(libdeflate().max_compressed_size(text.size()), '?');
  for (int level = 1; level != 13; ++level) {
    codec const c = libdeflate(level);
    std::size_t const before = heap();
    auto const worker = c.make_compressor();
    ASSERT_TRUE(worker->compress(as_bytes(text), std::as_writable_bytes(std::span(out))));
    EXPECT_LE(heap() - before, c.context_bytes()) << level;
  }
}

TEST(Libdeflate, HasTheNumberOfGzipInParquetAndIsAnotherCodec) {
  EXPECT_EQ(static_cast<int>(libdeflate().id()), 2);
  EXPECT_EQ(libdeflate(), libdeflate(6));
  EXPECT_NE(libdeflate(1), libdeflate(2));
  EXPECT_NE(libdeflate(6), gzip(6));
}

} // namespace
