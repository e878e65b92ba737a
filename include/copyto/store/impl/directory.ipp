// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_DIRECTORY_IPP
#define COPYTO_STORE_IMPL_DIRECTORY_IPP

#include <copyto/store/directory.hpp>

#include <copyto/core/crc.hpp>
#include <copyto/store/directory/detail/walk.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace copyto {

COPYTO_COLD directory_store::directory_store(std::string path, directory_options options)
    : settings_(std::make_shared<detail::directory_settings const>(std::move(path), options)) {}

COPYTO_COLD store_limits directory_store::limits() const {
  return {.min_part = settings_->options.part_size,
          .max_part = settings_->options.part_size,
          .max_parts = std::numeric_limits<std::uint32_t>::max(),
          .max_object = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()),
          .max_segment = detail::max_name,
          .keys_are_paths = true,
          .equal_parts = true,
          .complete_creates_only = true,
          .keeps_tokens = false};
}

COPYTO_COLD std::string directory_store::uri(std::string_view key) const {
  return detail::directory_call{*settings_, "", key, {}}.path(key);
}

COPYTO_COLD result<std::string> directory_store::put(std::string_view key, bytes_view body, object_options const&,
                                                     put_condition const& condition, std::stop_token stop) const {
  detail::directory_call const c{*settings_, "put", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  detail::unique_fd directory;
  do {
    directory = c.make_parent();
    if (!directory) {
      return c.failed("cannot open the directory");
    }
    if (result<void> const ok = c.lock(directory.get()); !ok) {
      return ok.error();
    }
  } while (detail::directory_call::is_gone(directory));
  int const at = directory.get();
  if (result<void> const ok = c.check_condition(at, condition); !ok) {
    return ok.error();
  }
  // Never truncated: a crash may have left it as another name of a visible file.
  ::unlinkat(at, detail::put_name, 0);
  auto const lost = [&](std::string_view what) {
    error e = c.failed(what);
    ::unlinkat(at, detail::put_name, 0);
    return e;
  };
  detail::unique_fd const file = detail::open_at(at, detail::put_name, O_WRONLY | O_CREAT | O_EXCL);
  if (!file || !detail::write_at(file.get(), body, 0) || !detail::flush(file.get())) {
    return lost("cannot write the file");
  }
  std::string const target = c.name();
  bool const create = condition.kind == put_condition::type::absent;
  if (create ? !detail::rename_no_replace(at, detail::put_name, target.c_str())
             : ::renameat(at, detail::put_name, at, target.c_str()) != 0) {
    if (create && errno == EEXIST) {
      ::unlinkat(at, detail::put_name, 0);
      return c.failed(errc::precondition_failed, "the file exists already");
    }
    return lost("cannot give the file its name");
  }
  if (result<void> const ok = c.flush_entry(at); !ok) {
    return ok.error();
  }
  return detail::content_tag(crc64nvme(body), body.size());
}

COPYTO_COLD result<std::string> directory_store::create_upload(std::string_view key, object_options const& options,
                                                               std::stop_token stop) const {
  detail::directory_call const c{*settings_, "create_upload", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  if (!detail::is_token(options.token)) {
    return c.failed(
        errc::invalid_argument,
        "an upload into a directory needs a token of letters, digits and '-', which becomes part of a name");
  }
  std::string hidden = fmt::format("{}{}~{}", detail::hidden_prefix, options.token, c.name());
  if (hidden.size() > detail::max_name) {
    return c.failed(errc::invalid_argument,
                    fmt::format("the name of an upload's file, {} bytes with the token, may have {} bytes",
                                hidden.size(), detail::max_name),
                    "use shorter names");
  }
  detail::unique_fd directory;
  detail::unique_fd file;
  do {
    directory = c.make_parent();
    if (!directory) {
      return c.failed("cannot open the directory");
    }
    struct stat s = {};
    if (::fstatat(directory.get(), c.name().c_str(), &s, 0) == 0 && S_ISDIR(s.st_mode)) {
      return c.failed(errc::invalid_argument, "a directory has this name already");
    }
    file = detail::open_at(directory.get(), hidden.c_str(), O_WRONLY | O_CREAT | O_EXCL);
  } while (!file && errno == ENOENT && detail::directory_call::is_gone(directory));
  if (!file) {
    return errno == EEXIST
               ? c.failed(errc::precondition_failed, "an upload of this key with this token is open already")
               : c.failed("cannot create the upload's file");
  }
  if (!detail::flush_directory(directory.get())) {
    error e = c.failed("cannot flush the directory");
    ::unlinkat(directory.get(), hidden.c_str(), 0);
    return e;
  }
  return hidden;
}

COPYTO_COLD result<part_tag> directory_store::put_part(std::string_view key, std::string_view upload_id,
                                                       std::uint32_t number, part_body body,
                                                       std::stop_token stop) const {
  detail::directory_call const c{*settings_, "put_part", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  std::uint64_t const part_size = settings_->options.part_size;
  if (!c.fits(upload_id)) {
    return c.no_upload();
  }
  if (number == 0 || number > limits().max_object / part_size || body.size() > part_size) {
    return c.failed(errc::limit_exceeded, fmt::format("part {} of {} bytes is impossible, parts have {} bytes", number,
                                                      body.size(), part_size));
  }
  std::string const path = c.path(fmt::format("{}{}", c.parent(), upload_id));
  detail::unique_fd const file = detail::open_at(AT_FDCWD, path.c_str(), O_RDWR | O_NOFOLLOW);
  if (!file) {
    return detail::directory_call::is_missing(errno) ? c.no_upload() : c.failed("cannot open the upload's file");
  }
  std::uint64_t const offset = (number - std::uint64_t{1}) * part_size;
  bool cut = false;
  if (body.size() != part_size) {
    struct stat s = {};
    if (::fstat(file.get(), &s) != 0) {
      return c.failed("cannot look at the upload's file");
    }
    auto const size = static_cast<std::uint64_t>(s.st_size);
    if (size > offset + part_size) {
      return c.failed(errc::invalid_argument,
                      fmt::format("part {} has {} bytes, and only the last may have fewer than {}", number, body.size(),
                                  part_size));
    }
    cut = size > offset + body.size();
  }
  if (!detail::write_at(file.get(), body, offset)) {
    return c.failed("cannot write the part");
  }
  // A repeated last part may be shorter than the one before it.
  if (cut && ::ftruncate(file.get(), static_cast<off_t>(offset + body.size())) != 0) {
    return c.failed("cannot cut the upload's file");
  }
  if (!detail::flush_contents(file.get())) {
    return c.failed("cannot flush the part");
  }
  return part_tag{.number = number, .size = body.size(), .tag = detail::content_tag(body.crc64nvme(), body.size())};
}

COPYTO_COLD result<std::string> directory_store::complete(std::string_view key, std::string_view upload_id,
                                                          std::span<part_tag const> parts,
                                                          put_condition const& condition, std::stop_token stop) const {
  detail::directory_call const c{*settings_, "complete", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  if (condition.kind == put_condition::type::matches) {
    return c.failed(errc::unsupported, "a file cannot be completed under this condition");
  }
  result<std::uint64_t> const total = c.check_parts(parts);
  if (!total) {
    return total.error();
  }
  detail::unique_fd const directory = c.open_parent();
  if (!c.fits(upload_id) || (!directory && detail::directory_call::is_missing(errno))) {
    return c.no_upload();
  }
  if (!directory) {
    return c.failed("cannot open the directory");
  }
  std::string const hidden(upload_id);
  std::uint64_t size = 0;
  result<detail::unique_fd> const file = c.open_object(directory.get(), hidden.c_str(), size);
  if (!file) {
    return file.error().is(errc::not_found) ? c.complete_again(directory.get(), parts, *total) : file.error();
  }
  if (size != *total) {
    return c.failed(errc::invalid_argument, fmt::format("the parts have {} bytes, and {} were stored", *total, size));
  }
  result<std::string> tag = c.small_tag(file->get(), size);
  if (!tag) {
    return tag;
  }
  if (!detail::flush(file->get())) {
    return c.failed("cannot flush the upload's file");
  }
  if (condition.kind == put_condition::type::absent
          ? !detail::rename_no_replace(directory.get(), hidden.c_str(), c.name().c_str())
          : ::renameat(directory.get(), hidden.c_str(), directory.get(), c.name().c_str()) != 0) {
    if (errno == ENOENT) {
      return c.complete_again(directory.get(), parts, *total);
    }
    return errno == EEXIST ? c.failed(errc::precondition_failed, "the file exists already")
                           : c.failed("cannot give the file its name");
  }
  // Where a crash had left both names of one file, renaming does nothing (POSIX).
  ::unlinkat(directory.get(), hidden.c_str(), 0);
  if (result<void> const ok = c.flush_entry(directory.get()); !ok) {
    return ok.error();
  }
  return tag;
}

COPYTO_COLD result<void> directory_store::abort(std::string_view key, std::string_view upload_id) const {
  detail::directory_call const c{*settings_, "abort", key, {}};
  if (result<void> ok = c.begin(); !ok) {
    return ok;
  }
  if (!c.fits(upload_id)) {
    return {};
  }
  detail::unique_fd const directory = c.open_parent();
  if (!directory) {
    return detail::directory_call::is_missing(errno) ? result<void>() : c.failed("cannot open the directory");
  }
  if (::unlinkat(directory.get(), std::string(upload_id).c_str(), 0) != 0) {
    return errno == ENOENT ? result<void>() : c.failed("cannot remove the upload's file");
  }
  result<void> flushed = c.flush_entry(directory.get());
  c.remove_empty_parents();
  return flushed;
}

COPYTO_COLD result<object_info> directory_store::head(std::string_view key, std::stop_token stop) const {
  detail::directory_call const c{*settings_, "head", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  object_info info{.key = std::string(key)};
  result<detail::unique_fd> const file = c.open_object(AT_FDCWD, c.path(key).c_str(), info.size);
  if (!file) {
    return file.error();
  }
  result<std::string> tag = c.small_tag(file->get(), info.size);
  if (!tag) {
    return tag.error();
  }
  info.tag = std::move(*tag);
  return info;
}

COPYTO_COLD result<object_contents> directory_store::get(std::string_view key, std::size_t max_size,
                                                         std::stop_token stop) const {
  detail::directory_call const c{*settings_, "get", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  object_contents out{.info = {.key = std::string(key)}};
  result<detail::unique_fd> const file = c.open_object(AT_FDCWD, c.path(key).c_str(), out.info.size);
  if (!file) {
    return file.error();
  }
  if (out.info.size > max_size) {
    return c.failed(errc::limit_exceeded,
                    fmt::format("the file has {} bytes, {} were allowed", out.info.size, max_size));
  }
  std::uint64_t crc = 0;
  result<void> const ok = c.read(file->get(), 0, out.info.size, [&](bytes_view block) {
    out.body += as_text(block);
    crc = crc64nvme(block, crc);
  });
  if (!ok) {
    return ok.error();
  }
  out.info.tag = detail::content_tag(crc, out.info.size);
  return out;
}

COPYTO_COLD result<page<object_info>> directory_store::list(std::string_view prefix, std::string_view from,
                                                            std::stop_token stop) const {
  detail::directory_walk const c{{*settings_, "list", prefix, std::move(stop)}};
  if (result<void> const ok = c.begin_list(); !ok) {
    return ok.error();
  }
  return c.page_of<object_info>(detail::directory_walk::wanted::objects, {std::string(from), {}},
                                [&](std::string const& key, std::string const&) -> std::optional<object_info> {
                                  struct stat s = {};
                                  if (::stat(c.path(key).c_str(), &s) != 0) {
                                    return std::nullopt;
                                  }
                                  return object_info{.key = key, .size = static_cast<std::uint64_t>(s.st_size)};
                                });
}

COPYTO_COLD result<page<pending_upload>> directory_store::list_uploads(std::string_view prefix, std::string_view from,
                                                                       std::stop_token stop) const {
  detail::directory_walk const c{{*settings_, "list_uploads", prefix, std::move(stop)}};
  if (result<void> const ok = c.begin_list(); !ok) {
    return ok.error();
  }
  // `next` is key, NUL, upload id: no path contains a NUL.
  std::size_t const split = std::min(from.find('\0'), from.size());
  return c.page_of<pending_upload>(
      detail::directory_walk::wanted::uploads,
      {std::string(from.substr(0, split)), std::string(from.substr(std::min(split + 1, from.size())))},
      [&](std::string const& key, std::string const& upload_id) -> std::optional<pending_upload> {
        std::string const path = c.path(key.substr(0, key.rfind('/') + 1) + upload_id);
        return pending_upload{.key = key, .upload_id = upload_id, .started = detail::birth_of(path)};
      });
}

COPYTO_COLD result<page<part_tag>> directory_store::list_parts(std::string_view key, std::string_view upload_id,
                                                               std::string_view from, std::stop_token stop) const {
  detail::directory_call const c{*settings_, "list_parts", key, std::move(stop)};
  if (result<void> const ok = c.begin(); !ok) {
    return ok.error();
  }
  std::uint32_t after = 0;
  if (!from.empty() && std::from_chars(from.data(), from.data() + from.size(), after).ec != std::errc()) {
    return c.failed(errc::invalid_argument, "this is no page of this listing");
  }
  std::string const path = c.path(fmt::format("{}{}", c.parent(), upload_id));
  std::uint64_t size = 0;
  if (!c.fits(upload_id)) {
    return c.no_upload();
  }
  result<detail::unique_fd> const file = c.open_object(AT_FDCWD, path.c_str(), size);
  if (!file) {
    return file.error().is(errc::not_found) ? c.no_upload() : file.error();
  }
  page<part_tag> out;
  std::uint64_t const part_size = settings_->options.part_size;
  for (std::uint32_t number = after + 1; (number - std::uint64_t{1}) * part_size < size; ++number) {
    if (out.items.size() == std::max<std::size_t>(settings_->options.page_size, 1)) {
      out.next = std::to_string(number - 1);
      break;
    }
    result<part_tag> part = c.part_of(file->get(), number, size);
    if (!part) {
      return part.error();
    }
    out.items.push_back(std::move(*part));
  }
  return out;
}

COPYTO_COLD result<void> directory_store::remove(std::string_view key, std::stop_token stop) const {
  detail::directory_call const c{*settings_, "remove", key, std::move(stop)};
  if (result<void> ok = c.begin(); !ok) {
    return ok;
  }
  detail::unique_fd const directory = c.open_parent();
  if (!directory) {
    return detail::directory_call::is_missing(errno) ? result<void>() : c.failed("cannot open the directory");
  }
  result<void> locked = c.lock(directory.get());
  if (!locked && locked.error().is(errc::stopped)) {
    return locked;
  }
  if (locked) {
    ::unlinkat(directory.get(), detail::put_name, 0);
  }
  struct stat s = {};
  std::string const name = c.name();
  bool const nested = ::fstatat(directory.get(), name.c_str(), &s, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(s.st_mode);
  if (nested) {
    return {}; // a directory is no object
  }
  if (::unlinkat(directory.get(), name.c_str(), 0) != 0) {
    return errno == ENOENT ? result<void>() : c.failed("cannot remove the file");
  }
  result<void> flushed = c.flush_entry(directory.get());
  c.remove_empty_parents();
  return flushed;
}

} // namespace copyto

#endif
