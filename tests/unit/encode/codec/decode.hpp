// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_ENCODE_CODEC_DECODE_HPP
#define COPYTO_TESTS_UNIT_ENCODE_CODEC_DECODE_HPP

#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/sink.hpp>

#include <gtest/gtest.h>

#include <malloc.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// Texts, their compressed forms, and what the libraries themselves read of these.
namespace testing_codecs {

/// What zlib reads from the start of a gzip member, and whether that was all of it.
inline std::pair<std::string, bool> inflated(std::string const& bytes) {
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef z_const*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  int answer = Z_OK;
  while (answer == Z_OK) {
    char chunk[4096];
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof(chunk);
    answer = inflate(&stream, Z_SYNC_FLUSH);
    text.append(chunk, sizeof(chunk) - stream.avail_out);
  }
  bool const whole = answer == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  return {text, whole};
}
/// What the library reads from the start of a frame, and whether that was all of it.
inline std::pair<std::string, bool> unpacked(std::string const& bytes) {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> const context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  ZSTD_inBuffer input = {bytes.data(), bytes.size(), 0};
  std::string text;
  for (std::size_t left = 1; left != 0;) {
    char chunk[4096];
    ZSTD_outBuffer output = {chunk, sizeof(chunk), 0};
    left = ZSTD_decompressStream(context.get(), &output, &input);
    EXPECT_FALSE(ZSTD_isError(left)) << ZSTD_getErrorName(left);
    text.append(chunk, output.pos);
    if (ZSTD_isError(left) || (output.pos != sizeof(chunk) && input.pos == input.size)) {
      return {text, left == 0};
    }
  }
  return {text, input.pos == input.size};
}
/// A whole file; its form is told by its first bytes.
inline std::string decompressed(std::string const& bytes) {
  auto const [text, whole] = bytes.starts_with("\x1f\x8b") ? inflated(bytes) : unpacked(bytes);
  EXPECT_TRUE(whole) << "more or less than one member or frame";
  return text;
}

/// `text` as one block.
inline std::string block_of(copyto::codec const& c, std::string const& text) {
  std::string out(c.max_compressed_size(text.size()), '?');
  std::size_t const size =
      c.make_compressor()->compress(copyto::as_bytes(text), std::as_writable_bytes(std::span(out))).value();
  out.resize(size);
  return out;
}
/// `text` as a file, written in pieces of this size.
inline std::string file_of(copyto::codec const& c, std::string_view text, std::size_t piece) {
  copyto::memory_sink file;
  auto const stream = c.make_stream();
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    EXPECT_TRUE(stream->write(copyto::as_bytes(text.substr(0, piece)), file));
  }
  EXPECT_TRUE(stream->end(file));
  return std::string(copyto::as_text(file.contents()));
}
/// Heap in use, as glibc counts it; 0 where a sanitizer has its own.
inline std::size_t heap() {
  auto const info = mallinfo2();
  return info.uordblks + info.hblkhd;
}
/// Bytes that do not compress.
inline std::string noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text(size, '\0');
  for (char& c : text) {
    c = static_cast<char>(random());
  }
  return text;
}
/// Text that does.
inline std::string words(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text;
  while (text.size() < size) {
    text += std::to_string(random() % 1000) + ",some words,";
  }
  text.resize(size);
  return text;
}

} // namespace testing_codecs

#endif
