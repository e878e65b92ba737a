// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_CONCEPT_HPP
#define COPYTO_ENCODE_CODEC_CONCEPT_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/sink.hpp>

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

/// Compresses one file as a stream. Not thread-safe.
///
/// The compressed bytes depend on the input and on where `flush` was called, never on how the input was
/// cut into pieces for `write`.
class stream_compressor {
public:
  stream_compressor() = default;
  stream_compressor(stream_compressor const&) = delete;
  stream_compressor& operator=(stream_compressor const&) = delete;
  virtual ~stream_compressor() = default;

  /// Takes all of `input` and gives what is ready to `out`. Errors are those of the sink, which lose the
  /// file.
  [[nodiscard]] virtual result<void> write(bytes_view input, sink& out) = 0;
  /// Gives everything to `out`, so that nothing is pending. Costs some bytes each time.
  [[nodiscard]] virtual result<void> flush(sink& out) = 0;
  /// Ends the stream; the object is then good for nothing else.
  [[nodiscard]] virtual result<void> end(sink& out) = 0;
  /// Bytes of input whose compressed form the sink does not have in full.
  [[nodiscard]] virtual std::uint64_t pending_bytes() const noexcept = 0;
  /// The most bytes that the sink can still get: by `end`, after `more` further bytes of input and one
  /// `flush`.
  [[nodiscard]] virtual std::uint64_t max_rest(std::uint64_t more) const noexcept = 0;
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
  { c.name() } -> std::convertible_to<std::string_view>; ///< a constant, also for messages
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
/// same id, name and level are the same codec. All members are thread-safe.
template <class C>
concept Codec = std::copyable<C> && HasCodecId<C> && HasCodecLevel<C> && HasCodecName<C> && HasMaxCompressedSize<C> &&
                HasContextBytes<C> && HasMakeCompressor<C>;

template <class C>
concept HasCodecCheck = requires(C const& c) {
  { c.check() } -> std::same_as<result<void>>; ///< whether the library takes the level
};
template <class C>
concept HasMakeStream = requires(C const& c) {
  { c.make_stream() } -> std::same_as<std::unique_ptr<stream_compressor>>;
};
template <class C>
concept HasStreamBytes = requires(C const& c) {
  { c.stream_bytes() } -> std::same_as<std::uint64_t>; ///< heap of one stream, its peak included
};

/// A codec whose level can be wrong. A factory such as `zstd(99)` cannot fail, so an encoder's `check` asks.
template <class C>
concept CheckedCodec = Codec<C> && HasCodecCheck<C>;
/// A codec that has a form for whole files, too.
template <class C>
concept StreamCodec = Codec<C> && HasMakeStream<C> && HasStreamBytes<C>;

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
  /// Whether the level is one that the library has; errc::invalid_argument if not. Encoders ask before the
  /// first row, and nothing else of a codec may be used before it passed.
  [[nodiscard]] result<void> check() const { return model_ ? model_->check() : result<void>(); }
  /// Whether there is a form for whole files: `make_stream` gives one.
  [[nodiscard]] bool has_stream() const noexcept { return model_ && model_->has_stream(); }
  /// A stream for one file; nullptr for no compression, and for a codec of blocks only, such as Snappy.
  [[nodiscard]] std::unique_ptr<stream_compressor> make_stream() const {
    return model_ ? model_->make_stream() : nullptr;
  }
  /// Heap of one stream, bytes, its peak included.
  [[nodiscard]] std::uint64_t stream_bytes() const noexcept { return model_ ? model_->stream_bytes() : 0; }
  friend bool operator==(codec const& a, codec const& b) noexcept {
    return a.id() == b.id() && a.level() == b.level() && a.name() == b.name(); // two libraries may have one id
  }

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
    [[nodiscard]] virtual result<void> check() const = 0;
    [[nodiscard]] virtual bool has_stream() const noexcept = 0;
    [[nodiscard]] virtual std::unique_ptr<stream_compressor> make_stream() const = 0;
    [[nodiscard]] virtual std::uint64_t stream_bytes() const noexcept = 0;
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
    [[nodiscard]] result<void> check() const override {
      if constexpr (CheckedCodec<C>) {
        return value.check();
      } else {
        return {};
      }
    }
    [[nodiscard]] bool has_stream() const noexcept override { return StreamCodec<C>; }
    [[nodiscard]] std::unique_ptr<stream_compressor> make_stream() const override {
      if constexpr (StreamCodec<C>) {
        return value.make_stream();
      } else {
        return nullptr;
      }
    }
    [[nodiscard]] std::uint64_t stream_bytes() const noexcept override {
      if constexpr (StreamCodec<C>) {
        return value.stream_bytes();
      } else {
        return 0;
      }
    }
    C value;
  };
  std::shared_ptr<erased const> model_;
};

} // namespace copyto

#endif
