// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_WORKER_POOL_IPP
#define COPYTO_EXPORT_IMPL_WORKER_POOL_IPP

#include <copyto/export/detail/worker_pool.hpp>

#include <utility>

namespace copyto::detail {

COPYTO_COLD worker_pool::~worker_pool() {
  for (std::jthread& worker : workers_) {
    worker.request_stop();
  }
  workers_.clear(); // joins
}

COPYTO_COLD void worker_pool::run(std::function<void()> task) {
  {
    std::scoped_lock const lock(mutex_);
    queue_.push_back(std::move(task));
    if (idle_ < queue_.size() && workers_.size() < threads_) {
      try {
        workers_.emplace_back([this](std::stop_token const& end) { work(end); });
      } catch (...) { // no more threads: those that there are do the work
        if (workers_.empty()) {
          queue_.pop_back();
          throw;
        }
      }
    }
  }
  queued_.notify_one();
}

COPYTO_COLD void worker_pool::work(std::stop_token const& end) {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    bool const more = queued_.wait(lock, end, [this] { return !queue_.empty(); });
    --idle_;
    if (!more) {
      return;
    }
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

} // namespace copyto::detail

#endif
