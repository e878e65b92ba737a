// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_BLOCK_WORKERS_HPP
#define COPYTO_EXPORT_DETAIL_BLOCK_WORKERS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/export/detail/block_cutter.hpp>
#include <copyto/export/detail/worker_pool.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/source/ref.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace copyto::detail {

/// How `block_workers` share the work.
struct worker_settings {
  std::uint32_t threads = 1;
  std::uint64_t ticket_rows = 1;  ///< rows that follow each other and are one thread's
  std::size_t batch_rows = 1;     ///< of a batch that a thread fills
  std::uint64_t queued_bytes = 0; ///< of rows that wait for a thread
  std::function<void(std::function<void()>)> executor = {};
};

/// Encodes on many threads, and hands the blocks out in the order of the rows.
///
///     caller:   give(rows) ... give(rows) ── all_given ──┐
///        or:    read(source) ────────────────────────────┤
///     tickets:  rows 0 to T │ T to 2T │ 2T to 3T  ...    │ one thread each, as soon as there are rows
///     caller:   next() ◄── block, block, ... ◄───────────┘ those of the first ticket
///
/// A ticket is in one of these states. It waits while a block of it has not been taken: so at most one block a ticket
/// and the open ones are in memory, and the first ticket always goes on.
///
/// | state | it has | then |
/// |---|---|---|
/// | waiting | no rows, a block that nobody took, or no free cutter | ready |
/// | ready | rows, or all of them | a task is sent to the executor: running |
/// | running | a task | waiting, or over |
/// | over | all its blocks made, or an error | it leaves when its blocks are taken |
///
/// All members are called on one thread, the caller's. No task waits for anything.
class block_workers {
public:
  /// Others like `first` make the blocks. `fields` outlives this.
  block_workers(schema_view fields, std::unique_ptr<block_cutter> first, worker_settings settings,
                std::stop_token stop);
  block_workers(block_workers const&) = delete;
  block_workers& operator=(block_workers const&) = delete;
  /// `halt`.
  ~block_workers();

  /// Rows that the next `give` may bring at most.
  [[nodiscard]] std::uint64_t room() const noexcept;
  /// Takes the rows of a batch, which owns its bytes, and leaves another one.
  void give(batch& rows);
  void all_given();
  /// Instead of `give`: all rows of a source that splits, and that outlives this or `halt`.
  void read(source_ref source);

  /// How long `next` waits for a block.
  enum class until {
    room,  ///< until it is there, or there is room for more rows
    block, ///< until it is there; no block: there are no more
  };
  /// The next block. An error, of the first row that has one, comes behind the blocks before it.
  [[nodiscard]] result<std::optional<made_block>> next(until wait);
  /// Rows that the threads have encoded.
  [[nodiscard]] std::uint64_t rows() const noexcept;
  /// What `next` answers once the export is to stop.
  static error stopped() {
    return error({.code = errc::stopped, .message = "the export was stopped; nothing of it is visible"});
  }
  /// Waits for the tasks that run, and starts no more.
  void halt() noexcept;

private:
  struct shared;
  std::shared_ptr<shared> shared_; ///< with the tasks: an executor may call one when all is over
  std::optional<worker_pool> pool_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/block_workers.ipp>
#endif

#endif
