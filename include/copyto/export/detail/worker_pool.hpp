// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_WORKER_POOL_HPP
#define COPYTO_EXPORT_DETAIL_WORKER_POOL_HPP

#include <copyto/core/config.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace copyto::detail {

/// Threads that run tasks: the executor of an export that is given none. A thread starts when there is a task for it.
/// The destructor runs what is queued, and joins. Thread-safe.
class worker_pool {
public:
  explicit worker_pool(std::uint32_t threads) : threads_(threads) { workers_.reserve(threads); }
  worker_pool(worker_pool const&) = delete;
  worker_pool& operator=(worker_pool const&) = delete;
  ~worker_pool();

  /// `task` must not throw.
  void run(std::function<void()> task);

private:
  void work(std::stop_token const& end);

  std::uint32_t threads_;
  std::mutex mutex_; ///< of what follows
  std::condition_variable_any queued_;
  std::deque<std::function<void()>> queue_;
  std::size_t idle_ = 0;
  std::vector<std::jthread> workers_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/worker_pool.ipp>
#endif

#endif
