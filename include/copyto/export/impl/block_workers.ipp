// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_BLOCK_WORKERS_IPP
#define COPYTO_EXPORT_IMPL_BLOCK_WORKERS_IPP

#include <copyto/export/detail/block_workers.hpp>

#include <copyto/source/detail/fill_size.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace copyto::detail {

/// What the caller and the tasks share. Members of a ticket that runs are its task's, but for `given` and `complete`.
struct block_workers::shared : std::enable_shared_from_this<shared> {
  struct ticket {
    std::uint64_t first = 0;                       ///< number of its first row
    std::deque<std::unique_ptr<batch>> given = {}; ///< rows that no task has taken
    std::uint64_t unread = 0;                      ///< of a source that splits: rows at its end that no task has filled
    std::uint64_t read = 0;                        ///< likewise: that tasks have
    std::unique_ptr<batch> rows = nullptr;         ///< those that are being encoded, from `at` on
    std::size_t at = 0;
    std::unique_ptr<block_cutter> cutter = nullptr; ///< while a block is open
    std::uint64_t encoded = 0;                      ///< rows
    bool complete = false;                          ///< nothing is given any more
    std::uint64_t sent = 0;                         ///< number of the task that it waits for or is run by
    bool taken = false;                             ///< that task has begun
    bool running = false;
    bool over = false;
    std::optional<made_block> made = std::nullopt;
    std::optional<error> failed = std::nullopt;
  };

  shared(schema_view columns, std::unique_ptr<block_cutter> first, worker_settings how, std::stop_token until)
      : fields(columns), size(columns), settings(std::move(how)), stop(std::move(until)), prototype(std::move(first)) {
    cutters.reserve(settings.threads);
    for (std::uint32_t i = 0; i < settings.threads; ++i) {
      cutters.push_back(prototype->another());
    }
  }

  [[nodiscard]] std::unique_ptr<batch> empty_batch() {
    if (free.empty()) {
      return std::make_unique<batch>(fields, settings.batch_rows);
    }
    std::unique_ptr<batch> rows = std::move(free.back());
    free.pop_back();
    return rows;
  }
  ticket& open_ticket(std::uint64_t first) {
    return *tickets.emplace_back(std::make_shared<ticket>(ticket{.first = first}));
  }
  /// Opens tickets for a source that splits, as many as may be open.
  void open_ranges() {
    while (source && next_row != source->row_count() && tickets.size() <= settings.threads) {
      ticket& t = open_ticket(next_row);
      t.unread = std::min(settings.ticket_rows, source->row_count() - next_row);
      t.complete = true;
      next_row += t.unread;
    }
  }
  /// Whether so many rows wait already that blocks are to be taken before more are given.
  [[nodiscard]] bool full() const noexcept {
    bool const needs_ticket = next_row % settings.ticket_rows == 0;
    return queued_bytes >= settings.queued_bytes || (needs_ticket && tickets.size() > settings.threads);
  }
  [[nodiscard]] static bool has_work(ticket const& t) noexcept {
    return !t.running && !t.over && !t.made && (t.complete || !t.given.empty() || t.rows != nullptr);
  }

  /// Sends a task for each ticket that is ready, first ones first. The lock is held, but not while the executor is called.
  void start_ready(std::unique_lock<std::mutex>& lock) noexcept {
    while (!halted && !stop.stop_requested()) {
      auto const found = std::ranges::find_if(tickets, [&](std::shared_ptr<ticket> const& t) {
        return has_work(*t) && (t->cutter != nullptr || !cutters.empty());
      });
      if (found == tickets.end()) {
        return;
      }
      std::shared_ptr<ticket> const t = *found;
      t->running = true;
      if (t->cutter == nullptr) {
        t->cutter = std::move(cutters.back());
        cutters.pop_back();
        t->cutter->start(t->first + t->encoded);
      }
      std::uint64_t const number = ++t->sent;
      t->taken = false;
      lock.unlock();
      std::optional<error> why = send(t, number);
      lock.lock();
      if (why && t->taken && t->sent == number) { // it has kept the task nevertheless
        refused = std::move(why);
        changed.notify_all();
      } else if (why && t->sent == number) {
        ++t->sent; // should it be run nevertheless, and late
        t->running = false;
        fail(*t, *std::move(why));
        give_back(*t);
        changed.notify_all();
      }
    }
  }
  std::optional<error> send(std::shared_ptr<ticket> const& t, std::uint64_t number) noexcept {
    try {
      std::function<void()> task = [self = shared_from_this(), t, number] { self->work(*t, number); };
      if (pool != nullptr) {
        pool->run(std::move(task));
      } else {
        settings.executor(std::move(task));
      }
      return std::nullopt;
    } catch (...) {
      return caught(errc::source_failed, "the executor threw");
    }
  }

