// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_SINK_HPP
#define COPYTO_ENCODE_SINK_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>

#include <cstdint>
#include <limits>

namespace copyto {

/// Where an encoder puts the bytes of one file, in order. Not thread-safe.
class sink {
public:
  static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

  explicit sink(std::uint64_t limit = no_limit, std::uint32_t number = 0) : limit_(limit), number_(number) {}
  sink(sink const&) = delete;
  sink& operator=(sink const&) = delete;
  virtual ~sink() = default;

  /// Takes all of `bytes`; may block until the store has taken earlier ones. After an error the file
  /// is lost and the encoder returns that error.
  [[nodiscard]] result<void> write(bytes_view bytes) {
    bytes_ += bytes.size();
    return take(bytes);
  }
  [[nodiscard]] result<void> write(std::string_view text) { return write(as_bytes(text)); }
  /// Bytes written so far.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// Size at which the file should end, in bytes (`export_options::max_file_size`).
  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  /// Number of the file in its export, from 0.
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }

private:
  virtual result<void> take(bytes_view bytes) = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t limit_;
  std::uint32_t number_;
};

/// A file in memory, for tests and small jobs.
class memory_sink final : public sink {
public:
  using sink::sink;
  [[nodiscard]] bytes_view contents() const noexcept { return contents_.view(); }

private:
  result<void> take(bytes_view bytes) override {
    contents_.append(bytes);
    return {};
  }
  byte_buffer contents_;
};

} // namespace copyto

#endif
