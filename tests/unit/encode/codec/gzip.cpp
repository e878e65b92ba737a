// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/gzip.hpp>

#include "decode.hpp"

#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace copyto;

constexpr int levels[] = {1, 6, 9};

std::string decoded(std::string const& bytes) {
  auto const [text, whole] = testing_codecs::inflated(bytes);
  EXPECT_TRUE(whole) << "more or less than one member";
  return text;
}
std::string decoded_part(std::string const& bytes) { return testing_codecs::inflated(bytes).first; }

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

TEST(Gzip, BlocksAndFilesComeBack) {
  for (int const level : levels) {
    codec const c = gzip(level);
    for (std::size_t const size : sizes) {
      for (std::string const& text : {std::string(size, 'x'), noise(size), words(size)}) {
        EXPECT_EQ(decoded(block_of(c, text)), text);
        EXPECT_EQ(decoded(file_of(c, text, 10'000)), text);
      }
    }
  }
}

TEST(Gzip, AContextIsReusedAndGivesTheSameBytesAgain) {
  codec const c = gzip();
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

TEST(Gzip, TheBytesOfAFileDoNotDependOnThePieces) {
  std::string const text = words(700'000);
  std::string const whole = file_of(gzip(), text, text.size());
  EXPECT_LT(whole.size(), text.size() / 3);
  for (std::size_t const piece : {1U, 7U, 4096U, 65'536U, 131'072U, 131'073U, 300'000U}) {
    EXPECT_EQ(file_of(gzip(), text, piece), whole) << piece;
  }
}

TEST(Gzip, AFileNeverGetsLongerThanWasSaidAndFlushesComeBack) {
  for (std::string const& text : {noise(500'000), words(500'000), std::string(500'000, 'x')}) {
    memory_sink file;
    auto const stream = gzip().make_stream();
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

TEST(Gzip, AnOutputBelowTheBoundIsAnError) {
  std::byte out[3];
  EXPECT_FALSE(gzip().make_compressor()->compress(as_bytes("some text"), out));
  EXPECT_FALSE(gzip().make_compressor()->compress(as_bytes("some text"), std::span(out).first(0)));
}

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

/// Heap in use, as glibc counts it; 0 where a sanitizer has its own.
std::size_t heap() {
  auto const info = mallinfo2();
  return info.uordblks + info.hblkhd;
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
