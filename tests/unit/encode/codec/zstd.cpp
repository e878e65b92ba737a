// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/zstd.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using namespace testing_codecs;

TEST(Zstd, BlocksHoldTheirSizeAndFilesAChecksum) {
  std::string const block = block_of(zstd(), "some text");
  EXPECT_EQ(ZSTD_getFrameContentSize(block.data(), block.size()), 9U);
  EXPECT_EQ(block[4] & 0x04, 0); // Content_Checksum_flag of RFC 8878, 3.1.1.1.1
  std::string const file = file_of(zstd(), "some text", 100);
  EXPECT_EQ(file.substr(0, 4), "\x28\xb5\x2f\xfd");
  EXPECT_EQ(file[4] & 0x04, 0x04);
}

TEST(Zstd, LevelsOutsideOfTheLibrarysAreRefused) {
  for (int const level : {ZSTD_minCLevel(), -1, 0, 3, ZSTD_maxCLevel()}) {
    EXPECT_TRUE(zstd(level).check());
  }
  for (int const level : {ZSTD_minCLevel() - 1, ZSTD_maxCLevel() + 1}) {
    ASSERT_FALSE(zstd(level).check());
    EXPECT_TRUE(zstd(level).check().error().is(errc::invalid_argument));
  }
  EXPECT_EQ(zstd(99).check().error()->message, "the level of zstd is 99, and must be -131072 to 22");
}

TEST(Zstd, MemoryStaysWithinWhatIsSaid) {
  for (int const level : {-10, 1, 3, 9, 15}) {
    auto const context = detail::make_zstd_context(level, true);
    std::uint64_t most = 0;
    for (std::size_t const size : {1'000U, 20'000U, 150'000U, 300'000U, 2'500'000U, 10U}) { // other tables for each
      std::string const text = words(size);
      std::string out(ZSTD_compressBound(size), '?');
      ASSERT_FALSE(ZSTD_isError(ZSTD_compress2(context.get(), out.data(), out.size(), text.data(), text.size())));
      most = std::max<std::uint64_t>(most, ZSTD_sizeof_CCtx(context.get()));
    }
    EXPECT_LE(most, zstd(level).context_bytes()) << level;

    auto const stream = detail::make_zstd_context(level, true);
    std::string const text = words(100'000);
    std::string out(200'000, '?');
    ZSTD_inBuffer input = {text.data(), text.size(), 0};
    ZSTD_outBuffer output = {out.data(), out.size(), 0};
    ASSERT_EQ(ZSTD_compressStream2(stream.get(), &output, &input, ZSTD_e_flush), 0U);
    EXPECT_LE(ZSTD_sizeof_CCtx(stream.get()), zstd(level).stream_bytes() - detail::block_stream::block_size) << level;
  }
}

TEST(Zstd, HasItsNumberInParquet) {
  EXPECT_EQ(static_cast<int>(zstd().id()), 6);
  EXPECT_EQ(zstd().level(), 3);
  EXPECT_EQ(zstd(), zstd(3));
  EXPECT_NE(zstd(1), zstd(2));
}

} // namespace
