// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// What holds for every codec that has a form for blocks and one for files.
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/zstd.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace copyto;
using namespace testing_codecs;

struct codec_case {
  char const* name;
  codec (*make)(int level);
  int usual_level;
  std::vector<int> levels;
  std::pair<std::string, bool> (*decode)(std::string const& bytes);
};
void PrintTo(codec_case const& c, std::ostream* out) { *out << c.name; }

class StreamCodec : public testing::TestWithParam<codec_case> {
protected:
  static codec usual() { return GetParam().make(GetParam().usual_level); }
};
INSTANTIATE_TEST_SUITE_P(All, StreamCodec,
                         testing::Values(codec_case{"gzip", gzip, 6, {1, 6, 9}, inflated},
                                         codec_case{"zstd", zstd, 3, {-5, 0, 1, 3, 12}, unpacked}),
                         [](auto const& info) { return std::string(info.param.name); });

constexpr std::size_t sizes[] = {0, 1, 100, 65'535, 131'071, 131'072, 131'073, 1'000'000};

TEST_P(StreamCodec, BlocksAndFilesComeBack) {
  for (int const level : GetParam().levels) {
    codec const c = GetParam().make(level);
    for (std::size_t const size : sizes) {
      for (std::string const& text : {std::string(size, 'x'), noise(size), words(size)}) {
        EXPECT_EQ(decompressed(block_of(c, text)), text);
        EXPECT_EQ(decompressed(file_of(c, text, 10'000)), text);
      }
    }
  }
}

TEST_P(StreamCodec, AContextIsReusedAndGivesTheSameBytesAgain) {
  codec const c = usual();
  auto const worker = c.make_compressor();
  std::string const text = words(200'000);
  std::string out(c.max_compressed_size(text.size()), '?');
  auto const once = [&] {
    std::size_t const size = worker->compress(as_bytes(text), std::as_writable_bytes(std::span(out))).value();
    return out.substr(0, size);
  };
  std::string const first = once();
  EXPECT_LT(first.size(), text.size() / 3);
  EXPECT_EQ(once(), first);
  EXPECT_EQ(block_of(c, text), first);
}

TEST_P(StreamCodec, TheBytesOfAFileDoNotDependOnThePieces) {
  std::string const text = words(700'000);
  std::string const whole = file_of(usual(), text, text.size());
  EXPECT_LT(whole.size(), text.size() / 3);
  for (std::size_t const piece : {1U, 7U, 4096U, 65'536U, 131'072U, 131'073U, 300'000U}) {
    EXPECT_EQ(file_of(usual(), text, piece), whole) << piece;
  }
}

TEST_P(StreamCodec, AFileNeverGetsLongerThanWasSaidAndFlushesComeBack) {
  for (std::string const& text : {noise(500'000), words(500'000), std::string(500'000, 'x')}) {
    memory_sink file;
    auto const stream = usual().make_stream();
    std::uint64_t said = stream->max_rest(text.size());
    EXPECT_LE(said, text.size() + text.size() / 100 + 1000); // a bound that says something
    for (std::size_t at = 0; at != text.size(); at += 500) {
      std::uint64_t const more = file.bytes() + stream->max_rest(500);
      ASSERT_TRUE(stream->write(as_bytes(std::string_view(text).substr(at, 500)), file));
      if (at % 33'000 == 0) {
        ASSERT_TRUE(stream->flush(file));
        EXPECT_LE(file.bytes(), more);
        EXPECT_EQ(stream->pending_bytes(), 0U);
        EXPECT_EQ(GetParam().decode(std::string(as_text(file.contents()))).first, text.substr(0, at + 500));
        said = file.bytes() + stream->max_rest(text.size() - at - 500);
      }
    }
    ASSERT_TRUE(stream->end(file));
    EXPECT_LE(file.bytes(), said);
    EXPECT_EQ(decompressed(std::string(as_text(file.contents()))), text);
  }
}

TEST_P(StreamCodec, AnOutputBelowTheBoundIsAnError) {
  std::byte out[3];
  EXPECT_FALSE(usual().make_compressor()->compress(as_bytes("some text"), out));
  EXPECT_FALSE(usual().make_compressor()->compress(as_bytes("some text"), std::span(out).first(0)));
}

} // namespace
