// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/lz4.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(Lz4, AnInputBeyondTheLibrarysIsAnError) {
  std::byte out[3];
  bytes_view const huge(out, std::size_t{LZ4_MAX_INPUT_SIZE} + 1); // which is not looked at
  auto const done = lz4().make_compressor()->compress(huge, out);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().is(errc::limit_exceeded));
}

TEST(Lz4, HasItsNumberInParquetAndTheLibrarysBound) {
  EXPECT_EQ(static_cast<int>(lz4().id()), 7);
  for (int const size : {0, 1, 254, 255, 256, 1'000'000}) {
    EXPECT_EQ(lz4().max_compressed_size(static_cast<std::size_t>(size)),
              static_cast<std::size_t>(LZ4_compressBound(size)));
  }
}

} // namespace
