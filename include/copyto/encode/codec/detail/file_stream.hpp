// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_DETAIL_FILE_STREAM_HPP
#define COPYTO_ENCODE_CODEC_DETAIL_FILE_STREAM_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/codec/concept.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace copyto::detail {

/// What a compressed file is called: what follows the name of the uncompressed one, and its media type
/// (RFC 6713, RFC 8878 section 7.1).
struct compressed_file {
  std::string_view suffix = {};
  std::string_view content_type = {};
};
/// Empty for codecs that compressed files do not have.
[[nodiscard]] constexpr compressed_file compressed_file_of(codec_id id) noexcept {
  switch (id) {
  case codec_id::gzip: return {".gz", "application/gzip"};
  case codec_id::zstd: return {".zst", "application/zstd"};
  case codec_id::none:
  case codec_id::snappy:
  case codec_id::brotli:
  case codec_id::lz4_raw: break;
  }
  return {};
}
/// Whether whole files can be compressed by this codec: none, gzip and zstd with a level that they have.
[[nodiscard]] result<void> check_file_codec(codec const& chosen);

/// The way of a file's bytes to its sink, compressed or as they are. Not thread-safe. A copy has no file open: encoders
/// are copied as prototypes.
class file_stream {
public:
  file_stream() = default;
  file_stream(file_stream const&) noexcept {}
  file_stream(file_stream&&) noexcept = default;
  file_stream& operator=(file_stream other) noexcept {
    stream_.swap(other.stream_);
    return *this;
  }
  ~file_stream() = default;

  /// Starts a file. For a codec that `check_file_codec` accepts.
  void open(codec const& chosen) { stream_ = chosen.make_stream(); }
  [[nodiscard]] bool compresses() const noexcept { return stream_ != nullptr; }
  [[nodiscard]] result<void> write(std::string_view text, sink& out) {
    return stream_ == nullptr ? out.write(text) : stream_->write(as_bytes(text), out);
  }
  /// After this the sink has the compressed form of everything written.
  [[nodiscard]] result<void> flush(sink& out) { return stream_ == nullptr ? result<void>() : stream_->flush(out); }
  [[nodiscard]] result<void> end(sink& out) {
    if (stream_ == nullptr) {
      return {};
    }
    result<void> ended = stream_->end(out);
    stream_.reset();
    return ended;
  }
  [[nodiscard]] std::uint64_t pending_bytes() const noexcept {
    return stream_ == nullptr ? 0 : stream_->pending_bytes();
  }
  /// The most bytes that the file has if it ends after `more` further bytes.
  [[nodiscard]] std::uint64_t max_size(sink const& out, std::uint64_t more) const noexcept {
    return out.bytes() + (stream_ == nullptr ? more : stream_->max_rest(more));
  }
  /// With a codec, the end of a file is found by flushing whenever the bound says that it may be near. This few pending
  /// bytes are left alone, since a flush of them would tell little.
  static constexpr std::uint64_t least_flush = 4 * KiB;

private:
  std::unique_ptr<stream_compressor> stream_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/codec/impl/file_stream.ipp>
#endif

#endif
