// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_DETAIL_SIGPIPE_GUARD_HPP
#define COPYTO_HTTP_DETAIL_SIGPIPE_GUARD_HPP

#if defined(__unix__)
#include <csignal>
#include <ctime>
#endif

namespace copyto::detail {

/// Keeps SIGPIPE, which a TLS library may raise on a connection that the server closed, from the program:
/// blocks it in this thread and takes it back if one came up meanwhile.
class sigpipe_guard {
#if defined(__unix__)
public:
  sigpipe_guard() noexcept {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    blocked_ = !was_pending_ && pthread_sigmask(SIG_BLOCK, &pipe_, &before_) == 0;
  }
  ~sigpipe_guard() {
    if (blocked_) {
      std::timespec const at_once{};
      while (sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
      }
      pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
  }

private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
  bool blocked_ = false;
#else
public:
  sigpipe_guard() noexcept {}
  ~sigpipe_guard() {}
#endif
public:
  sigpipe_guard(sigpipe_guard const&) = delete;
  sigpipe_guard& operator=(sigpipe_guard const&) = delete;
};

} // namespace copyto::detail

#endif
