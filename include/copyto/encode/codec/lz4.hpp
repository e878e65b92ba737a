// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_LZ4_HPP
#define COPYTO_ENCODE_CODEC_LZ4_HPP

#include <copyto/encode/codec/concept.hpp>

#include <lz4.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace copyto {

namespace detail {

class lz4_compressor final : public compressor {
public:
  [[nodiscard]] result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
    if (input.size() > LZ4_MAX_INPUT_SIZE) {
      return error({.code = errc::limit_exceeded,
                    .message = "LZ4 cannot compress a page of more than 2,113,929,216 bytes",
                    .advice = "choose another codec for the column"});
    }
    std::size_t const room = std::min<std::size_t>(output.size(), most_output);
    int const size = LZ4_compress_fast_extState(state_.data(), reinterpret_cast<char const*>(input.data()),
                                                reinterpret_cast<char*>(output.data()), static_cast<int>(input.size()),
                                                static_cast<int>(room), 1);
    if (size <= 0) {
      return error({.code = errc::invalid_argument, .message = "the output of LZ4 is smaller than its bound"});
    }
    return static_cast<std::size_t>(size);
  }

private:
  static constexpr std::size_t most_output = 0x7fffffff;
  std::vector<std::max_align_t> state_ =
      std::vector<std::max_align_t>(static_cast<std::size_t>(LZ4_sizeofState()) / sizeof(std::max_align_t) + 1);
};

struct lz4_codec {
  [[nodiscard]] static codec_id id() noexcept { return codec_id::lz4_raw; }
  [[nodiscard]] static int level() noexcept { return 0; }
  [[nodiscard]] static std::string_view name() noexcept { return "lz4"; }
  /// LZ4_COMPRESSBOUND, also for what is too large.
  [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept { return size + size / 255 + 16; }
  [[nodiscard]] static std::uint64_t context_bytes() noexcept {
    return static_cast<std::uint64_t>(LZ4_sizeofState()) + 64;
  }
  [[nodiscard]] static std::unique_ptr<compressor> make_compressor() { return std::make_unique<lz4_compressor>(); }
};

} // namespace detail

/// LZ4, raw blocks (lz4, doc/lz4_Block_format.md): Parquet's LZ4_RAW, as light as Snappy, for readers that know it; the older
/// LZ4 of Hadoop's framing is not written. The same input gives the same bytes by the same version of the library. Link with
/// liblz4.
[[nodiscard]] inline codec lz4() { return detail::lz4_codec{}; }

} // namespace copyto

#endif
