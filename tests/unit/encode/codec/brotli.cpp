// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/brotli.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace copyto;
using namespace testing_codecs;

TEST(Brotli, QualitiesOutsideOfTheLibrarysAreRefused) {
  for (int const quality : {-1, 12}) {
    ASSERT_FALSE(brotli(quality).check());
    EXPECT_TRUE(brotli(quality).check().error().is(errc::invalid_argument));
  }
  EXPECT_EQ(brotli(12).check().error()->message, "the quality of brotli is 12, and must be 0 to 11");
}

/// What an encoder of the library has of the heap.
struct counted {
  std::size_t now = 0;
  std::size_t most = 0;

  static void* take(void* self, std::size_t size) {
    void* const taken = std::malloc(size);
    auto& count = *static_cast<counted*>(self);
    count.now += malloc_usable_size(taken);
    count.most = std::max(count.most, count.now);
    return taken;
  }
  static void give(void* self, void* taken) {
    static_cast<counted*>(self)->now -= malloc_usable_size(taken);
    std::free(taken);
  }
};

TEST(Brotli, MemoryStaysWithinWhatIsSaid) {
  for (int const quality : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
    std::size_t const size = quality < 10 ? 2'500'000 : 150'000; // the slow ones are not given seconds
    for (std::string const& text : {noise(size), words(size)}) {
      std::string out(2 * text.size(), '?');
      counted heap;
      // As BrotliEncoderCompress does it, which cannot be watched.
      BrotliEncoderState* const state = BrotliEncoderCreateInstance(counted::take, counted::give, &heap);
      BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, static_cast<std::uint32_t>(quality));
      BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, detail::brotli_window_bits);
      BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, static_cast<std::uint32_t>(text.size()));
      auto const* next = reinterpret_cast<std::uint8_t const*>(text.data());
      auto* to = reinterpret_cast<std::uint8_t*>(out.data());
      std::size_t left = text.size();
      std::size_t room = out.size();
      EXPECT_TRUE(BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, &left, &next, &room, &to, nullptr));
      EXPECT_TRUE(BrotliEncoderIsFinished(state));
      BrotliEncoderDestroyInstance(state);
      EXPECT_EQ(heap.now, 0U);
      EXPECT_LE(heap.most, brotli(quality).context_bytes()) << quality;
    }
  }
  for (int quality = 1; quality != 12; ++quality) {
    EXPECT_GE(brotli(quality).context_bytes(), brotli(quality - 1).context_bytes());
  }
}

TEST(Brotli, HasItsNumberInParquet) {
  EXPECT_EQ(static_cast<int>(brotli().id()), 4);
  EXPECT_EQ(brotli(), brotli(5));
  EXPECT_NE(brotli(4), brotli(5));
}

} // namespace
