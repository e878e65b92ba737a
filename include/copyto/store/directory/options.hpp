// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_OPTIONS_HPP
#define COPYTO_STORE_DIRECTORY_OPTIONS_HPP

#include <copyto/core/bytes.hpp>

#include <cstddef>
#include <cstdint>

namespace copyto {

/// How a `directory_store` works.
struct directory_options {
  /// Bytes of every part but the last, which may be smaller. An upload is only understood with the
  /// part size that it was started with.
  std::uint64_t part_size = 8 * MiB;
  std::size_t page_size = 1000; ///< entries on one page of a listing, at least 1
};

} // namespace copyto

#endif
