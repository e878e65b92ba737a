// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/detail/file_stream.hpp>
#include <copyto/encode/codec/gzip.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using detail::check_file_codec;
using detail::file_stream;

TEST(FileStream, TakesCodecsThatCompressedFilesHave) {
  EXPECT_TRUE(check_file_codec({}));
  EXPECT_TRUE(check_file_codec(gzip()));
  EXPECT_TRUE(check_file_codec(zstd()));
  ASSERT_FALSE(check_file_codec(snappy()));
  EXPECT_TRUE(check_file_codec(snappy()).error().is(errc::unsupported));
  EXPECT_EQ(check_file_codec(snappy()).error()->message, "snappy is for pages of Parquet, and not for whole files");
  ASSERT_FALSE(check_file_codec(zstd(100)));
  EXPECT_TRUE(check_file_codec(zstd(100)).error().is(errc::invalid_argument));
}

TEST(FileStream, WithoutACodecBytesPassAsTheyAre) {
  file_stream stream;
  stream.open({});
  memory_sink file;
  EXPECT_FALSE(stream.compresses());
  EXPECT_TRUE(stream.write("abc", file));
  EXPECT_EQ(stream.max_size(file, 5), 8U);
  EXPECT_EQ(stream.pending_bytes(), 0U);
  EXPECT_TRUE(stream.flush(file));
  EXPECT_TRUE(stream.end(file));
  EXPECT_EQ(as_text(file.contents()), "abc");
}

TEST(FileStream, WithACodecTheSizeIsBoundedBeforeItIsKnown) {
  file_stream stream;
  stream.open(zstd());
  memory_sink file;
  std::string const text(100'000, 'x');
  EXPECT_TRUE(stream.compresses());
  EXPECT_TRUE(stream.write(text, file));
  EXPECT_EQ(stream.pending_bytes(), text.size());
  EXPECT_GE(stream.max_size(file, 0), text.size());
  EXPECT_TRUE(stream.flush(file));
  EXPECT_LT(stream.max_size(file, 0), 1000U);
  EXPECT_GE(stream.max_size(file, 5000), file.bytes() + 5000);
  EXPECT_TRUE(stream.end(file));
  EXPECT_LT(file.bytes(), 100U);
}

TEST(FileStream, ACopyHasNoFileOpen) {
  file_stream stream;
  stream.open(gzip());
  file_stream const copy = stream;
  EXPECT_TRUE(stream.compresses());
  EXPECT_FALSE(copy.compresses());
  stream = copy;
  EXPECT_FALSE(stream.compresses());
}

} // namespace
