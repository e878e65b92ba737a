// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_LIBDEFLATE_HPP
#define COPYTO_ENCODE_CODEC_LIBDEFLATE_HPP

#include <copyto/encode/codec/concept.hpp>

#include <fmt/format.h>

#include <libdeflate.h>

#include <memory>
#include <new>

namespace copyto {

namespace detail {

struct libdeflate_free {
  void operator()(libdeflate_compressor* context) const noexcept { libdeflate_free_compressor(context); }
};

class libdeflate_worker final : public compressor {
public:
  explicit libdeflate_worker(int level) : context_(libdeflate_alloc_compressor(level)) {
    if (!context_) {
      throw std::bad_alloc(); // the level was checked, so nothing else is left
    }
  }
  [[nodiscard]] result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
    std::size_t const size =
        libdeflate_gzip_compress(context_.get(), input.data(), input.size(), output.data(), output.size());
    if (size == 0) {
      return error({.code = errc::invalid_argument, .message = "the output of libdeflate is smaller than its bound"});
    }
    return size;
  }

private:
  std::unique_ptr<libdeflate_compressor, libdeflate_free> context_;
};

struct libdeflate_codec {
  int level_;

  [[nodiscard]] static codec_id id() noexcept { return codec_id::gzip; }
  [[nodiscard]] int level() const noexcept { return level_; }
  [[nodiscard]] static std::string_view name() noexcept { return "libdeflate"; }
  [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept {
    return libdeflate_gzip_compress_bound(nullptr, size);
  }
  /// Hash tables; from 10 on also all matches of a block of 300,000 bytes (lib/deflate_compress.c). All is allocated once,
  /// 9,011,184 bytes at most by libdeflate 1.14.
  [[nodiscard]] std::uint64_t context_bytes() const noexcept {
    return (level_ < 10 ? 1 : 10) * MiB + sizeof(libdeflate_worker);
  }
  [[nodiscard]] result<void> check() const {
    if (level_ < 1 || level_ > 12) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the level of libdeflate is {}, and must be 1 to 12", level_),
                    .advice = "leave it out for 6"});
    }
    return {};
  }
  [[nodiscard]] std::unique_ptr<compressor> make_compressor() const {
    return std::make_unique<libdeflate_worker>(level_);
  }
};
static_assert(CheckedCodec<libdeflate_codec> && !StreamCodec<libdeflate_codec>);

} // namespace detail

/// gzip (RFC 1952) by libdeflate, for pages of Parquet: what reads those of `gzip()` reads these, which are about as large
/// and take about half the time. Level 1 (fast) to 12 (small); others are refused by the encoder's `check`. It has a name
/// of its own, so that bytes never depend on which libraries a machine has; whole files are left to `gzip()`. A page is
/// one member with time and operating system left out; the same input gives the same bytes by the same version of
/// libdeflate. Link with libdeflate 1.14 or newer.
[[nodiscard]] inline codec libdeflate(int level = 6) { return detail::libdeflate_codec{level}; }

} // namespace copyto

#endif
