// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_DETAIL_ENVIRONMENT_HPP
#define COPYTO_CORE_DETAIL_ENVIRONMENT_HPP

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

namespace copyto::detail {

/// The value of an environment variable, borrowed; empty: it is not set, or is empty. Thread-safe as long as no thread
/// changes the environment meanwhile.
[[nodiscard]] inline std::string_view environment(char const* name) noexcept {
  char const* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody sets variables meanwhile
  return value != nullptr ? value : "";
}

/// The first of these that is set and not empty.
[[nodiscard]] inline std::string environment(std::initializer_list<char const*> names) {
  for (char const* name : names) {
    if (std::string_view const value = environment(name); !value.empty()) {
      return std::string(value);
    }
  }
  return {};
}

} // namespace copyto::detail

#endif
