// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_BYTES_HPP
#define COPYTO_CORE_BYTES_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace copyto {

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;
inline constexpr std::uint64_t GiB = 1024 * MiB;
inline constexpr std::uint64_t TiB = 1024 * GiB;

/// Borrowed, read-only bytes.
using bytes_view = std::span<std::byte const>;

[[nodiscard]] inline bytes_view as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}
[[nodiscard]] inline std::string_view as_text(bytes_view bytes) noexcept {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// Growable bytes that are not zeroed when they grow and keep their capacity when cleared. Hot paths
/// reserve once and then write without a check.
class byte_buffer {
public:
  byte_buffer() = default;
  explicit byte_buffer(std::size_t capacity) { reserve(capacity); }
  byte_buffer(byte_buffer const& other) { append(other.view()); }
  byte_buffer(byte_buffer&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  byte_buffer& operator=(byte_buffer other) noexcept {
    data_.swap(other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~byte_buffer() = default;

  [[nodiscard]] std::byte* data() noexcept { return data_.get(); }
  [[nodiscard]] std::byte const* data() const noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] bytes_view view() const noexcept { return {data_.get(), size_}; }

  void clear() noexcept { size_ = 0; }
  /// Gives the memory back.
  void release() noexcept { *this = byte_buffer(); }
  /// Grows to at least `capacity`, exactly: callers that append bit by bit use `room`.
  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) {
      return;
    }
    auto grown = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (size_ != 0) {
      std::memcpy(grown.get(), data_.get(), size_);
    }
    data_ = std::move(grown);
    capacity_ = capacity;
  }
  /// Makes room for `more` bytes behind the end, growing by half as much again at least, and
  /// returns where they go. `advance` takes them in.
  [[nodiscard]] std::byte* room(std::size_t more) {
    if (capacity_ - size_ < more) {
      reserve(std::max(size_ + more, capacity_ + capacity_ / 2));
    }
    return data_.get() + size_;
  }
  void advance(std::size_t count) noexcept { size_ += count; }
  /// Sets the size; bytes that come in are not initialised.
  void resize(std::size_t size) {
    if (size > size_) {
      (void)room(size - size_);
    }
    size_ = size;
  }
  void append(bytes_view bytes) {
    if (!bytes.empty()) {
      std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
      size_ += bytes.size();
    }
  }
  void append(std::string_view text) { append(as_bytes(text)); }
  /// Appends the object representation of a trivially copyable value.
  template <class T>
  void append_value(T const& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(room(sizeof(T)), &value, sizeof(T));
    size_ += sizeof(T);
  }

private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

} // namespace copyto

#endif
