// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_IMPL_ROPE_IPP
#define COPYTO_ENCODE_IMPL_ROPE_IPP

#include <copyto/encode/detail/rope.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace copyto::detail {

COPYTO_DECL block_pool::~block_pool() {
  while (free_ != nullptr) {
    ::operator delete(std::exchange(free_, free_->next));
  }
}

COPYTO_DECL block_pool::block* block_pool::take() {
  {
    std::scoped_lock const lock(mutex_);
    if (free_ != nullptr) {
      block* const b = std::exchange(free_, free_->next);
      b->next = nullptr;
      --free_count_;
      return b;
    }
  }
  return new (::operator new(sizeof(block) + block_bytes_)) block;
}

COPYTO_DECL void block_pool::give_back(block* b) noexcept {
  {
    std::scoped_lock const lock(mutex_);
    if (free_count_ != keep_) {
      b->next = std::exchange(free_, b);
      ++free_count_;
      return;
    }
  }
  ::operator delete(b);
}

COPYTO_DECL rope::rope(rope&& other) noexcept
    : pool_(other.pool_), head_(std::exchange(other.head_, nullptr)), tail_(std::exchange(other.tail_, nullptr)),
      tail_used_(std::exchange(other.tail_used_, 0)), size_(std::exchange(other.size_, 0)) {}

COPYTO_DECL void rope::append(bytes_view bytes) {
  while (!bytes.empty()) {
    if (tail_ == nullptr || tail_used_ == pool_->block_bytes()) {
      block_pool::block* const more = pool_->take();
      (tail_ == nullptr ? head_ : tail_->next) = more;
      tail_ = more;
      tail_used_ = 0;
    }
    std::size_t const n = std::min(bytes.size(), pool_->block_bytes() - tail_used_);
    std::memcpy(tail_->data() + tail_used_, bytes.data(), n);
    tail_used_ += n;
    size_ += n;
    bytes = bytes.subspan(n);
  }
}

COPYTO_DECL result<void> rope::write_to(sink& out) const {
  for (block_pool::block* b = head_; b != nullptr; b = b->next) {
    std::size_t const n = b == tail_ ? tail_used_ : pool_->block_bytes();
    if (result<void> written = out.write(bytes_view(b->data(), n)); !written) {
      return written;
    }
  }
  return {};
}

/// Up to `size` bytes that lie in one piece.
COPYTO_DECL bytes_view rope::reader::next(std::uint64_t size) noexcept {
  if (used_ == block_bytes_) {
    at_ = at_->next;
    used_ = 0;
  }
  auto const n = static_cast<std::size_t>(std::min<std::uint64_t>(size, block_bytes_ - used_));
  bytes_view const piece(at_->data() + used_, n);
  used_ += n;
  return piece;
}

COPYTO_DECL void rope::reader::read(std::byte* to, std::size_t size) noexcept {
  while (size != 0) {
    bytes_view const piece = next(size);
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
    size -= piece.size();
  }
}

COPYTO_DECL void rope::reader::skip(std::uint64_t size) noexcept {
  while (size != 0) {
    size -= next(size).size();
  }
}

COPYTO_DECL result<void> rope::reader::write_to(sink& out, std::uint64_t size) {
  while (size != 0) {
    bytes_view const piece = next(size);
    if (result<void> written = out.write(piece); !written) {
      return written;
    }
    size -= piece.size();
  }
  return {};
}

COPYTO_DECL void rope::clear() noexcept {
  while (head_ != nullptr) {
    pool_->give_back(std::exchange(head_, head_->next));
  }
  tail_ = nullptr;
  tail_used_ = 0;
  size_ = 0;
}

} // namespace copyto::detail

#endif
