// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_BROTLI_HPP
#define COPYTO_ENCODE_CODEC_BROTLI_HPP

#include <copyto/encode/codec/concept.hpp>

#include <fmt/format.h>

#include <brotli/encode.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

namespace copyto {

namespace detail {

/// 1 MiB, what a page has by default: a larger window takes memory, and gains nothing there.
inline constexpr int brotli_window_bits = 20;

class brotli_compressor final : public compressor {
public:
  explicit brotli_compressor(int quality) : quality_(quality) {}
  [[nodiscard]] result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
    std::size_t size = output.size();
    // The library has no state that could be used again: it makes one for the time of a call.
    if (BrotliEncoderCompress(quality_, brotli_window_bits, BROTLI_MODE_GENERIC, input.size(),
                              reinterpret_cast<std::uint8_t const*>(input.data()), &size,
                              reinterpret_cast<std::uint8_t*>(output.data())) == BROTLI_FALSE) {
      if (output.size() >= BrotliEncoderMaxCompressedSize(input.size())) {
        throw std::bad_alloc(); // nothing else is left
      }
      return error({.code = errc::invalid_argument, .message = "the output of Brotli is smaller than its bound"});
    }
    return size;
  }

private:
  int quality_;
};

struct brotli_codec {
  int quality_;

  [[nodiscard]] static codec_id id() noexcept { return codec_id::brotli; }
  [[nodiscard]] int level() const noexcept { return quality_; }
  [[nodiscard]] static std::string_view name() noexcept { return "brotli"; }
  [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept {
    return BrotliEncoderMaxCompressedSize(size);
  }
  [[nodiscard]] std::uint64_t context_bytes() const noexcept {
    // What brotli 1.0.9 and 1.2.0 were measured to take for blocks of up to 4 MiB of many kinds, and some more. Larger
    // ones take no more: by this window the library encodes 2 MiB at a time.
    static constexpr std::uint8_t mebibytes[] = {3, 4, 8, 8, 18, 18, 20, 24, 32, 52, 64, 112};
    return mebibytes[std::clamp(quality_, BROTLI_MIN_QUALITY, BROTLI_MAX_QUALITY)] * MiB + sizeof(brotli_compressor);
  }
  [[nodiscard]] result<void> check() const {
    if (quality_ < BROTLI_MIN_QUALITY || quality_ > BROTLI_MAX_QUALITY) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the quality of brotli is {}, and must be {} to {}", quality_,
                                           BROTLI_MIN_QUALITY, BROTLI_MAX_QUALITY),
                    .advice = "leave it out for 5"});
    }
    return {};
  }
  [[nodiscard]] std::unique_ptr<compressor> make_compressor() const {
    return std::make_unique<brotli_compressor>(quality_);
  }
};
static_assert(CheckedCodec<brotli_codec> && !StreamCodec<brotli_codec>);

} // namespace detail

/// Brotli (RFC 7932), for pages of Parquet and readers that know it: Spark, parquet-java and BigQuery do not
/// (docs/formats.md). Quality 0 (fast) to 11 (small, and fifty times slower than 5); others are refused by the encoder's
/// `check`. 5 is the least that makes pages of text, JSON, integers and floating-point numbers all smaller than
/// `zstd(3)` does, at a fifth of its speed or less; by 0, 1 and 4 some are half as large again.
///
/// The window is 1 MiB, so that memory depends on the quality alone, whatever the size of pages: at most 18 MiB for each
/// thread that encodes up to 5, 52 MiB up to 9, 112 MiB at 11; the memory bound counts it. The same input gives the same
/// bytes by the same version of the library. Link with libbrotlienc.
[[nodiscard]] inline codec brotli(int quality = 5) { return detail::brotli_codec{quality}; }

} // namespace copyto

#endif
