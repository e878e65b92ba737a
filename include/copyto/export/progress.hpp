// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PROGRESS_HPP
#define COPYTO_EXPORT_PROGRESS_HPP

#include <copyto/core/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

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
  std::uint32_t shards = 1;             ///< that the rows come in
  std::uint32_t shards_done = 0;        ///< read and encoded to their end; only where there are several
  std::uint64_t retries = 0;            ///< attempts after the first of a request
  std::uint64_t throttles = 0;          ///< answers that asked for fewer requests
  /// So far, in the order in which they came up (`report::warnings`); lives as long as the callback runs.
  std::span<error const> warnings = {};
  /// In all, where the source has a hint; it may be an estimate.
  std::optional<std::uint64_t> rows_expected = std::nullopt;
  /// Until the last row is read, where that is known, at the speed so far.
  std::optional<std::chrono::seconds> remaining = std::nullopt;
};

/// What `progress::remaining` is after `spent` in `export_stage::exporting`. Nothing where it would be over 30 years.
[[nodiscard]] inline std::optional<std::chrono::seconds> time_left(progress const& p,
                                                                   std::chrono::nanoseconds spent) noexcept {
  std::uint64_t const expected = p.rows_expected.value_or(0);
  if (p.stage != export_stage::exporting || p.rows == 0 || expected < p.rows) {
    return std::nullopt;
  }
  double const seconds = std::chrono::duration<double>(spent).count() * static_cast<double>(expected - p.rows) /
                         static_cast<double>(p.rows);
  return seconds < 1e9 ? std::optional(std::chrono::seconds(static_cast<std::int64_t>(seconds))) : std::nullopt;
}

/// Called on the thread that called `run`, after every batch and every file. It may throttle itself.
using progress_callback = std::function<void(progress const&)>;

} // namespace copyto

#endif
