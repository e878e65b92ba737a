// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/concept.hpp>

#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace copyto;

/// The exemplar of the concept: a codec that stores bytes as they are, with its level in front.
struct storing {
  int depth = 0;

  class worker final : public compressor {
  public:
    explicit worker(int depth) : depth_(depth) {}
    result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
      output[0] = static_cast<std::byte>(depth_);
      std::memcpy(output.data() + 1, input.data(), input.size());
      return input.size() + 1;
    }

  private:
    int depth_;
  };

  [[nodiscard]] codec_id id() const { return codec_id::zstd; }
  [[nodiscard]] int level() const { return depth; }
  [[nodiscard]] std::string_view name() const { return "storing"; }
  [[nodiscard]] std::size_t max_compressed_size(std::size_t size) const { return size + 1; }
  [[nodiscard]] std::uint64_t context_bytes() const { return sizeof(worker); }
  [[nodiscard]] std::unique_ptr<compressor> make_compressor() const { return std::make_unique<worker>(depth); }
};
static_assert(Codec<storing>);
static_assert(!Codec<int>);

TEST(Codec, NoneIsTheDefaultAndMakesNoCompressor) {
  codec const none;
  EXPECT_EQ(none.id(), codec_id::none);
  EXPECT_EQ(none.name(), "none");
  EXPECT_EQ(none.max_compressed_size(123), 123U);
  EXPECT_EQ(none.context_bytes(), 0U);
  EXPECT_EQ(none.make_compressor(), nullptr);
}

TEST(Codec, AnErasedCodecAnswersLikeItsValue) {
  codec const c = storing{3};
  EXPECT_EQ(c.id(), codec_id::zstd);
  EXPECT_EQ(c.level(), 3);
  EXPECT_EQ(c.name(), "storing");
  EXPECT_EQ(c.max_compressed_size(10), 11U);
  std::unique_ptr<compressor> const worker = c.make_compressor();
  std::byte out[4];
  EXPECT_EQ(worker->compress(as_bytes("abc"), out).value(), 4U);
  EXPECT_EQ(as_text(out), "\x03"
                          "abc");
}

TEST(Codec, EqualityIsByIdAndLevelWhoeverMadeIt) {
  EXPECT_EQ(codec(storing{1}), codec(storing{1}));
  EXPECT_NE(codec(storing{1}), codec(storing{2}));
  EXPECT_NE(codec(), codec(storing{0}));
  codec copy = storing{7};
  codec const other = copy;
  copy = {};
  EXPECT_EQ(other.level(), 7);
}

} // namespace
