// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_OWNED_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_OWNED_HPP

#include <copyto/source/arrow/abi.hpp>

#include <utility>

namespace copyto::detail {

/// An Arrow struct that is released once, by whoever has it last. One whose `release` is nullptr is empty.
template <class T>
class arrow_owned {
public:
  arrow_owned() = default;
  /// Moves it out of `from`, which is empty then ("The Arrow C data interface", "Moving an array").
  explicit arrow_owned(T& from) noexcept : held_(from) { from.release = nullptr; }
  arrow_owned(arrow_owned&& other) noexcept : held_(std::exchange(other.held_, T{})) {}
  arrow_owned& operator=(arrow_owned&& other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~arrow_owned() { reset(); }

  [[nodiscard]] bool empty() const noexcept { return held_.release == nullptr; }
  void reset() noexcept {
    if (held_.release != nullptr) {
      held_.release(&held_);
      held_ = T{};
    }
  }
  /// For a producer, to put one into it; it must be empty.
  [[nodiscard]] T* out() noexcept { return &held_; }
  [[nodiscard]] T& operator*() noexcept { return held_; }
  [[nodiscard]] T const& operator*() const noexcept { return held_; }
  [[nodiscard]] T* operator->() noexcept { return &held_; }
  [[nodiscard]] T const* operator->() const noexcept { return &held_; }

private:
  T held_{};
};

} // namespace copyto::detail

#endif
