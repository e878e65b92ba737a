// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_DETAIL_ROPE_HPP
#define COPYTO_ENCODE_DETAIL_ROPE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/sink.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>

namespace copyto::detail {

/// Blocks of one size, used again by whoever needs one next. All column chunks of an export's row groups share a pool,
/// so that the memory of a row group is its size, however the columns share it. Thread-safe.
class block_pool {
public:
  struct block {
    block* next = nullptr;
    [[nodiscard]] std::byte* data() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  };

  /// `keep`: blocks that may lie unused; more than that are given back.
  block_pool(std::size_t block_bytes, std::size_t keep) noexcept : block_bytes_(block_bytes), keep_(keep) {}
  block_pool(block_pool const&) = delete;
  block_pool& operator=(block_pool const&) = delete;
  ~block_pool();

  /// Bytes that a block holds.
  [[nodiscard]] std::size_t block_bytes() const noexcept { return block_bytes_; }
  [[nodiscard]] block* take();
  void give_back(block* b) noexcept;

private:
  std::size_t block_bytes_;
  std::size_t keep_;
  std::mutex mutex_; ///< of what follows
  std::size_t free_count_ = 0;
  block* free_ = nullptr;
};

/// Append-only bytes in blocks of a pool, which must outlive it: grows without moving anything.
class rope {
public:
  explicit rope(block_pool& pool) noexcept : pool_(&pool) {}
  rope(rope&& other) noexcept;
  rope& operator=(rope&&) = delete;
  ~rope() { clear(); }

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  void append(bytes_view bytes);
  /// Writes everything, in order.
  [[nodiscard]] result<void> write_to(sink& out) const;
  /// Goes through the bytes once; the rope must stay as it is.
  class reader {
  public:
    explicit reader(rope const& from) noexcept : at_(from.head_), block_bytes_(from.pool_->block_bytes()) {}
    /// The next `size` bytes, which must be there.
    void read(std::byte* to, std::size_t size) noexcept;
    [[nodiscard]] result<void> write_to(sink& out, std::uint64_t size);
    void skip(std::uint64_t size) noexcept;

  private:
    [[nodiscard]] bytes_view next(std::uint64_t size) noexcept;
    block_pool::block* at_;
    std::size_t block_bytes_;
    std::size_t used_ = 0;
  };
  /// Gives all blocks back to the pool.
  void clear() noexcept;

private:
  block_pool* pool_;
  block_pool::block* head_ = nullptr;
  block_pool::block* tail_ = nullptr;
  std::size_t tail_used_ = 0;
  std::uint64_t size_ = 0;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/impl/rope.ipp>
#endif

#endif
