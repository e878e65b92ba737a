// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_VERSION_HPP
#define COPYTO_CORE_VERSION_HPP

#include <string_view>

namespace copyto {

/// Version of this library. CMake reads it from here; Parquet's `created_by` carries it.
inline constexpr std::string_view version = "0.1.0";

} // namespace copyto

#endif
