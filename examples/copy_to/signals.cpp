// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "signals.hpp"

#include <pthread.h>

#include <cerrno>
#include <utility>

namespace copy_to {
namespace {

/// Wakes the waiting thread when the program is done; nobody else sends it there.
constexpr int wake = SIGUSR2;

} // namespace

signal_watch::signal_watch(signal_actions actions) : actions_(std::move(actions)) {
  sigemptyset(&signals_);
  sigaddset(&signals_, wake);
  for (int const number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) {
      sigaddset(&signals_, number);
    }
  }
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::jthread([this](std::stop_token const& done) { wait(done); });
}

void signal_watch::end() {
  if (thread_.joinable()) {
    thread_.request_stop();
    pthread_kill(thread_.native_handle(), wake);
    thread_.join();
  }
}

void signal_watch::wait(std::stop_token const& done) {
  using clock = std::chrono::steady_clock;
  int number = 0;
  do {
    if (sigwait(&signals_, &number) != 0 || done.stop_requested()) {
      return;
    }
  } while (number == wake);
  actions_.first();
  clock::time_point const end = clock::now() + actions_.limit;
  while (!done.stop_requested()) {
    auto const left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - clock::now()).count();
    if (left <= 0) {
      actions_.late();
      return;
    }
    timespec const time{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
    int const next = sigtimedwait(&signals_, nullptr, &time);
    if (next > 0 && next != wake) {
      actions_.second(next);
    }
  }
}

} // namespace copy_to
