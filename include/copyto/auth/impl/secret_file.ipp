// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_SECRET_FILE_IPP
#define COPYTO_AUTH_IMPL_SECRET_FILE_IPP

#include <copyto/auth/detail/secret_file.hpp>

#include <copyto/core/bytes.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace copyto::detail {

COPYTO_COLD result<secret> read_secret_file(std::string const& path, std::string_view what) {
  auto const bad = [&](std::string_view why, std::string advice) {
    return error({.code = errc::bad_credentials,
                  .message = fmt::format("{} {} {}", what, path, why),
                  .advice = std::move(advice)});
  };
  constexpr std::size_t most = 1 * MiB;
  struct descriptor {
    int fd;
    ~descriptor() {
      if (fd != -1) {
        ::close(fd);
      }
    }
  } const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}; // a pipe nobody writes to must not hold us up
  struct stat about = {};
  if (file.fd == -1 || ::fstat(file.fd, &about) != 0) {
    return bad(fmt::format("cannot be read: {}", std::generic_category().message(errno)),
               "check its path and its mode");
  }
  if (!S_ISREG(about.st_mode)) {
    return bad("cannot be read: it is a directory, or no regular file", "name the file itself");
  }
  if ((about.st_mode & S_IWOTH) != 0) {
    return bad("may be written by everybody on this machine", "take that right away (chmod o-w)");
  }
  std::string text;
  text.reserve(4096);
  auto const wiped = [&](auto answer) {
    secret::wipe(text.data(), text.size());
    return answer;
  };
  for (;;) {
    std::size_t const before = text.size();
    if (before > most) {
      return wiped(bad("is larger than 1 MiB", "check that it is the right one"));
    }
    if (before + 4096 > text.capacity()) {
      std::string longer;
      longer.reserve(2 * text.capacity());
      longer = text;
      secret::wipe(text.data(), text.size());
      text.swap(longer);
    }
    text.resize(before + 4096);
    ssize_t const got = ::read(file.fd, text.data() + before, 4096);
    text.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0) {
      break;
    }
    if (got < 0 && errno != EINTR) {
      return wiped(bad(fmt::format("cannot be read: {}", std::generic_category().message(errno)), "check it"));
    }
  }
  std::string_view const kept = std::string_view(text).substr(0, text.find_last_not_of(" \t\r\n") + 1);
  if (kept.empty()) {
    return bad("is empty", "check that what writes it has run");
  }
  return wiped(result<secret>(secret(kept)));
}

} // namespace copyto::detail

#endif
