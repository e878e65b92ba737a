// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_SHARD_LANES_HPP
#define COPYTO_EXPORT_DETAIL_SHARD_LANES_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/detail/file_stager.hpp>
#include <copyto/export/detail/lane_set.hpp>
#include <copyto/export/partitioning.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/source/shards.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace copyto::detail {

/// Stages the files of all shards, some at a time. A lane is a thread with a stager of its own; it takes the next shard
/// that nobody has taken, until there are none:
///
///     lane 0:  shard 0 ──────► shard 3 ──► shard 4 ──► store
///     lane 1:  shard 1 ──► shard 2 ──────────────► store
///     caller:  each(), each(), ...                        files()
///
/// The rows of a shard may have partitions (`planned.router`); or the shards are themselves partitions that waited (`parts`).
///
/// The first error stops all lanes. What it is given must outlive it. All members are called on one thread, the caller's.
class shard_lanes final : public lane_set {
public:
  /// `planned` is of one lane.
  shard_lanes(schema_view fields, any_encoder const& encoder, store_ref store, planned_export const& planned,
              shards_ref source, std::uint32_t lanes, std::stop_token const& stop, partition_router* parts = nullptr);
  /// `halt`.
  ~shard_lanes() override;

  /// Starts the lanes, and waits until the store has every byte of every shard. `each()` is called when something has
  /// moved; its error ends the work.
  template <class Each>
  result<void> run(Each const& each) {
    start();
    while (wait()) {
      if (result<void> seen = each(); !seen) {
        return seen;
      }
    }
    if (first_) {
      return *first_;
    }
    return each();
  }

  [[nodiscard]] lanes_progress so_far() const override;
  [[nodiscard]] std::vector<error> warnings() const override;
  void halt() override;
  [[nodiscard]] std::vector<staged_file const*> files() const override;

private:
  struct lane {
    lane(schema_view source, schema_view fields, any_encoder const& encoder, store_ref store,
         planned_export const& planned, std::stop_token stop)
        : rows(source, planned.options.batch_rows), stager(fields, encoder, store, planned, std::move(stop)) {}
    batch rows;
    std::shared_ptr<partition_router> router; ///< of the shard's rows, if they have partitions
    std::uint64_t routed = 0;                 ///< rows of routers before
    file_stager stager;
    lanes_progress moved; ///< under the mutex
  };

  void start();
  /// Until something has moved; false: all lanes have ended.
  bool wait();
  void work(lane& of);
  result<void> shards_of(lane& of);
  result<void> export_shard(lane& of, std::uint32_t shard);
  result<void> stage(lane& of, batch& room, source_ref const& rows);
  result<void> stage_parted(lane& of, std::uint32_t shard, source_ref const& rows);
  class part_writer;
  /// Tells the caller how far the lane is.
  result<void> tell(lane& of);

  shards_ref source_;
  partition_router* parts_;  ///< shards are its partitions; nullptr: they are none
  partition_router* router_; ///< shards have partitions, each by a sibling of it; nullptr: they have none
  std::size_t batch_rows_;
  std::stop_source stop_; ///< of all lanes
  std::stop_callback<std::function<void()>> forward_;
  std::deque<lane> lanes_;

  mutable std::mutex mutex_; ///< of what follows
  std::condition_variable moved_;
  std::uint32_t next_ = 0; ///< shard that nobody has taken
  std::uint32_t done_ = 0; ///< shards
  std::size_t running_ = 0;
  bool news_ = false;
  std::optional<error> first_;
  std::vector<error> warnings_;

  std::vector<std::jthread> threads_; ///< last: they use all of the above
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/shard_lanes.ipp>
#endif

#endif
