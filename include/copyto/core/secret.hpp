// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_SECRET_HPP
#define COPYTO_CORE_SECRET_HPP

#include <cstddef>
#include <memory>
#include <string_view>

namespace copyto {

/// A key, password or token. It cannot be formatted, streamed or compared; its memory is wiped when
/// the last copy goes. Copies share one allocation, so no stray copy is left behind by a move.
/// `reveal()` borrows the text for as long as this object lives.
class secret {
public:
  secret() = default;
  explicit secret(std::string_view text) : text_(make(text)), size_(text.size()) {}

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::string_view reveal() const noexcept { return {text_.get(), size_}; }

  /// Overwrites memory in a way that the compiler may not leave out.
  static void wipe(void* memory, std::size_t size) noexcept {
    auto* p = static_cast<unsigned char volatile*>(memory);
    for (std::size_t i = 0; i != size; ++i) {
      p[i] = 0;
    }
  }

private:
  static std::shared_ptr<char const> make(std::string_view text) {
    auto* copy = new char[text.size() + 1];
    text.copy(copy, text.size());
    copy[text.size()] = '\0';
    std::size_t const size = text.size();
    return {copy, [size](char const* p) {
              wipe(const_cast<char*>(p), size);
              delete[] p;
            }};
  }
  std::shared_ptr<char const> text_;
  std::size_t size_ = 0;
};

} // namespace copyto

#endif
