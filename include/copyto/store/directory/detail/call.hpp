// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_DETAIL_CALL_HPP
#define COPYTO_STORE_DIRECTORY_DETAIL_CALL_HPP

#include <copyto/core/crc.hpp>
#include <copyto/store/concept.hpp>
#include <copyto/store/directory/detail/made_directories.hpp>
#include <copyto/store/directory/detail/names.hpp>
#include <copyto/store/directory/detail/posix_file.hpp>
#include <copyto/store/directory/options.hpp>
#include <copyto/store/key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include <sys/file.h>

namespace copyto::detail {

/// What the copies of a `directory_store` share.
struct directory_settings {
  std::string path;
  directory_options options;
  mutable made_directories made;
  directory_settings(std::string at, directory_options with) : path(std::move(at)), options(with) {}
};

/// One call of a method: names things in errors and holds the steps that several methods share.
struct directory_call {
  directory_settings const& store;
  char const* operation;
  std::string_view key;
  std::stop_token stop;

  [[nodiscard]] std::string path(std::string_view below) const {
    return fmt::format("{}{}{}", store.path, store.path.ends_with('/') || below.empty() ? "" : "/", below);
  }
  [[nodiscard]] std::string_view parent() const { return key.substr(0, key.rfind('/') + 1); }
  [[nodiscard]] std::string name() const { return std::string(key.substr(key.rfind('/') + 1)); }

  [[nodiscard]] error failed(errc code, std::string message, std::string advice = {}) const {
    return error({.code = code,
                  .message = std::move(message),
                  .operation = operation,
                  .key = path(key),
                  .advice = std::move(advice)});
  }
  // The error of the system call that has just failed.
  [[nodiscard]] error failed(std::string_view what) const {
    int const number = errno;
    errc code = errc::io_failed;
    std::string advice;
    switch (number) {
    case ENOENT: code = errc::not_found; break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = errc::access_denied;
      advice = "check owner and mode of the directory, and how its file system is mounted";
      break;
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      code = errc::invalid_argument;
      advice = "choose another prefix: a file cannot be a directory as well";
      break;
    case EOPNOTSUPP:
      code = errc::unsupported;
      advice = "export to another file system and copy the files";
      break;
    case EFBIG: code = errc::limit_exceeded; break;
    case ENOSPC:
    case EDQUOT: advice = "free some space on the file system and run the export again"; break;
    case EMFILE:
    case ENFILE: advice = "raise the limit of open files (ulimit -n)"; break;
    default: break;
    }
    return failed(code, fmt::format("{}: {}", what, std::generic_category().message(number)), std::move(advice));
  }
  [[nodiscard]] error stopped() const { return failed(errc::stopped, "a stop was requested"); }
  [[nodiscard]] error no_upload() const {
    return failed(errc::no_such_upload, "the upload was completed or aborted, or never existed");
  }
  [[nodiscard]] static bool is_missing(int number) { return number == ENOENT || number == ENOTDIR; }

  [[nodiscard]] result<void> begin_list() const {
    if (stop.stop_requested()) {
      return stopped();
    }
    if (store.path.empty() || store.options.part_size == 0) {
      return failed(errc::invalid_argument, "a directory store needs a path and a part size above 0");
    }
    return {};
  }
  [[nodiscard]] result<void> begin() const {
    if (result<void> ok = begin_list(); !ok) {
      return ok;
    }
    if (result<void> ok = check_key(key, store_limits{}.max_key); !ok) {
      return ok;
    }
    if (!are_segments(parent()) || !is_segment(name())) {
      return failed(errc::invalid_argument, "this key cannot be a path below a directory",
                    "use segments of 1 to 255 bytes with single slashes between them, none of them '.' or '..' or "
                    "beginning with '.copyto-'");
    }
    return {};
  }

  // The directory of the key's file; invalid with errno set on failure.
  [[nodiscard]] unique_fd open_parent() const {
    return open_at(AT_FDCWD, path(parent()).c_str(), O_RDONLY | O_DIRECTORY);
  }
  // The same; makes it where it is missing.
  [[nodiscard]] unique_fd make_parent() const {
    unique_fd fd = open_parent();
    // Again where another export, which made the directory and failed, has just removed it.
    for (int tries = 0; !fd && errno == ENOENT && tries != 100; ++tries) {
      if (!make_directories(path(parent()), [this](std::string const& made) { store.made.note(made); }) &&
          errno != ENOENT) {
        break;
      }
      fd = open_parent();
    }
    return fd;
  }
  // Whether the directory was removed after it had been opened.
  [[nodiscard]] static bool is_gone(unique_fd const& directory) {
    struct stat s = {};
    return ::fstat(directory.get(), &s) == 0 && s.st_nlink == 0;
  }
  // Removes the key's directory, and those above it, if this store made them and nothing is in them.
  void remove_empty_parents() const { store.made.remove_empty(path(parent())); }
  // Waits for the lock on a directory, which goes with the descriptor.
  [[nodiscard]] result<void> lock(int directory) const {
    while (::flock(directory, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) {
        if (!system_clock().sleep(std::chrono::milliseconds(2), stop)) {
          return stopped();
        }
      } else if (errno != EINTR) {
        return failed(errc::unsupported, "the file system cannot lock a directory",
                      "export to a local file system and copy the files");
      }
    }
    return {};
  }
  // Flushes a directory whose change is made already.
  [[nodiscard]] result<void> flush_entry(int directory) const {
    if (!flush_directory(directory)) {
      return failed("cannot flush the directory").with([](error_info& info) {
        info.disposition = disposition::in_doubt;
      });
    }
    return {};
  }

