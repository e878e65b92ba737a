// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_DETAIL_POSIX_FILE_HPP
#define COPYTO_STORE_DIRECTORY_DETAIL_POSIX_FILE_HPP

#include <copyto/core/bytes.hpp>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace copyto::detail {

/// Owns a file descriptor.
class unique_fd {
public:
  explicit unique_fd(int fd = -1) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_;
};

/// Repeats a system call that a signal cut short.
template <class F>
auto uninterrupted(F call) {
  auto answer = call();
  while (answer < 0 && errno == EINTR) {
    answer = call();
  }
  return answer;
}

/// Opens without handing the file on to programs that are started; invalid with errno set on failure.
[[nodiscard]] inline unique_fd open_at(int directory, char const* name, int flags) {
  return unique_fd(uninterrupted([&] { return ::openat(directory, name, flags | O_CLOEXEC, 0666); }));
}

/// Writes all of `bytes` at `offset`; false with errno set on failure.
[[nodiscard]] inline bool write_at(int fd, bytes_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    auto const n = uninterrupted([&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (n < 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

/// Flushes a file with its metadata.
[[nodiscard]] inline bool flush(int fd) {
  return uninterrupted([&] { return ::fsync(fd); }) == 0;
}

/// Flushes a directory's entries. Some file systems (CIFS, some of FUSE) know no such thing and say EBADF
/// or EINVAL, which is not an error: PostgreSQL's fsync_fname sees it so as well.
[[nodiscard]] inline bool flush_directory(int fd) { return flush(fd) || errno == EBADF || errno == EINVAL; }

/// Flushes what is needed to read the contents back.
[[nodiscard]] inline bool flush_contents(int fd) {
#if defined(_POSIX_SYNCHRONIZED_IO) && _POSIX_SYNCHRONIZED_IO > 0
  return uninterrupted([&] { return ::fdatasync(fd); }) == 0;
#else
  return flush(fd);
#endif
}

/// Makes a directory and those above it, flushing each one's entry, and calls `made(path)` for each that was not there;
/// false with errno set on failure.
template <class F>
[[nodiscard]] bool make_directories(std::string const& path, F const& made) {
  if (::mkdir(path.c_str(), 0777) != 0) {
    if (errno == EEXIST) {
      return true;
    }
    std::size_t const name_end = path.find_last_not_of('/');
    std::size_t const slash = name_end == std::string::npos ? name_end : path.find_last_of('/', name_end);
    if (errno != ENOENT || slash == std::string::npos || slash == 0) {
      return false;
    }
    if (!make_directories(path.substr(0, slash), made)) {
      return false;
    }
    if (::mkdir(path.c_str(), 0777) == 0) {
      made(path);
    } else if (errno != EEXIST) {
      return false;
    }
  } else {
    made(path);
  }
  unique_fd const parent = open_at(AT_FDCWD, (path + "/..").c_str(), O_RDONLY | O_DIRECTORY);
  return parent && flush_directory(parent.get());
}

/// Renames within a directory unless `to` exists (EEXIST), by a second name: where renameat2 has no
/// RENAME_NOREPLACE. EOPNOTSUPP: the file system has no hard links either. Also finishes a rename that a
/// crash cut between link and unlink.
[[nodiscard]] inline bool link_no_replace(int directory, char const* from, char const* to) {
  if (::linkat(directory, from, directory, to, 0) != 0) {
    if (errno == EPERM || errno == ENOSYS || errno == EMLINK) {
      errno = EOPNOTSUPP;
    }
    struct stat a = {};
    struct stat b = {};
    if (errno != EEXIST) {
      return false;
    }
    bool const same = ::fstatat(directory, from, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
                      ::fstatat(directory, to, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino &&
                      a.st_dev == b.st_dev;
    if (!same) {
      errno = EEXIST;
      return false;
    }
  }
  return ::unlinkat(directory, from, 0) == 0;
}

/// Renames within a directory unless `to` exists (EEXIST), in one step where the system can
/// (renameat2, Linux 3.15).
[[nodiscard]] inline bool rename_no_replace(int directory, char const* from, char const* to) {
#ifdef RENAME_NOREPLACE
  if (::renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno != EINVAL && errno != ENOSYS && errno != EEXIST) {
    return false;
  }
#endif
  return link_no_replace(directory, from, to);
}

} // namespace copyto::detail

#endif