  /// A task: goes on with a ticket until it has nothing to do, or has made a block.
  void work(ticket& t, std::uint64_t number) noexcept {
    std::unique_lock lock(mutex);
    if (halted || t.sent != number) {
      return;
    }
    t.taken = true;
    ++tasks;
    try {
      while (!halted && !stop.stop_requested() && step(t, lock)) {
      }
    } catch (...) {
      if (!lock.owns_lock()) {
        lock.lock();
      }
      fail(t, caught(errc::source_failed, "the row source or the encoder threw"));
    }
    t.running = false;
    if (t.over || t.cutter->open_rows() == 0) {
      give_back(t);
    }
    changed.notify_all();
    start_ready(lock);
    --tasks;
    changed.notify_all(); // for `halt`
  }

  /// Encodes a batch, or ends a block; false: it has made a block, or has nothing to do. The lock is held, but not while it
  /// works.
  bool step(ticket& t, std::unique_lock<std::mutex>& lock) {
    if (t.rows == nullptr && !t.given.empty()) {
      t.rows = std::move(t.given.front());
      t.given.pop_front();
      t.at = 0;
    } else if (t.rows == nullptr && t.unread != 0) {
      t.rows = empty_batch();
      t.at = 0;
      auto const count = size.next(static_cast<std::size_t>(std::min<std::uint64_t>(t.unread, settings.batch_rows)));
      lock.unlock();
      result<void> filled = source->fill_range(*t.rows, t.first + t.read, count, stop);
      if (filled && t.rows->rows() != count) {
        filled = error(errc::source_failed, "the row source gave another number of rows than it was asked for");
      }
      lock.lock();
      size.filled(count, t.rows->bytes());
      t.read += count;
      t.unread -= count;
      if (!filled) {
        return fail(t, filled.error());
      }
    }
    if (t.rows != nullptr) {
      lock.unlock();
      result<std::size_t> const taken = t.cutter->write(*t.rows, t.at);
      lock.lock();
      if (!taken) {
        return fail(t, taken.error());
      }
      t.at += *taken;
      t.encoded += *taken;
      encoded.fetch_add(*taken, std::memory_order_relaxed);
      if (t.at == t.rows->rows()) {
        queued_bytes -= std::min<std::uint64_t>(queued_bytes, source ? 0 : t.rows->bytes());
        t.rows->clear(); // what it borrows need not live longer
        free.push_back(std::move(t.rows));
        if (!source) {
          changed.notify_all(); // there is room for more
        }
      }
    }
    bool const last = t.rows == nullptr && t.given.empty() && t.unread == 0 && t.complete;
    if (t.cutter->at_end() || (last && t.cutter->open_rows() != 0)) {
      lock.unlock();
      result<made_block> made = t.cutter->end();
      lock.lock();
      if (!made) {
        return fail(t, made.error());
      }
      t.made = *std::move(made);
      t.over = t.rows == nullptr && t.given.empty() && t.unread == 0 && t.complete; // as it is now
      return false;
    }
    t.over = last;
    return !last && (t.rows != nullptr || !t.given.empty() || t.unread != 0);
  }
  /// What met an error is not used again, but the tickets before this one need as many cutters as there were.
  void give_back(ticket& t) noexcept {
    try {
      if (t.failed) {
        t.cutter = prototype->another();
      }
      cutters.push_back(std::move(t.cutter));
    } catch (...) {
      broken = true;
    }
  }
  static bool fail(ticket& t, error why) {
    t.failed = std::move(why);
    t.over = true;
    return false;
  }

  schema_view fields;
  fill_size size;
  worker_settings settings;
  std::stop_token stop;
  std::unique_ptr<block_cutter> const prototype; ///< which makes no block itself
  std::optional<source_ref> source;
  std::atomic<std::uint64_t> encoded = 0;

