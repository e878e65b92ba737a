// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_SIGNALS_HPP
#define COPY_TO_SIGNALS_HPP

#include <chrono>
#include <csignal>
#include <functional>
#include <stop_token>
#include <thread>

namespace copy_to {

/// What happens on SIGINT, SIGTERM and SIGHUP. All are called on a thread of their own, where everything is allowed.
struct signal_actions {
  std::function<void()> first = {};     ///< the first signal
  std::function<void(int)> second = {}; ///< the second one, with its number; should not return
  std::function<void()> late = {};      ///< `limit` after the first; should not return
  std::chrono::seconds limit{30};
};

/// Waits for signals as long as it lives. Made before any other thread, so that all of these leave the signals to it.
/// A signal that the program was started to ignore (nohup, a shell's background job) stays ignored.
class signal_watch {
public:
  explicit signal_watch(signal_actions actions);
  ~signal_watch() { end(); }
  signal_watch(signal_watch const&) = delete;
  signal_watch& operator=(signal_watch const&) = delete;

  /// Returns when no action runs any more, and none will.
  void end();

private:
  void wait(std::stop_token const& done);

  signal_actions actions_;
  sigset_t signals_{};
  std::jthread thread_;
};

} // namespace copy_to

#endif
