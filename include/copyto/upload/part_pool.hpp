// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_PART_POOL_HPP
#define COPYTO_UPLOAD_PART_POOL_HPP

#include <copyto/core/bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace copyto {

/// The buffers of all parts that are being filled or sent: together never more than `limit` bytes, made when
/// first needed and reused. This is what bounds the upload's memory and what the producer waits for. Used from the
/// producer's thread only: buffers come back to it with the completions.
class part_pool {
public:
  explicit part_pool(std::uint64_t limit) : limit_(limit) {}

  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  /// Bytes of all buffers, those in use and those that wait for their next one.
  [[nodiscard]] std::uint64_t allocated() const noexcept { return allocated_; }

  /// An empty buffer of this capacity; nothing while the others leave no room for it.
  [[nodiscard]] std::optional<byte_buffer> take(std::uint64_t capacity) {
    auto const fits = std::ranges::find(free_, capacity, &byte_buffer::capacity);
    if (fits != free_.end()) {
      byte_buffer buffer = std::move(*fits);
      free_.erase(fits);
      return buffer;
    }
    while (limit_ - allocated_ < capacity && !free_.empty()) { // of another size, from when parts were smaller
      allocated_ -= free_.back().capacity();
      free_.pop_back();
    }
    if (limit_ - allocated_ < capacity) {
      return std::nullopt;
    }
    allocated_ += capacity;
    return byte_buffer(capacity);
  }
  void give_back(byte_buffer buffer) {
    buffer.clear();
    free_.push_back(std::move(buffer));
  }
  /// Frees the buffers that are not in use.
  void release() {
    for (byte_buffer const& buffer : free_) {
      allocated_ -= buffer.capacity();
    }
    free_.clear();
  }

private:
  std::uint64_t limit_;
  std::uint64_t allocated_ = 0;
  std::vector<byte_buffer> free_;
};

} // namespace copyto

#endif
