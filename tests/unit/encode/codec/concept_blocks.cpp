// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// What holds for every codec that has a form for blocks, and none for files.
#include <copyto/encode/codec/brotli.hpp>
#include <copyto/encode/codec/detail/file_stream.hpp>
#include <copyto/encode/codec/libdeflate.hpp>
#include <copyto/encode/codec/lz4.hpp>
#include <copyto/encode/codec/snappy.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <brotli/decode.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace testing_codecs;

// What the libraries themselves read of a block, for which readers know the size.

std::string by_snappy(std::string const& block, std::size_t size) {
  std::string text(size, '?');
  EXPECT_EQ(snappy_uncompress(block.data(), block.size(), text.data(), &size), SNAPPY_OK);
  text.resize(size);
  return text;
}
std::string by_lz4(std::string const& block, std::size_t size) {
  std::string text(size + 1, '?');
  int const read =
      LZ4_decompress_safe(block.data(), text.data(), static_cast<int>(block.size()), static_cast<int>(text.size()));
  EXPECT_EQ(read, static_cast<int>(size));
  text.resize(size);
  return text;
}
std::string by_brotli(std::string const& block, std::size_t size) {
  std::string text(size, '?');
  EXPECT_EQ(BrotliDecoderDecompress(block.size(), reinterpret_cast<std::uint8_t const*>(block.data()), &size,
                                    reinterpret_cast<std::uint8_t*>(text.data())),
            BROTLI_DECODER_RESULT_SUCCESS);
  text.resize(size);
  return text;
}
std::string by_zlib(std::string const& block, std::size_t /*size*/) { return decompressed(block); }

struct codec_case {
  char const* name;
  codec (*make)(int level);
  int usual_level;
  std::vector<int> levels;
  std::string (*decode)(std::string const& block, std::size_t size);
};
void PrintTo(codec_case const& c, std::ostream* out) { *out << c.name; }

class BlockCodec : public testing::TestWithParam<codec_case> {
protected:
  static codec usual() { return GetParam().make(GetParam().usual_level); }
};
INSTANTIATE_TEST_SUITE_P(
    All, BlockCodec,
    testing::Values(codec_case{"snappy", [](int) { return snappy(); }, 0, {0}, by_snappy},
                    codec_case{"lz4", [](int) { return lz4(); }, 0, {0}, by_lz4},
                    codec_case{"brotli", brotli, 5, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, by_brotli},
                    codec_case{"libdeflate", libdeflate, 6, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, by_zlib}),
    [](auto const& info) { return std::string(info.param.name); });

void expect_back(codec const& c, std::string const& text) {
  std::string const block = block_of(c, text);
  EXPECT_LE(block.size(), c.max_compressed_size(text.size()));
  EXPECT_EQ(BlockCodec::GetParam().decode(block, text.size()), text) << c.level() << ", " << text.size();
}

TEST_P(BlockCodec, WhatItCompressesComesBack) {
  for (int const level : GetParam().levels) {
    for (std::size_t const size : {0U, 1U, 12U, 13U, 100U, 40'000U}) {
      expect_back(GetParam().make(level), std::string(size, 'x'));
      expect_back(GetParam().make(level), noise(size));
      expect_back(GetParam().make(level), words(size));
    }
  }
  for (std::size_t const size : {65'535U, 65'536U, 65'537U, 1'000'000U, 3'000'000U}) {
    expect_back(usual(), std::string(size, 'x'));
    expect_back(usual(), noise(size));
    expect_back(usual(), words(size));
  }
}

TEST_P(BlockCodec, AContextThatIsUsedAgainGivesTheSameBytes) {
  codec const c = usual();
  auto const worker = c.make_compressor();
  std::string const text = words(100'000);
  std::string out(c.max_compressed_size(text.size()), '?');
  auto const once = [&](std::string const& what) {
    std::size_t const size = worker->compress(as_bytes(what), std::as_writable_bytes(std::span(out))).value();
    return out.substr(0, size);
  };
  std::string const first = once(text);
  EXPECT_LT(first.size(), text.size() / 2);
  once("what came in between");
  EXPECT_EQ(once(text), first);
  EXPECT_EQ(block_of(c, text), first);
}

TEST_P(BlockCodec, AnOutputBelowTheBoundIsAnError) {
  std::byte out[3];
  for (std::size_t const room : {3U, 0U}) {
    result<std::size_t> const done =
        usual().make_compressor()->compress(as_bytes("some text"), std::span(out).first(room));
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::invalid_argument));
  }
}

TEST_P(BlockCodec, IsNotForWholeFiles) {
  EXPECT_FALSE(usual().has_stream());
  EXPECT_EQ(usual().make_stream(), nullptr);
  auto const checked = detail::check_file_codec(usual());
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().is(errc::unsupported));
  EXPECT_TRUE(checked.error()->message.starts_with(std::string(usual().name()) + " "));
}

TEST_P(BlockCodec, HasANameAndLevels) {
  EXPECT_EQ(usual().name(), GetParam().name);
  EXPECT_EQ(usual(), usual());
  EXPECT_NE(usual(), codec());
  for (int const level : GetParam().levels) {
    EXPECT_TRUE(GetParam().make(level).check());
    EXPECT_EQ(GetParam().make(level).level(), level);
  }
}

} // namespace