  // Opens a regular file for reading and gives its size; errc::not_found also for what is none.
  [[nodiscard]] result<unique_fd> open_object(int directory, char const* at, std::uint64_t& size) const {
    unique_fd fd = open_at(directory, at, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!fd && !is_missing(errno) && errno != ENXIO && errno != ENODEV) {
      return failed("cannot open the file");
    }
    struct stat s = {};
    if (fd && ::fstat(fd.get(), &s) != 0) {
      return failed("cannot look at the file");
    }
    if (!fd || !S_ISREG(s.st_mode)) {
      return failed(errc::not_found, "there is no such file");
    }
    size = static_cast<std::uint64_t>(s.st_size);
    return fd;
  }
  // Gives `size` bytes from `offset` to `take(bytes_view)`, block by block.
  template <class F>
  [[nodiscard]] result<void> read(int fd, std::uint64_t offset, std::uint64_t size, F take) const {
    byte_buffer block(static_cast<std::size_t>(std::min<std::uint64_t>(size, read_block)));
    while (size != 0) {
      if (stop.stop_requested()) {
        return stopped();
      }
      auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, read_block));
      auto const n = uninterrupted([&] { return ::pread(fd, block.data(), wanted, static_cast<off_t>(offset)); });
      if (n < 0) {
        return failed("cannot read the file");
      }
      if (n == 0) {
        return failed(errc::io_failed, "the file became shorter while it was read");
      }
      take(bytes_view(block.data(), static_cast<std::size_t>(n)));
      offset += static_cast<std::uint64_t>(n);
      size -= static_cast<std::uint64_t>(n);
    }
    return {};
  }
  [[nodiscard]] result<std::uint64_t> checksum(int fd, std::uint64_t offset, std::uint64_t size) const {
    std::uint64_t crc = 0;
    if (result<void> const ok = read(fd, offset, size, [&](bytes_view block) { crc = crc64nvme(block, crc); }); !ok) {
      return ok.error();
    }
    return crc;
  }
  // Tag of a file that is small enough, else empty.
  [[nodiscard]] result<std::string> small_tag(int fd, std::uint64_t size) const {
    if (size > max_tagged_head) {
      return std::string();
    }
    result<std::uint64_t> const crc = checksum(fd, 0, size);
    if (!crc) {
      return crc.error();
    }
    return content_tag(*crc, size);
  }
  // Part `number` of a file of `size` bytes; it has one if `number` is not behind the end.
  [[nodiscard]] result<part_tag> part_of(int fd, std::uint32_t number, std::uint64_t size) const {
    std::uint64_t const offset = (number - std::uint64_t{1}) * store.options.part_size;
    std::uint64_t const length = std::min(size - offset, store.options.part_size);
    result<std::uint64_t> const crc = checksum(fd, offset, length);
    if (!crc) {
      return crc.error();
    }
    return part_tag{.number = number, .size = length, .tag = content_tag(*crc, length)};
  }

  [[nodiscard]] bool fits(std::string_view upload_id) const { return target_of(upload_id) == name(); }

  // Parts 1 to n, of one size but the last; returns the file's.
  [[nodiscard]] result<std::uint64_t> check_parts(std::span<part_tag const> parts) const {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i != parts.size(); ++i) {
      bool const last = i + 1 == parts.size();
      if (parts[i].number != i + 1 || parts[i].size > store.options.part_size ||
          (!last && parts[i].size != store.options.part_size)) {
        return failed(errc::invalid_argument,
                      fmt::format("the parts must be numbered 1 to {}, in order, and have {} bytes but for the last",
                                  parts.size(), store.options.part_size));
      }
      total += parts[i].size;
    }
    if (parts.empty()) {
      return failed(errc::invalid_argument, "an upload needs at least one part");
    }
    return total;
  }
  // `complete` of an upload that is gone: a success if the file is there with all its parts.
  [[nodiscard]] result<std::string> complete_again(int directory, std::span<part_tag const> parts,
                                                   std::uint64_t total) const {
    std::uint64_t size = 0;
    result<unique_fd> const file = open_object(directory, name().c_str(), size);
    if (!file || size != total) {
      return file || file.error().is(errc::not_found) ? no_upload() : file.error();
    }
    for (part_tag const& wanted : parts) {
      result<part_tag> const found = part_of(file->get(), wanted.number, size);
      if (!found) {
        return found.error();
      }
      if (found->tag != wanted.tag) {
        return no_upload();
      }
    }
    if (result<void> const ok = flush_entry(directory); !ok) {
      return ok.error();
    }
    return small_tag(file->get(), size);
  }

  // Whether the object is in the state that a put asks for.
  [[nodiscard]] result<void> check_condition(int directory, put_condition const& condition) const {
    std::string const target = name();
    struct stat s = {};
    switch (condition.kind) {
    case put_condition::type::none: return {};
    case put_condition::type::absent:
      if (::fstatat(directory, target.c_str(), &s, AT_SYMLINK_NOFOLLOW) == 0) {
        return failed(errc::precondition_failed, "the file exists already");
      }
      return {};
    case put_condition::type::matches: break;
    }
    std::uint64_t size = 0;
    result<unique_fd> const file = open_object(directory, target.c_str(), size);
    if (!file) {
      return file.error().is(errc::not_found)
                 ? failed(errc::precondition_failed, "the file that is to be replaced does not exist")
                 : file.error();
    }
    result<std::uint64_t> const crc = checksum(file->get(), 0, size);
    if (!crc) {
      return crc.error();
    }
    if (content_tag(*crc, size) != condition.tag) {
      return failed(errc::precondition_failed, "the file was replaced by somebody else");
    }
    return {};
  }
};

} // namespace copyto::detail

#endif
