// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_FUZZ_FUZZ_HPP
#define COPYTO_TESTS_FUZZ_FUZZ_HPP

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Ends the program where a promise is broken.
inline void must(bool good) {
  if (!good) {
    std::abort();
  }
}

/// The bytes of an input, taken from its front.
class input {
public:
  input(std::uint8_t const* data, std::size_t size) : rest_(reinterpret_cast<char const*>(data), size) {}
  [[nodiscard]] std::uint8_t byte() {
    if (rest_.empty()) {
      return 0;
    }
    auto const first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  [[nodiscard]] std::string_view take(std::size_t most) {
    std::string_view const taken = rest_.substr(0, most);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

private:
  std::string_view rest_;
};

#endif
