// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/zstd.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

constexpr int levels[] = {-5, 0, 1, 3, 12};

std::string decoded(std::string const& bytes) {
  auto const [text, whole] = testing_codecs::unpacked(bytes);
  EXPECT_TRUE(whole) << "more or less than one frame";
  return text;
}
std::string decoded_part(std::string const& bytes) { return testing_codecs::unpacked(bytes).first; }

std::string block_of(codec const& c, std::string const& text) {
  std::string out(c.max_compressed_size(text.size()), '?');
  std::size_t const size =
      c.make_compressor()->compress(as_bytes(text), std::as_writable_bytes(std::span(out))).value();
  out.resize(size);
  return out;
}
/// As a file, written in pieces of this size.
std::string file_of(codec const& c, std::string_view text, std::size_t piece) {
  memory_sink file;
  auto const stream = c.make_stream();
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    EXPECT_TRUE(stream->write(as_bytes(text.substr(0, piece)), file));
  }
  EXPECT_TRUE(stream->end(file));
  return std::string(as_text(file.contents()));
}
std::string noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text(size, '\0');
  for (char& c : text) {
    c = static_cast<char>(random());
  }
  return text;
}
std::string words(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text;
  while (text.size() < size) {
    text += std::to_string(random() % 1000) + ",some words,";
  }
  text.resize(size);
  return text;
}
constexpr std::size_t sizes[] = {0, 1, 100, 65'535, 131'071, 131'072, 131'073, 1'000'000};

TEST(Zstd, BlocksAndFilesComeBack) {
  for (int const level : levels) {
    codec const c = zstd(level);
    for (std::size_t const size : sizes) {
      for (std::string const& text : {std::string(size, 'x'), noise(size), words(size)}) {
        EXPECT_EQ(decoded(block_of(c, text)), text);
        EXPECT_EQ(decoded(file_of(c, text, 10'000)), text);
      }
    }
  }
}

TEST(Zstd, AContextIsReusedAndGivesTheSameBytesAgain) {
  codec const c = zstd();
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

TEST(Zstd, TheBytesOfAFileDoNotDependOnThePieces) {
  std::string const text = words(700'000);
  std::string const whole = file_of(zstd(), text, text.size());
  EXPECT_LT(whole.size(), text.size() / 3);
  for (std::size_t const piece : {1U, 7U, 4096U, 65'536U, 131'072U, 131'073U, 300'000U}) {
    EXPECT_EQ(file_of(zstd(), text, piece), whole) << piece;
  }
}

TEST(Zstd, AFileNeverGetsLongerThanWasSaidAndFlushesComeBack) {
  for (std::string const& text : {noise(500'000), words(500'000), std::string(500'000, 'x')}) {
    memory_sink file;
    auto const stream = zstd().make_stream();
    std::uint64_t said = stream->max_rest(text.size());
    EXPECT_LE(said, text.size() + text.size() / 100 + 1000); // a bound that says something
    for (std::size_t at = 0; at != text.size(); at += 500) {
      std::uint64_t const more = file.bytes() + stream->max_rest(500);
      ASSERT_TRUE(stream->write(as_bytes(std::string_view(text).substr(at, 500)), file));
      if (at % 33'000 == 0) {
        ASSERT_TRUE(stream->flush(file));
        EXPECT_LE(file.bytes(), more);
        EXPECT_EQ(stream->pending_bytes(), 0U);
        EXPECT_EQ(decoded_part(std::string(as_text(file.contents()))), text.substr(0, at + 500));
        said = file.bytes() + stream->max_rest(text.size() - at - 500);
      }
    }
    ASSERT_TRUE(stream->end(file));
    EXPECT_LE(file.bytes(), said);
    EXPECT_EQ(decoded(std::string(as_text(file.contents()))), text);
  }
}

TEST(Zstd, AnOutputBelowTheBoundIsAnError) {
  std::byte out[3];
  EXPECT_FALSE(zstd().make_compressor()->compress(as_bytes("some text"), out));
  EXPECT_FALSE(zstd().make_compressor()->compress(as_bytes("some text"), std::span(out).first(0)));
}

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
