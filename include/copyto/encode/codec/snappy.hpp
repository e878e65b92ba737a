// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CODEC_SNAPPY_HPP
#define COPYTO_ENCODE_CODEC_SNAPPY_HPP

#include <copyto/encode/codec/concept.hpp>

#include <snappy-c.h> // not snappy.h: its namespace would clash with copyto::snappy where users import ours

namespace copyto {

namespace detail {

class snappy_compressor final : public compressor {
public:
  [[nodiscard]] result<std::size_t> compress(bytes_view input, std::span<std::byte> output) override {
    std::size_t size = output.size();
    if (snappy_compress(reinterpret_cast<char const*>(input.data()), input.size(),
                        reinterpret_cast<char*>(output.data()), &size) != SNAPPY_OK) {
      return error({.code = errc::invalid_argument, .message = "the output of Snappy is smaller than its bound"});
    }
    return size;
  }
};

struct snappy_codec {
  [[nodiscard]] static codec_id id() noexcept { return codec_id::snappy; }
  [[nodiscard]] static int level() noexcept { return 0; }
  [[nodiscard]] static std::string_view name() noexcept { return "snappy"; }
  [[nodiscard]] static std::size_t max_compressed_size(std::size_t size) noexcept {
    return snappy_max_compressed_length(size);
  }
  /// Working memory that the library takes for the time of one call: a hash table, and one block of
  /// 64 KiB as input and as output (snappy.cc, WorkingMemory).
  [[nodiscard]] static std::uint64_t context_bytes() noexcept {
    return 64 * KiB + 64 * KiB + snappy_max_compressed_length(64 * KiB);
  }
  [[nodiscard]] static std::unique_ptr<compressor> make_compressor() { return std::make_unique<snappy_compressor>(); }
};

} // namespace detail

/// Snappy, raw blocks without framing (google/snappy, format_description.txt): light, and the one
/// codec that every Parquet reader documents. Link with libsnappy.
[[nodiscard]] inline codec snappy() { return detail::snappy_codec{}; }

} // namespace copyto

#endif
