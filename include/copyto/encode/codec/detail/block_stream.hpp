// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_DETAIL_BLOCK_STREAM_HPP
#define COPYTO_ENCODE_CODEC_DETAIL_BLOCK_STREAM_HPP

#include <copyto/encode/codec/concept.hpp>

#include <algorithm>

namespace copyto::detail {

/// The part of a stream that no library has: it cuts the input into blocks of one size, each of which
/// ends with a flush. So the bytes of a file do not depend on the pieces that came in, and what the library
/// may hold back is less than one block, whatever its version.
class block_stream : public stream_compressor {
public:
  /// Zstandard's own blocks end here too, so that its flush costs nothing.
  static constexpr std::size_t block_size = 128 * KiB;

  [[nodiscard]] result<void> write(bytes_view input, sink& out) final {
    while (!input.empty()) {
      bytes_view block = input.first(std::min(input.size(), block_size - held_.size()));
      input = input.subspan(block.size());
      if (!held_.empty() || block.size() != block_size) {
        held_.reserve(block_size);
        held_.append(block);
        block = held_.view();
      }
      if (block.size() == block_size) {
        if (result<void> sent = squeeze(block, step::flush, out); !sent) {
          return sent;
        }
        held_.clear();
      }
    }
    return {};
  }
  [[nodiscard]] result<void> flush(sink& out) final {
    if (held_.empty()) {
      return {};
    }
    result<void> sent = squeeze(held_.view(), step::flush, out);
    held_.clear();
    return sent;
  }
  [[nodiscard]] result<void> end(sink& out) final {
    result<void> sent = squeeze(held_.view(), step::end, out);
    held_.clear();
    return sent;
  }
  [[nodiscard]] std::uint64_t pending_bytes() const noexcept final { return held_.size(); }
  [[nodiscard]] std::uint64_t max_rest(std::uint64_t more) const noexcept final {
    std::uint64_t const size = held_.size() + more;
    return max_size(size, size / block_size + 2);
  }

protected:
  enum class step : std::uint8_t { flush, end };

private:
  /// Gives all of `block`, compressed, to `out`; with `step::end` also the end of the file.
  virtual result<void> squeeze(bytes_view block, step then, sink& out) = 0;
  /// The most bytes that `size` bytes, squeezed in this many steps, and the file's ends become.
  [[nodiscard]] virtual std::uint64_t max_size(std::uint64_t size, std::uint64_t steps) const noexcept = 0;

  byte_buffer held_;
};

} // namespace copyto::detail

#endif
