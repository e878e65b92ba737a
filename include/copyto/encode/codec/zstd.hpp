// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_ZSTD_HPP
#define COPYTO_ENCODE_CODEC_ZSTD_HPP

#include <copyto/encode/codec/detail/block_stream.hpp>

#include <fmt/format.h>

#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <new>

// In zstd.h these need the macro ZSTD_STATIC_LINKING_ONLY, which a header must not define for its users. Every
// version since 1.3.0 has them, the shared library too.
extern "C" {
std::size_t ZSTD_estimateCCtxSize(int level);
std::size_t ZSTD_estimateCStreamSize(int level);
}

namespace copyto {

namespace detail {

struct zstd_free {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};
using zstd_context = std::unique_ptr<ZSTD_CCtx, zstd_free>;

inline zstd_context make_zstd_context(int level, bool checksum) {
  zstd_context context(ZSTD_createCCtx());
  if (!context) {
    throw std::bad_alloc();
  }
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, checksum ? 1 : 0);
  return context;
}

inline error zstd_error(std::size_t code) {
  if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) {
    throw std::bad_alloc();
  }
  return error({.code = errc::invalid_argument,
                .message = fmt::format("Zstandard cannot compress: {}", ZSTD_getErrorName(code))});
}

class zstd_compressor final : public compressor {
public:
  explicit zstd_compressor(int level) : context_(make_zstd_context(level, false)) {}
  [[nodiscard]] result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
    std::size_t const size = ZSTD_compress2(context_.get(), output.data(), output.size(), input.data(), input.size());
    if (ZSTD_isError(size) != 0) {
      return zstd_error(size);
    }
    return size;
  }

private:
  zstd_context context_;
};

class zstd_stream final : public block_stream {
public:
  explicit zstd_stream(int level) : context_(make_zstd_context(level, true)) {}

private:
  result<void> squeeze(bytes_view block, step then, sink& out) override {
    ZSTD_inBuffer input = {block.data(), block.size(), 0};
    for (std::size_t left = 1; left != 0;) {
      ZSTD_outBuffer output = {chunk_.data(), chunk_.size(), 0};
      left = ZSTD_compressStream2(context_.get(), &output, &input, then == step::end ? ZSTD_e_end : ZSTD_e_flush);
      if (ZSTD_isError(left) != 0) {
        return zstd_error(left);
      }
      if (result<void> sent = out.write(bytes_view(chunk_).first(output.pos)); !sent) {
        return sent;
      }
    }
    return {};
  }
  /// A frame has at most 18 bytes of header and 4 of checksum, a block 3 of header (RFC 8878, 3.1.1).
  [[nodiscard]] std::uint64_t max_size(std::uint64_t size, std::uint64_t steps) const noexcept override {
    return ZSTD_compressBound(static_cast<std::size_t>(size)) + 8 * steps + 32;
  }

  zstd_context context_;
  std::array<std::byte, 16 * KiB> chunk_ = {};
};

struct zstd_codec {
  int level_;

  [[nodiscard]] static codec_id id() noexcept { return codec_id::zstd; }
  [[nodiscard]] int level() const noexcept { return level_; }
  [[nodiscard]] static std::string_view name() noexcept { return "zstd"; }
  [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept { return ZSTD_compressBound(size); }
  /// The library's own estimate for inputs of every size; a block of a page needs less at high levels.
  [[nodiscard]] std::uint64_t context_bytes() const noexcept {
    return ZSTD_estimateCCtxSize(level_) + sizeof(zstd_compressor);
  }
  [[nodiscard]] std::uint64_t stream_bytes() const noexcept {
    return ZSTD_estimateCStreamSize(level_) + sizeof(zstd_stream) + block_stream::block_size;
  }
  [[nodiscard]] result<void> check() const {
    if (level_ < ZSTD_minCLevel() || level_ > ZSTD_maxCLevel()) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the level of zstd is {}, and must be {} to {}", level_, ZSTD_minCLevel(),
                                           ZSTD_maxCLevel()),
                    .advice = "leave it out for 3"});
    }
    return {};
  }
  [[nodiscard]] std::unique_ptr<compressor> make_compressor() const {
    return std::make_unique<zstd_compressor>(level_);
  }
  [[nodiscard]] std::unique_ptr<stream_compressor> make_stream() const { return std::make_unique<zstd_stream>(level_); }
};
static_assert(CheckedCodec<zstd_codec> && StreamCodec<zstd_codec>);

} // namespace detail

/// Zstandard (RFC 8878): small and fast; the codec of choice where the readers have it. Level `ZSTD_minCLevel()` to 22,
/// 0 for the library's default; others are refused by the encoder's `check`. From 20 on a stream takes hundreds of
/// megabytes, which the memory bound counts. Blocks are frames that hold their size; files are one frame each with a
/// content checksum. The same input gives the same bytes by the same version of the library. Link with libzstd 1.5 or
/// newer.
[[nodiscard]] inline codec zstd(int level = 3) { return detail::zstd_codec{level}; }

} // namespace copyto

#endif
