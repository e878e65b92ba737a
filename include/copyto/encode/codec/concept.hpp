// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_CONCEPT_HPP
#define COPYTO_ENCODE_CODEC_CONCEPT_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace copyto {

/// The codecs of Parquet and their numbers (parquet.thrift, CompressionCodec). The deprecated LZ4 (5)
/// and LZO (3) are left out on purpose: no two readers agree on their framing.
enum class codec_id : std::uint8_t { none = 0, snappy = 1, gzip = 2, brotli = 4, zstd = 6, lz4_raw = 7 };

/// Compresses whole blocks, one after the other, with one reused context. Not thread-safe: one per
/// encoding thread.
class compressor {
public:
  compressor() = default;
  compressor(compressor const&) = delete;
  compressor& operator=(compressor const&) = delete;
  virtual ~compressor() = default;

  /// Compresses `input` into `output`, which has room for `codec::max_compressed_size(input.size())`
  /// bytes, and returns how many were written. Same input, same bytes.
  [[nodiscard]] virtual result<std::size_t> compress(bytes_view input, std::span<std::byte> output) = 0;
};

template <class C>
concept HasCodecId = requires(C const& c) {
  { c.id() } -> std::same_as<codec_id>;
};
template <class C>
concept HasCodecLevel = requires(C const& c) {
  { c.level() } -> std::same_as<int>; ///< 0 where the codec has no levels
};
template <class C>
concept HasCodecName = requires(C const& c) {
  { c.name() } -> std::convertible_to<std::string_view>; ///< a constant, for messages
};
template <class C>
concept HasMaxCompressedSize = requires(C const& c, std::size_t size) {
  { c.max_compressed_size(size) } -> std::same_as<std::size_t>;
};
template <class C>
concept HasContextBytes = requires(C const& c) {
  { c.context_bytes() } -> std::same_as<std::uint64_t>; ///< heap of one compressor, its peak included
};
template <class C>
concept HasMakeCompressor = requires(C const& c) {
  { c.make_compressor() } -> std::same_as<std::unique_ptr<compressor>>;
};

/// A block codec: an immutable value that describes itself and makes compressors. Two values with the
/// same id and level are the same codec. All members are thread-safe.
template <class C>
concept Codec = std::copyable<C> && HasCodecId<C> && HasCodecLevel<C> && HasCodecName<C> && HasMaxCompressedSize<C> &&
                HasContextBytes<C> && HasMakeCompressor<C>;

/// Any codec, chosen at run time; without one, data stays as it is. Copies share one immutable
/// object. Thread-safe.
class codec {
public:
  /// No compression.
  codec() = default;
  template <class C>
    requires(!std::same_as<C, codec> && Codec<C>)
  // NOLINTNEXTLINE(google-explicit-constructor): options take any codec by its own name
  codec(C value) : model_(std::make_shared<model<C>>(std::move(value))) {}

  [[nodiscard]] codec_id id() const noexcept { return model_ ? model_->id() : codec_id::none; }
  [[nodiscard]] int level() const noexcept { return model_ ? model_->level() : 0; }
  [[nodiscard]] std::string_view name() const noexcept { return model_ ? model_->name() : "none"; }
  /// The most bytes that `size` bytes can become.
  [[nodiscard]] std::size_t max_compressed_size(std::size_t size) const noexcept {
    return model_ ? model_->max_compressed_size(size) : size;
  }
  [[nodiscard]] std::uint64_t context_bytes() const noexcept { return model_ ? model_->context_bytes() : 0; }
  /// A compressor; nullptr for no compression.
  [[nodiscard]] std::unique_ptr<compressor> make_compressor() const {
    return model_ ? model_->make_compressor() : nullptr;
  }
  friend bool operator==(codec const& a, codec const& b) noexcept { return a.id() == b.id() && a.level() == b.level(); }

private:
  struct erased {
    erased() = default;
    erased(erased const&) = delete;
    erased& operator=(erased const&) = delete;
    virtual ~erased() = default;
    [[nodiscard]] virtual codec_id id() const noexcept = 0;
    [[nodiscard]] virtual int level() const noexcept = 0;
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::size_t max_compressed_size(std::size_t size) const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t context_bytes() const noexcept = 0;
    [[nodiscard]] virtual std::unique_ptr<compressor> make_compressor() const = 0;
  };
  template <class C>
  struct model final : erased {
    explicit model(C v) : value(std::move(v)) {}
    [[nodiscard]] codec_id id() const noexcept override { return value.id(); }
    [[nodiscard]] int level() const noexcept override { return value.level(); }
    [[nodiscard]] std::string_view name() const noexcept override { return value.name(); }
    [[nodiscard]] std::size_t max_compressed_size(std::size_t size) const noexcept override {
      return value.max_compressed_size(size);
    }
    [[nodiscard]] std::uint64_t context_bytes() const noexcept override { return value.context_bytes(); }
    [[nodiscard]] std::unique_ptr<compressor> make_compressor() const override { return value.make_compressor(); }
    C value;
  };
  std::shared_ptr<erased const> model_;
};

} // namespace copyto

#endif
