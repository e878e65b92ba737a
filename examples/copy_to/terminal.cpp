// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "terminal.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>

namespace copy_to {
namespace {

void write(std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  (void)std::fflush(stderr);
}

/// " of 1000": an estimate is not to be passed.
std::string share_text(copyto::progress const& p) {
  return p.rows_expected && *p.rows_expected >= p.rows ? fmt::format(" of {}", *p.rows_expected) : std::string();
}

/// "1:02:03", "2:03"
std::string duration_text(std::chrono::seconds time) {
  auto const seconds = time.count();
  return seconds >= 3600 ? fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
                         : fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

} // namespace

std::string format_bytes(double bytes) {
  constexpr std::string_view units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 != std::size(units)) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

terminal::terminal() : interactive_(::isatty(STDERR_FILENO) == 1) {}

void terminal::show(copyto::progress const& p) {
  if (!interactive_) {
    return;
  }
  std::scoped_lock const lock(mutex_);
  clock::time_point const now = clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) {
    return;
  }
  last_ = now;
  double const seconds = std::max(0.001, std::chrono::duration<double>(now - start_).count());
  auto const bytes = static_cast<double>(p.bytes_encoded);
  // Short enough for 80 columns, so that it never wraps; the tail erases what was longer.
  write(fmt::format("\r{} rows{}, {}, {}/s{}{}{}\x1b[K", p.rows, share_text(p), format_bytes(bytes),
                    format_bytes(bytes / seconds),
                    p.stage == copyto::export_stage::committing ? fmt::format(", {} files visible", p.files_committed)
                                                                : std::string(),
                    p.remaining ? fmt::format(", {} left", duration_text(*p.remaining)) : std::string(),
                    p.retries != 0 ? fmt::format(", {} retries", p.retries) : std::string()));
  drawn_ = true;
}

void terminal::erase() {
  if (drawn_) {
    write("\r\x1b[K");
    drawn_ = false;
  }
}

void terminal::clear() {
  std::scoped_lock const lock(mutex_);
  erase();
}

void terminal::say(std::string_view message) {
  std::scoped_lock const lock(mutex_);
  erase();
  write(fmt::format("copy_to: {}\n", message));
}

void print(std::string_view text, terminal& out) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    out.say(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
  }
}

} // namespace copy_to