  std::mutex mutex; ///< of what follows
  std::condition_variable_any changed;
  std::deque<std::shared_ptr<ticket>> tickets;        ///< in the order of their rows; threads + 1 at most
  std::vector<std::unique_ptr<block_cutter>> cutters; ///< that no ticket has
  std::vector<std::unique_ptr<batch>> free;
  std::uint64_t next_row = 0; ///< that no ticket has
  std::uint64_t queued_bytes = 0;
  std::size_t tasks = 0;        ///< that are being run
  std::optional<error> refused; ///< of an executor that threw behind a task's begin
  bool halted = false;
  bool broken = false;         ///< a cutter was lost, since there was no memory
  worker_pool* pool = nullptr; ///< nullptr: there is an executor
};

COPYTO_COLD block_workers::block_workers(schema_view fields, std::unique_ptr<block_cutter> first,
                                         worker_settings settings, std::stop_token stop)
    : shared_(std::make_shared<shared>(fields, std::move(first), std::move(settings), std::move(stop))) {
  if (!shared_->settings.executor) {
    shared_->pool = &pool_.emplace(shared_->settings.threads);
  }
}

COPYTO_COLD block_workers::~block_workers() { halt(); }

COPYTO_COLD std::uint64_t block_workers::room() const noexcept {
  return shared_->settings.ticket_rows - shared_->next_row % shared_->settings.ticket_rows;
}

COPYTO_COLD void block_workers::give(batch& rows) {
  shared& s = *shared_;
  std::unique_lock lock(s.mutex);
  if (rows.rows() == 0) {
    return;
  }
  if (s.next_row % s.settings.ticket_rows == 0) {
    s.open_ticket(s.next_row);
  }
  std::unique_ptr<batch> taken = s.empty_batch();
  std::swap(*taken, rows);
  s.queued_bytes += taken->bytes();
  s.next_row += taken->rows();
  shared::ticket& last = *s.tickets.back();
  last.given.push_back(std::move(taken));
  last.complete = s.next_row % s.settings.ticket_rows == 0;
  s.start_ready(lock);
}

COPYTO_COLD void block_workers::all_given() {
  std::unique_lock lock(shared_->mutex);
  if (!shared_->tickets.empty()) {
    shared_->tickets.back()->complete = true;
  }
  shared_->start_ready(lock);
}

COPYTO_COLD void block_workers::read(source_ref source) {
  std::unique_lock lock(shared_->mutex);
  shared_->source.emplace(source);
  shared_->open_ranges();
  shared_->start_ready(lock);
}

COPYTO_COLD result<std::optional<made_block>> block_workers::next(until wait) {
  shared& s = *shared_;
  std::unique_lock lock(s.mutex);
  for (;;) {
    if (s.refused) {
      return *s.refused;
    }
    if (s.tickets.empty()) {
      return std::optional<made_block>();
    }
    shared::ticket& first = *s.tickets.front();
    if (first.made && !first.running) {
      std::optional<made_block> made = std::exchange(first.made, std::nullopt);
      s.start_ready(lock);
      return made;
    }
    if (first.over && !first.running) {
      if (first.failed) {
        return *first.failed;
      }
      s.tickets.pop_front();
      s.open_ranges();
      s.start_ready(lock);
      continue;
    }
    if (s.broken) {
      return error(errc::source_failed, "the export ended with an exception: no memory");
    }
    if (wait == until::room && !s.full()) {
      return std::optional<made_block>();
    }
    bool const seen = s.changed.wait(lock, s.stop, [&] {
      return (!first.running && (first.made || first.over)) || s.broken || s.refused ||
             (wait == until::room && !s.full());
    });
    if (!seen) {
      return stopped();
    }
  }
}

COPYTO_COLD std::uint64_t block_workers::rows() const noexcept {
  return shared_->encoded.load(std::memory_order_relaxed);
}

COPYTO_COLD void block_workers::halt() noexcept {
  std::unique_lock lock(shared_->mutex);
  shared_->halted = true;
  shared_->changed.wait(lock, [&] { return shared_->tasks == 0; });
}

} // namespace copyto::detail

#endif
