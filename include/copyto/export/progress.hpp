// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PROGRESS_HPP
#define COPYTO_EXPORT_PROGRESS_HPP

#include <cstdint>
#include <functional>

namespace copyto {

/// Where an export stands.
enum class export_stage : std::uint8_t {
  preparing,  ///< checks and the claim
  exporting,  ///< rows are read, encoded and uploaded
  committing, ///< the decision has been made; files become visible
  done,
};

/// A snapshot; every counter only grows.
struct progress {
  export_stage stage = export_stage::preparing;
  std::uint64_t rows = 0;               ///< read from the source and encoded
  std::uint64_t bytes_encoded = 0;      ///< given to the uploads
  std::uint64_t bytes_acknowledged = 0; ///< stored, still invisible
  std::uint64_t files_closed = 0;       ///< encoded to their end
  std::uint64_t files_committed = 0;    ///< visible
  std::uint64_t retries = 0;            ///< attempts after the first of a request
  std::uint64_t throttles = 0;          ///< answers that asked for fewer requests
};

/// Called on the thread that called `run`, after every batch and every file. It may throttle itself.
using progress_callback = std::function<void(progress const&)>;

} // namespace copyto

#endif
