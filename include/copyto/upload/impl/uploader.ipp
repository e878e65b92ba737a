// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_IMPL_UPLOADER_IPP
#define COPYTO_UPLOAD_IMPL_UPLOADER_IPP

#include <copyto/upload/uploader.hpp>

#include <system_error>

namespace copyto {

COPYTO_COLD uploader::uploader(store_ref store, std::uint32_t threads, std::stop_token stop)
    : store_(store), threads_(threads), forward_(std::move(stop), [this] { cancel_.request_stop(); }) {
  workers_.reserve(threads);
}

COPYTO_COLD uploader::~uploader() {
  cancel_.request_stop();
  for (std::jthread& worker : workers_) {
    worker.request_stop();
  }
  workers_.clear(); // joins
}

COPYTO_COLD void uploader::submit(part_job job) {
  ++in_flight_;
  {
    std::lock_guard const lock(mutex_);
    queue_.push_back(std::move(job));
    if (idle_ < queue_.size() && workers_.size() < threads_) {
      try {
        workers_.emplace_back([this](std::stop_token end) { work(std::move(end)); });
      } catch (std::system_error const&) { // no more threads: those that there are do the work
        if (workers_.empty()) {
          queue_.pop_back();
          --in_flight_;
          throw;
        }
      }
    }
  }
  queued_.notify_one();
}

COPYTO_COLD std::optional<part_done> uploader::next(bool wait) {
  if (in_flight_ == 0) {
    return std::nullopt;
  }
  std::unique_lock lock(mutex_);
  if (wait) {
    finished_.wait(lock, [this] { return !done_.empty(); });
  }
  if (done_.empty()) {
    return std::nullopt;
  }
  part_done done = std::move(done_.front());
  done_.pop_front();
  --in_flight_;
  return done;
}

COPYTO_COLD result<part_tag> uploader::send(part_job const& job) {
  try { // a store of the user's, or no memory: never the end of the process
    return store_.put_part(job.file->key(), job.file->upload_id(), job.number, job.body, cancel_.get_token());
  } catch (...) {
    return caught(errc::io_failed, "the store threw an exception").with([&](error_info& info) {
      info.operation = "put_part";
      info.key = job.file->key();
    });
  }
}

COPYTO_COLD void uploader::work(std::stop_token end) {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    bool const more = queued_.wait(lock, end, [this] { return !queue_.empty(); });
    --idle_;
    if (!more) {
      return;
    }
    part_job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    part_done done{.file = job.file, .tag = send(job), .buffer = std::move(job.buffer)};
    lock.lock();
    done_.push_back(std::move(done));
    finished_.notify_one();
  }
}

} // namespace copyto

#endif
