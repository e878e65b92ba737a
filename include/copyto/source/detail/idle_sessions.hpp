// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_DETAIL_IDLE_SESSIONS_HPP
#define COPYTO_SOURCE_DETAIL_IDLE_SESSIONS_HPP

#include <copyto/core/result.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace copyto::detail {

/// Sessions of one snapshot that read no shard at the moment. Thread-safe but for `front`.
template <class Session>
class idle_sessions {
public:
  void give_back(std::unique_ptr<Session> session) {
    std::lock_guard const lock(mutex_);
    idle_.push_back(std::move(session));
  }
  [[nodiscard]] result<std::unique_ptr<Session>> take() {
    std::lock_guard const lock(mutex_);
    if (idle_.empty()) {
      return error(errc::invalid_argument, "more shards are open than begin_shards allowed, or one ended early");
    }
    std::unique_ptr<Session> session = std::move(idle_.back());
    idle_.pop_back();
    return session;
  }
  /// The first one, before a shard has been taken.
  [[nodiscard]] Session& front() noexcept { return *idle_.front(); }

private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_;
};

} // namespace copyto::detail

#endif
