// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PARTITIONING_HPP
#define COPYTO_EXPORT_PARTITIONING_HPP

#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/shards.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace copyto {

namespace detail {
class export_run;
} // namespace detail

/// A partition whose rows have files of their own.
struct partition_place {
  std::vector<std::string> values = {}; ///< as they stand in the path
  std::uint32_t order = 0;              ///< of its files among all
  std::uint32_t first_file = 0;         ///< number of the next file
};

/// What a `partition_router` sends rows to: those of one partition after the other, or of several, shard `i` of which has the
/// rows of the router's `place(i)`.
///
///     begin_part ──► make_part_room, add_part ──► ... end_part
///     write_parts
class partition_writer {
public:
  partition_writer() = default;
  partition_writer(partition_writer const&) = delete;
  partition_writer& operator=(partition_writer const&) = delete;
  virtual ~partition_writer() = default;

  virtual void begin_part(partition_place& place) = 0;
  virtual void make_part_room(batch& rows) = 0;
  virtual result<void> add_part(batch& rows) = 0;
  virtual result<void> end_part() = 0;
  virtual result<void> write_parts(shards_ref partitions) = 0;
};

/// Where rows go that have partitions; one object for each export, or for each of its shards. What makes it is `partition_by`, so that programs without
/// partitions do not hold its code.
class partition_router {
public:
  partition_router() = default;
  partition_router(partition_router const&) = delete;
  partition_router& operator=(partition_router const&) = delete;
  virtual ~partition_router() = default;

  /// Columns of the files.
  [[nodiscard]] virtual schema_view columns() const noexcept = 0;
  /// Columns of the rows that are not in the files, since the path has their values; named as there.
  [[nodiscard]] virtual schema_view path_columns() const noexcept = 0;
  /// "region={value}/at_month={value}"
  [[nodiscard]] virtual std::string pattern() const = 0;
  /// `good` is asked about each new partition.
  virtual void check_places(std::function<result<void>(partition_place const&)> good) = 0;
  /// Another one for a shard, which is asked the same about its partitions; one of `share` that divide memory and spill.
  [[nodiscard]] virtual std::shared_ptr<partition_router> sibling(std::uint32_t share) const = 0;
  /// Sends rows on, or keeps them.
  virtual result<void> add(batch const& rows, detail::export_run& to) = 0;
  /// All rows were there: ends the partition that is open, and sends on what was kept.
  virtual result<void> end(detail::export_run& to) = 0;
  /// The same of a shard's rows.
  virtual result<void> add(batch const& rows, partition_writer& to) = 0;
  virtual result<void> end(partition_writer& to) = 0;
  /// So far.
  [[nodiscard]] virtual std::uint64_t rows() const noexcept = 0;
  /// Of shard `index` of those that are written together. Lives as long as the router.
  [[nodiscard]] virtual partition_place& place(std::uint32_t index) = 0;
};

/// How an export's rows are kept apart; made by `partition_by` (export/partition_by.hpp). Immutable, thread-safe.
class partitioning {
public:
  partitioning() = default;
  partitioning(partitioning const&) = delete;
  partitioning& operator=(partitioning const&) = delete;
  virtual ~partitioning() = default;

  /// For one export of these columns, which outlive it. errc::invalid_argument: keys that cannot be.
  [[nodiscard]] virtual result<std::shared_ptr<partition_router>> route(schema_view fields) const = 0;
  /// Bytes of memory for it, or for so many of its siblings.
  [[nodiscard]] virtual std::uint64_t memory(schema_view fields, std::uint32_t routers) const = 0;
};

namespace detail {

/// An error that names the partition, in which its row is counted.
[[nodiscard]] inline error in_partition(error const& why, partition_place const& place) {
  return why.is(errc::stopped) ? why : why.with([&](error_info& info) {
    std::string path;
    for (std::string const& value : place.values) {
      path += (path.empty() ? "" : "/") + value;
    }
    info.message += " (in the partition of " + path + ", whose rows are counted)";
  });
}

} // namespace detail
} // namespace copyto

#endif
