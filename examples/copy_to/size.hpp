// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_SIZE_HPP
#define COPY_TO_SIZE_HPP

#include <copyto/core/result.hpp>

#include <cstdint>
#include <string_view>

namespace copy_to {

/// Reads a size: "268435456", "256MB", "1.5 GB", "2g". Units are B, kB, MB, GB and TB, spelled like this, or b, k, m, g
/// and t, each 1024 times the one before; without one, bytes. A fraction of a byte is dropped. errc::invalid_argument for anything
/// else, for nothing at all and for zero.
[[nodiscard]] copyto::result<std::uint64_t> parse_size(std::string_view text);

} // namespace copy_to

#endif
