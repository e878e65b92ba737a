// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_FILE_STAGER_HPP
#define COPYTO_EXPORT_DETAIL_FILE_STAGER_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/core/config.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/detail/block_cutter.hpp>
#include <copyto/export/detail/block_workers.hpp>
#include <copyto/export/detail/upload_sink.hpp>
#include <copyto/export/last_file.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/partitioning.hpp>
#include <copyto/export/plan.hpp>
#include <copyto/schema/column_stats.hpp>
#include <copyto/upload/engine.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <vector>

namespace copyto::detail {

/// Rows on their way into files that nobody sees yet: encodes, cuts and uploads. What becomes of the uploads is
/// `export_run`'s to decide. What it is given must outlive it.
///
///     make_room, add ──► ... make_room, add ──► finish      then all bytes are stored, and nobody sees them
///     read ───────────────────────────────────► finish
///
/// Rows that come in shards are staged one shard after another, by several of these; one more closes the export:
///
///     begin_shard ──► make_room, add ... or read ──► end_shard ──► begin_shard ... end_shard ──► store
///                                                                                 finish(files of all)
///
/// Rows become files in one of three ways:
///
/// | encoder, threads | rows | files |
/// |---|---|---|
/// | simple, or blocks that can be parted and 1 | written to the open file, which takes as many as it has room for | closed when it takes fewer |
/// | makes blocks, 1 | cut into blocks here | closed before the block that does not fit |
/// | makes blocks, more | handed to `block_workers`, or read by them | likewise |
class file_stager {
public:
  file_stager(schema_view fields, any_encoder const& encoder, store_ref store, planned_export const& planned,
              std::stop_token stop);

  /// Empties a batch, and says how many rows it may take.
  void make_room(batch& rows) const;
  /// Writes the rows of a batch that there was room for, or takes them away and leaves another batch.
  result<void> add(batch& rows);
  /// The source failed behind the rows that were added; an error in those goes first.
  error failed_behind(error const& of_source);

  /// Instead of `add`: whether the workers read this source.
  bool read(source_ref source);

  /// Rows from here on are of this shard: its files are its own, and its rows are counted from 1.
  void begin_shard(std::uint32_t shard);
  /// The same of a partition, of a shard's rows or of all, whose files are its own. `place` must outlive them.
  void begin_partition(partition_place& place, std::uint32_t shard = 0);
  /// Takes in the blocks that are still to come, and closes the last file. `each()` is called behind each block; its
  /// error ends the work.
  template <class Each>
  result<void> end_shard(Each const& each) {
    if (workers_) {
      workers_->all_given();
    }
    for (result<bool> more = true; *more;) {
      more = step();
      if (!more) {
        return more.error();
      }
      if (result<void> seen = *more ? each() : result<void>(); !seen) {
        return seen;
      }
    }
    if (workers_) {
      rows_ += workers_->rows();
      workers_.reset(); // nobody reads the source any more
    }
    result<void> closed = sink_ ? close() : result<void>();
    if (place_ != nullptr) {
      place_->first_file += static_cast<std::uint32_t>(files_.size() - first_file_);
      place_ = nullptr;
    }
    return closed;
  }

  /// Waits until the store has every byte. `each()` is called when parts have been stored.
  template <class Each>
  result<void> store(Each const& each) {
    while (!engine_.idle()) {
      if (result<void> drained = engine_.drain(true); !drained) {
        return drained;
      }
      if (result<void> seen = each(); !seen) {
        return seen;
      }
    }
    return stop_.stop_requested() ? result<void>(stopped()) : each();
  }

  /// Frees the buffers of parts, once `store` has waited for them.
  void release() { engine_.release(); }

  /// All rows were there: what `end_shard` does, the file of an export without rows, the last file, and `store`. `shards` are
  /// the files that others have staged, in the order of their rows.
  template <class Each>
  result<void> finish(Each const& each, std::vector<staged_file const*> const& shards = {}) {
    result<void> done = end_shard(each);
    done = done ? close_all(shards) : done;
    return done ? store(each) : done;
  }

  [[nodiscard]] static control_file control_file_of(staged_file const& f);

  [[nodiscard]] std::deque<staged_file> const& files() const noexcept { return files_; }
  /// That have been encoded, or given to who does.
  [[nodiscard]] std::uint64_t rows() const noexcept { return before_ + rows_ + (workers_ ? workers_->rows() : 0); }
  [[nodiscard]] std::uint64_t bytes_encoded() const noexcept { return sink_ ? bytes_ + sink_->bytes() : bytes_; }
  [[nodiscard]] std::uint64_t bytes_acknowledged() const noexcept { return engine_.acknowledged(); }
  [[nodiscard]] schema written() const { return written_columns(fields_, prototype_); }
  /// Of the encoder; each message once.
  [[nodiscard]] std::vector<error> const& warnings() const noexcept { return warnings_; }
  [[nodiscard]] std::uint64_t files_closed() const noexcept { return files_closed_; }
  /// Ends requests and tasks under way and frees the buffers: no part can land after it, and no row is looked at.
  void halt();

  static error stopped() { return block_workers::stopped(); }

private:
  /// Waits for a block, and takes it into a file; false: there are no more.
  result<bool> step();
  result<void> close_all(std::vector<staged_file const*> const& shards);
  /// By a simple encoder.
  result<void> write(batch const& rows);
  /// By blocks, on this thread.
  result<void> cut(batch const& rows);
  /// To the workers; takes in what they have made.
  result<void> give(batch& rows);
  result<void> end_block();
  result<void> place(made_block made);
  result<void> open();
  result<void> close();
  /// A file ends at each multiple of `max_file_rows`: whether it does here, and how many rows it is to the next.
  [[nodiscard]] bool at_file_end() const noexcept { return placed_ % options_.max_file_rows == 0; }
  [[nodiscard]] std::uint64_t to_file_end(std::uint64_t row) const noexcept {
    return options_.max_file_rows - row % options_.max_file_rows;
  }
  void encode_here();
  void start_workers();
  result<void> write_last(std::vector<staged_file const*> const& files);

  schema_view fields_;
  any_encoder const& prototype_;
  store_ref store_;
  export_options const& options_;
  export_names const& names_;
  std::string const& token_; ///< of the files' objects
  part_plan const& plan_;
  std::stop_token stop_;
  block_rule rule_;
  bool threaded_ = false;            ///< rows are the workers'
  std::uint32_t shard_ = 0;          ///< of the rows
  partition_place* place_ = nullptr; ///< of the rows
  std::size_t first_file_ = 0;       ///< of the shard or partition
  std::uint64_t before_ = 0;         ///< rows of the shards before
  std::deque<staged_file> files_;    // a deque: the engine's workers hold pointers into it
  upload_engine engine_;
  std::optional<upload_sink> sink_;
  std::optional<any_encoder> encoder_;
  std::vector<column_range> ranges_;     ///< of the open file; none: no statistics are asked for
  std::optional<block_cutter> cutter_;   ///< one thread
  std::optional<block_workers> workers_; ///< more
  std::uint64_t rows_ = 0;               ///< of the shard, but for those of the workers
  std::uint64_t given_ = 0;              ///< rows of the shard that the workers were given
  std::uint64_t placed_ = 0;             ///< rows of the shard in files
  std::uint64_t bytes_ = 0;              ///< encoded, of the closed files
  std::uint64_t files_closed_ = 0;
  std::vector<error> warnings_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/file_stager.ipp>
#endif

#endif
