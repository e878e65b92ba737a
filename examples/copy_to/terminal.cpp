// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "terminal.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <vector>

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

/// Columns of the terminal behind standard error.
std::size_t columns() {
  winsize size = {};
  bool const known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return known ? size.ws_col : 80;
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

std::string progress_line(copyto::progress const& p, double seconds, std::size_t columns) {
  auto const bytes = static_cast<double>(p.bytes_encoded);
  std::string const rows = fmt::format("{} rows", p.rows);
  // As they stand in the line; where it is too long, the last ones by `rank` are left out.
  struct piece {
    int rank;
    std::string text;
  };
  std::vector<piece> pieces = {{0, rows + share_text(p)},
                               {2, ", " + format_bytes(bytes)},
                               {4, fmt::format(", {}/s", format_bytes(bytes / seconds))}};
  if (p.shards > 1 && p.stage == copyto::export_stage::exporting) {
    pieces.push_back({3, fmt::format(", {} of {} shards", p.shards_done, p.shards)});
  }
  if (p.stage == copyto::export_stage::committing) {
    pieces.push_back({3, fmt::format(", {} files visible", p.files_committed)});
  }
  if (p.remaining) {
    pieces.push_back({1, fmt::format(", {} left", duration_text(*p.remaining))});
  }
  if (p.retries != 0) {
    pieces.push_back({5, fmt::format(", {} retries", p.retries)});
  }
  for (int rank = 6;; --rank) {
    std::string line;
    for (piece const& part : pieces) {
      line += part.rank < rank ? part.text : "";
    }
    if (line.size() < columns) { // a cursor behind the last column would be in the next line
      return line;
    }
    if (rank == 1) {
      return rows.substr(0, columns - 1);
    }
  }
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
  write(fmt::format("\r{}\x1b[K", progress_line(p, seconds, columns()))); // the tail erases what was longer
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
