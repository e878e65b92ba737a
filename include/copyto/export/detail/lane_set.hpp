// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_LANE_SET_HPP
#define COPYTO_EXPORT_DETAIL_LANE_SET_HPP

#include <copyto/core/error.hpp>
#include <copyto/export/detail/upload_sink.hpp>

#include <cstdint>
#include <vector>

namespace copyto::detail {

/// How far shards have come; sums over all of them.
struct lanes_progress {
  std::uint64_t rows = 0;
  std::uint64_t bytes_encoded = 0;
  std::uint64_t bytes_acknowledged = 0;
  std::uint64_t files_closed = 0;
  std::uint32_t shards_done = 0;
};

/// What a run knows of lanes (`shard_lanes`) once they were started, so that a program whose rows come in no shards and have no
/// partitions does not hold them.
class lane_set {
public:
  lane_set() = default;
  lane_set(lane_set const&) = delete;
  lane_set& operator=(lane_set const&) = delete;
  virtual ~lane_set() = default;

  [[nodiscard]] virtual lanes_progress so_far() const = 0;
  /// Of the encoders; each message once.
  [[nodiscard]] virtual std::vector<error> warnings() const = 0;
  /// Stops the lanes and waits for them, and frees their buffers; after it no part can land.
  virtual void halt() = 0;
  /// Once the lanes have ended: in the order of the rows.
  [[nodiscard]] virtual std::vector<staged_file const*> files() const = 0;
};

} // namespace copyto::detail

#endif
