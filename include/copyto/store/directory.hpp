// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_HPP
#define COPYTO_STORE_DIRECTORY_HPP

#include <copyto/core/config.hpp>
#include <copyto/store/concept.hpp>
#include <copyto/store/directory/options.hpp>

#include <memory>
#include <string>

namespace copyto {

namespace detail {
struct directory_settings;
}

/// A local directory as a store: objects are regular files, keys are their paths below it. POSIX only.
///
/// - Keys: segments of 1 to 255 bytes with single slashes between them. A segment `.` or `..`, an empty
///   one, and one that begins with `.copyto-` is errc::invalid_argument. `a` and `a/b` exclude each other
///   (errc::invalid_argument); a file system that folds case or normalises names does so with keys.
/// - Missing directories, that of the store too, are made by `put` and `create_upload`. `remove` and `abort` take away
///   those that this store or its copies have made and that are empty again; no others.
/// - An upload is the hidden file `.copyto-<token>~<name>` next to its target. `object_options::token`
///   is needed for uploads (letters, digits and `-`) and may not be used twice at once for one key
///   (errc::precondition_failed). Parts have the size of `directory_options::part_size`: part n goes to
///   (n - 1) * part_size and is flushed when `put_part` returns. Nothing else is kept, so any process can
///   go on with an upload; parts that have not come yet are listed as zeros where later ones have.
/// - `complete` replaces a file unless its condition is `absent` (errc::precondition_failed). It may be repeated: the
///   file that is there is then read and compared with the tags of the parts.
/// - `put` writes a hidden file, flushes it and renames it over the target, holding `flock` on the directory,
///   so that conditional puts, plain ones and `remove` exclude each other among all processes that use this
///   store. Where the file system has no such lock (NFS), `put` is errc::unsupported.
/// - Tags are CRC-64/NVME and size of the contents. `list` gives none, and `head` and `complete` only
///   those of files up to 1 MiB. Objects carry no token: an export has its id in the names.
/// - Listings skip what is not a regular file, do not enter symbolic links to directories, and do not sort out names
///   that are no keys (other programs' files).
/// - Whatever returned success survives a crash of the machine: files and directories are flushed.
///
/// Errors name the path and say what the operating system says: errc::not_found, errc::access_denied, else
/// errc::io_failed. Copies share the path, and which directories they have made. Thread-safe; also between processes. A stop is
/// looked at when a call begins, between blocks of a file, and while it waits for the lock.
class directory_store {
public:
  /// `path` may be relative; it is resolved at each call and need not exist.
  explicit directory_store(std::string path, directory_options options = directory_options());

  [[nodiscard]] store_limits limits() const;
  /// The path of the object's file.
  [[nodiscard]] std::string uri(std::string_view key) const;
  [[nodiscard]] conditions put_conditions() const noexcept { return conditions::compare_and_swap; }

  /// @name ObjectStore, Reading, Listing, Deleting: see store/concept.hpp
  /// @{
  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) const;
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token stop) const;
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token stop) const;
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) const;
  result<void> abort(std::string_view key, std::string_view upload_id) const;
  result<object_info> head(std::string_view key, std::stop_token stop) const;
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop) const;
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token stop) const;
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from, std::stop_token stop) const;
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token stop) const;
  result<void> remove(std::string_view key, std::stop_token stop) const;
  /// @}

private:
  std::shared_ptr<detail::directory_settings const> settings_;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/directory.ipp>
#endif

#endif
