// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_GZIP_HPP
#define COPYTO_ENCODE_CODEC_GZIP_HPP

#include <copyto/encode/codec/detail/block_stream.hpp>

#include <fmt/format.h>

#include <zlib.h>

#include <array>
#include <new>

namespace copyto {

namespace detail {

/// One zlib state that writes gzip members (RFC 1952), with a header that says nothing about time and
/// machine: modification time 0, operating system 255 ("unknown").
class gzip_state {
public:
  explicit gzip_state(int level) {
    header_.os = 255;
    // 15: the largest window; 16 more: a gzip wrapper. 8: zlib's default memory. (zlib.h, deflateInit2)
    if (deflateInit2(&stream_, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc(); // the level was checked, so nothing else is left
    }
    deflateSetHeader(&stream_, &header_);
  }
  gzip_state(gzip_state const&) = delete;
  gzip_state& operator=(gzip_state const&) = delete;
  ~gzip_state() { deflateEnd(&stream_); }

  void reset() noexcept {
    deflateReset(&stream_);
    deflateSetHeader(&stream_, &header_);
  }
  void input(bytes_view bytes) noexcept {
    stream_.next_in = reinterpret_cast<Bytef z_const*>(const_cast<std::byte*>(bytes.data())); // never written to
    left_ = bytes.size();
    stream_.avail_in = 0;
  }
  /// Fills `output` as far as there is something to write. Returns the bytes written and zlib's answer; it has to be
  /// called again while the output came back full.
  std::pair<std::size_t, int> deflate_into(std::span<std::byte> output, int flush) noexcept {
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    std::size_t room = output.size();
    int answer = Z_OK;
    do { // zlib counts in 32 bits
      constexpr std::size_t most = 1U << 30;
      if (stream_.avail_in == 0) {
        stream_.avail_in = static_cast<uInt>(std::min(left_, most));
        left_ -= stream_.avail_in;
      }
      stream_.avail_out = static_cast<uInt>(std::min(room, most));
      room -= stream_.avail_out;
      answer = deflate(&stream_, left_ == 0 ? flush : Z_NO_FLUSH);
      room += stream_.avail_out;
    } while (room != 0 && (left_ != 0 || stream_.avail_in != 0 || (flush == Z_FINISH && answer == Z_OK)));
    return {output.size() - room, answer};
  }

private:
  z_stream stream_ = {};
  gz_header header_ = {};
  std::size_t left_ = 0; ///< input that zlib has not been told of
};

class gzip_compressor final : public compressor {
public:
  explicit gzip_compressor(int level) : state_(level) {}
  [[nodiscard]] result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
    state_.reset();
    state_.input(input);
    auto const [size, answer] = state_.deflate_into(output, Z_FINISH);
    if (answer != Z_STREAM_END) {
      return error({.code = errc::invalid_argument, .message = "the output of gzip is smaller than its bound"});
    }
    return size;
  }

private:
  gzip_state state_;
};

class gzip_stream final : public block_stream {
public:
  explicit gzip_stream(int level) : state_(level) {}

private:
  result<void> squeeze(bytes_view block, step then, sink& out) override {
    state_.input(block);
    for (std::size_t size = chunk_.size(); size == chunk_.size();) {
      size = state_.deflate_into(chunk_, then == step::end ? Z_FINISH : Z_SYNC_FLUSH).first;
      if (result<void> sent = out.write(bytes_view(chunk_).first(size)); !sent) {
        return sent;
      }
    }
    return {};
  }
  /// A block that is stored costs 5 bytes, and a flush writes an empty one (RFC 1951, 3.2.4).
  [[nodiscard]] std::uint64_t max_size(std::uint64_t size, std::uint64_t steps) const noexcept override {
    return compressBound(static_cast<uLong>(size)) + 16 * steps + 32;
  }

  gzip_state state_;
  std::array<std::byte, 16 * KiB> chunk_ = {};
};

struct gzip_codec {
  int level_;

  [[nodiscard]] static codec_id id() noexcept { return codec_id::gzip; }
  [[nodiscard]] int level() const noexcept { return level_; }
  [[nodiscard]] static std::string_view name() noexcept { return "gzip"; }
  /// zlib's bound is for its own wrapper of 6 bytes; gzip's has 18.
  [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept {
    return compressBound(static_cast<uLong>(size)) + 12;
  }
  /// 256 KiB and "a few kilobytes" by zlib's own formula (zconf.h); zlib-ng, which takes its place in newer
  /// distributions, needs about 350 KiB.
  [[nodiscard]] static std::uint64_t context_bytes() noexcept { return 384 * KiB + sizeof(gzip_compressor); }
  [[nodiscard]] static std::uint64_t stream_bytes() noexcept {
    return 384 * KiB + sizeof(gzip_stream) + block_stream::block_size;
  }
  [[nodiscard]] result<void> check() const {
    if (level_ < 1 || level_ > 9) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the level of gzip is {}, and must be 1 to 9", level_),
                    .advice = "leave it out for 6"});
    }
    return {};
  }
  [[nodiscard]] std::unique_ptr<compressor> make_compressor() const {
    return std::make_unique<gzip_compressor>(level_);
  }
  [[nodiscard]] std::unique_ptr<stream_compressor> make_stream() const { return std::make_unique<gzip_stream>(level_); }
};
static_assert(CheckedCodec<gzip_codec> && StreamCodec<gzip_codec>);

} // namespace detail

/// gzip (RFC 1952) by zlib: for readers that know nothing newer. Level 1 (fast) to 9 (small); others are refused by
/// the encoder's `check`. Blocks and files are one member each, with time and operating system left out, so that the
/// same input gives the same bytes by the same version of zlib. Link with libz.
[[nodiscard]] inline codec gzip(int level = 6) { return detail::gzip_codec{level}; }

} // namespace copyto

#endif
