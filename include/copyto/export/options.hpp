// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_OPTIONS_HPP
#define COPYTO_EXPORT_OPTIONS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/export/destination.hpp>
#include <copyto/schema/batch.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>

namespace copyto {

class last_file;
class partitioning;

/// Where an export goes and how it is cut.
struct export_options {
  /// `into("trades/day=1")`, `append_to("trades")`, `replace("trades")`, `one_key("trades.csv")`, …
  destination to = {};
  /// A file that is written last, and becomes visible after all others, e.g. `manifest()` of handoff/manifest.hpp.
  std::shared_ptr<last_file const> last = nullptr;
  /// Report and manifest have `column_stats` of every file: one more look at each value, and some hundred bytes of memory
  /// a column and file until the export ends, which `memory_bound` does not count.
  bool column_stats = false;
  /// Each file becomes visible as it closes, for streams that have no end; not with `replace`. What fails then leaves
  /// those that are visible, whole as they are (errc::published_partly), and there is nothing to resume. The control
  /// object stands until the end, and `abort` of another process ends the export before its next file.
  bool as_they_close = false;
  /// Rows with equal keys go into files of their own, as `partition_by` of export/partition_by.hpp says.
  std::shared_ptr<partitioning const> partitions = nullptr;
  /// Size at which a file ends, bytes as encoded. What a file may be larger by is in the encoder's
  /// documentation; a row is never cut.
  std::uint64_t max_file_size = 256 * MiB;
  /// A file ends at each multiple of so many rows of the export, besides where its size ends it.
  std::uint64_t max_file_rows = std::numeric_limits<std::uint64_t>::max();
  /// All rows go into one file: where they need more than `max_file_size` or `max_file_rows`, the export fails with
  /// errc::limit_exceeded.
  bool single_file = false;
  /// No rows at all make one valid file without rows; false: they make no file.
  bool empty_file = true;
  /// Bytes of each part of an upload, but the last. Raised to what the store demands.
  std::uint64_t part_size = 8 * MiB;
  /// Parts that are sent at the same time, each on its own connection.
  std::uint32_t parts_in_flight = 4;
  /// Threads that encode, besides the one that exports, where the encoder makes blocks (encode/block.hpp) and no column is
  /// nested; 1: that one encodes. Has no influence on the files. Each takes `memory_bound`'s share.
  std::uint32_t threads = 1;
  /// Shards that are read at the same time, each on a thread of its own, where the source comes in shards
  /// (source/shards.hpp); others are one stream. They share `threads` and `parts_in_flight`, of which each has at least
  /// one. Has no influence on the files.
  std::uint32_t connections = 1;
  /// Runs what these threads would: `executor(task)` calls each task once, soon, on any thread, here or later; it must not
  /// lose one. At most `threads` tasks at a time wait or run, none of which waits for another. Empty: threads of the
  /// export's own. An exception of it ends the export.
  std::function<void(std::function<void()>)> executor = {};
  /// Rows a batch. Has no influence on the files.
  std::size_t batch_rows = batch::default_rows;
  /// Names the export in its keys; made from the time and 64 random bits when empty. Letters, digits
  /// and `-`. One that was used before is another run's all the same: what that has left is not taken over.
  std::string export_id = {};
};

} // namespace copyto

#endif
