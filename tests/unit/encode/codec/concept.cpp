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

TEST(Codec, ACodecOfBlocksOnlyHasNoStreamAndEveryLevelOfOneThatCannotBeWrongPasses) {
  static_assert(!StreamCodec<storing> && !CheckedCodec<storing>);
  for (codec const& c : {codec(), codec(storing{3})}) {
    EXPECT_TRUE(c.check());
    EXPECT_FALSE(c.has_stream());
    EXPECT_EQ(c.make_stream(), nullptr);
    EXPECT_EQ(c.stream_bytes(), 0U);
  }
}

/// The exemplar of a codec that also has streams and a level that can be wrong.
struct streaming : storing {
  class pipe final : public stream_compressor {
  public:
    result<void> write(bytes_view input, sink& out) override { return out.write(input); }
    result<void> flush(sink& /*out*/) override { return {}; }
    result<void> end(sink& out) override { return out.write("."); }
    [[nodiscard]] std::uint64_t pending_bytes() const noexcept override { return 0; }
    [[nodiscard]] std::uint64_t max_rest(std::uint64_t more) const noexcept override { return more + 1; }
  };
  [[nodiscard]] result<void> check() const {
    return depth < 10 ? result<void>() : error(errc::invalid_argument, "too deep");
  }
  [[nodiscard]] std::unique_ptr<stream_compressor> make_stream() const { return std::make_unique<pipe>(); }
  [[nodiscard]] std::uint64_t stream_bytes() const { return sizeof(pipe); }
};
static_assert(StreamCodec<streaming> && CheckedCodec<streaming>);

TEST(Codec, AnErasedCodecPassesStreamsAndItsCheckOn) {
  codec const c = streaming{{3}};
  EXPECT_TRUE(c.check());
  EXPECT_FALSE(codec(streaming{{10}}).check());
  EXPECT_TRUE(c.has_stream());
  EXPECT_EQ(c.stream_bytes(), sizeof(streaming::pipe));
  memory_sink file;
  auto const stream = c.make_stream();
  EXPECT_TRUE(stream->write(as_bytes("abc"), file));
  EXPECT_EQ(stream->max_rest(2), 3U);
  EXPECT_TRUE(stream->end(file));
  EXPECT_EQ(as_text(file.contents()), "abc.");
}

/// Another library for what `storing` writes.
struct storing_otherwise : storing {
  [[nodiscard]] std::string_view name() const { return "storing otherwise"; }
};

TEST(Codec, EqualityIsByIdNameAndLevelWhoeverMadeIt) {
  EXPECT_EQ(codec(storing{1}), codec(storing{1}));
  EXPECT_NE(codec(storing{1}), codec(storing{2}));
  EXPECT_NE(codec(), codec(storing{0}));
  EXPECT_NE(codec(storing{1}), codec(storing_otherwise{{1}}));
  codec copy = storing{7};
  codec const other = copy;
  copy = {};
  EXPECT_EQ(other.level(), 7);
}

} // namespace
