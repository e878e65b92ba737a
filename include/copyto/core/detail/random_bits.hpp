// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_DETAIL_RANDOM_BITS_HPP
#define COPYTO_CORE_DETAIL_RANDOM_BITS_HPP

#include <cstdint>
#include <random>

namespace copyto::detail {

/// 64 bits of the kernel's generator.
[[nodiscard]] inline std::uint64_t random_bits() {
  std::random_device source;
  return (static_cast<std::uint64_t>(source()) << 32) ^ source();
}

} // namespace copyto::detail

#endif
