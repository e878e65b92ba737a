// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_TERMINAL_HPP
#define COPY_TO_TERMINAL_HPP

#include <copyto/export/progress.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace copy_to {

/// "1.5 MiB"
[[nodiscard]] std::string format_bytes(double bytes);

/// Progress after so many seconds in less than `columns` (at least 1) columns: what does not fit is left out.
[[nodiscard]] std::string progress_line(copyto::progress const& p, double seconds, std::size_t columns);

/// Standard error: messages, and on a terminal one line of progress below them. Thread-safe.
class terminal {
public:
  terminal();
  ~terminal() { clear(); }
  terminal(terminal const&) = delete;
  terminal& operator=(terminal const&) = delete;

  /// Whether there is a line.
  [[nodiscard]] bool interactive() const noexcept { return interactive_; }
  /// Draws the line, at most ten times a second.
  void show(copyto::progress const& p);
  /// Takes the line away.
  void clear();
  /// Prints "copy_to: <message>" above the line.
  void say(std::string_view message);

private:
  using clock = std::chrono::steady_clock;

  void erase();

  std::mutex mutex_;
  bool interactive_;
  bool drawn_ = false;
  clock::time_point start_ = clock::now();
  clock::time_point last_ = {};
};

/// Writes to standard output; says so on `out` if that fails.
void print(std::string_view text, terminal& out);

} // namespace copy_to

#endif
