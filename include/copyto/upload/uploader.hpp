// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_UPLOAD_UPLOADER_HPP
#define COPYTO_UPLOAD_UPLOADER_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/store/ref.hpp>
#include <copyto/upload/session.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace copyto {

/// A part on its way to the store. It keeps its upload's session alive; the bytes outlive the uploader's work on them,
/// unless they are those of `buffer`.
struct part_job {
  std::shared_ptr<upload_session> file = {};
  std::uint32_t number = 0;
  part_body body;
  byte_buffer buffer = {};
};

/// What became of it. The buffer comes back either way.
struct part_done {
  std::shared_ptr<upload_session> file = {};
  result<part_tag> tag;
  byte_buffer buffer;
};

/// Sends parts on up to `threads` threads, started when there is work for them. `submit` and `next`
/// belong to one thread, the exporter's; the workers do nothing but `put_part`, so that sessions,
/// counters and the first error need no lock.
///
/// The destructor stops the requests under way and joins; it neither completes nor aborts an upload.
class uploader {
public:
  /// `stop` ends requests early, with errc::stopped.
  uploader(store_ref store, std::uint32_t threads, std::stop_token stop);
  uploader(uploader const&) = delete;
  uploader& operator=(uploader const&) = delete;
  ~uploader();

  void submit(part_job job);
  /// Something that is done: at once if there is, else after waiting for it; nothing if no part is
  /// under way, or `wait` is false and none is done.
  [[nodiscard]] std::optional<part_done> next(bool wait);
  /// Parts submitted and not yet returned by `next`.
  [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }

private:
  void work(std::stop_token end);
  [[nodiscard]] result<part_tag> send(part_job const& job);

  store_ref store_;
  std::uint32_t threads_;
  std::stop_source cancel_;
  std::stop_callback<std::function<void()>> forward_;
  std::size_t in_flight_ = 0;
  std::mutex mutex_;
  std::condition_variable_any queued_;
  std::condition_variable finished_;
  std::deque<part_job> queue_;
  std::deque<part_done> done_;
  std::size_t idle_ = 0;
  std::vector<std::jthread> workers_;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/upload/impl/uploader.ipp>
#endif

#endif
