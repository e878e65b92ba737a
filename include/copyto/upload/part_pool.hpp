// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_PART_POOL_HPP
#define COPYTO_UPLOAD_PART_POOL_HPP

#include <copyto/core/bytes.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace copyto {

/// The buffers of all parts that are being filled or sent: never more than `count`, each of
/// `part_size` bytes, made when first needed and reused. This is what bounds the upload's memory and
/// what the producer waits for. Used from the exporter's thread only: buffers come back to it with the
/// completions.
class part_pool {
public:
  part_pool(std::size_t part_size, std::size_t count) : part_size_(part_size), count_(count) { free_.reserve(count); }

  [[nodiscard]] std::size_t part_size() const noexcept { return part_size_; }
  /// An empty buffer, or nothing while all are in use.
  [[nodiscard]] std::optional<byte_buffer> take() {
    if (free_.empty()) {
      if (made_ == count_) {
        return std::nullopt;
      }
      ++made_;
      return byte_buffer(part_size_);
    }
    byte_buffer buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
  }
  void give_back(byte_buffer buffer) {
    buffer.clear();
    free_.push_back(std::move(buffer));
  }

private:
  std::size_t part_size_;
  std::size_t count_;
  std::size_t made_ = 0;
  std::vector<byte_buffer> free_;
};

} // namespace copyto

#endif
