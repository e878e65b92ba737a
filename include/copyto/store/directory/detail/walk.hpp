// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_DETAIL_WALK_HPP
#define COPYTO_STORE_DIRECTORY_DETAIL_WALK_HPP

#include <copyto/store/directory/detail/call.hpp>

#include <chrono>
#include <memory>
#include <tuple>
#include <vector>

#include <dirent.h>

namespace copyto::detail {

[[nodiscard]] inline std::optional<utc_time> birth_of(std::string const& path) {
#ifdef STATX_BTIME
  struct statx s = {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BTIME, &s) == 0 && (s.stx_mask & STATX_BTIME) != 0) {
    return utc_time(std::chrono::seconds(s.stx_btime.tv_sec) + std::chrono::microseconds(s.stx_btime.tv_nsec / 1000));
  }
#endif
  (void)path;
  return std::nullopt;
}

/// A listing: walks the directories in the order of keys.
struct directory_walk : directory_call {
  // What a walk looks for, in one directory.
  struct entry {
    std::string name; ///< a directory's ends with '/', so that sorting by name is sorting by key
    std::string upload_id;
  };
  enum class wanted : std::uint8_t { objects, uploads };

  [[nodiscard]] result<std::vector<entry>> entries(std::string const& below, std::string_view begins_with,
                                                   wanted what) const {
    std::vector<entry> found;
    std::string const directory = path(below);
    struct closer {
      void operator()(DIR* d) const noexcept { ::closedir(d); }
    };
    std::unique_ptr<DIR, closer> const open(::opendir(directory.c_str()));
    if (!open) {
      return is_missing(errno) ? result<std::vector<entry>>(found) : failed("cannot list the directory");
    }
    for (;;) {
      errno = 0;
      // Thread-safe on a stream of our own (readdir(3)). NOLINTNEXTLINE(concurrency-mt-unsafe)
      dirent const* const at = ::readdir(open.get());
      if (at == nullptr) {
        break;
      }
      std::string_view const name = at->d_name;
      bool const hidden = name.starts_with(hidden_prefix);
      std::string_view const target = hidden ? target_of(name) : name;
      if (name == "." || name == ".." || target.empty() || !target.starts_with(begins_with)) {
        continue;
      }
      bool regular = at->d_type == DT_REG;
      bool nested = at->d_type == DT_DIR;
      if (at->d_type == DT_UNKNOWN || at->d_type == DT_LNK) {
        struct stat s = {};
        struct stat itself = {};
        int const fd = ::dirfd(open.get());
        bool const there =
            ::fstatat(fd, at->d_name, &s, 0) == 0 && ::fstatat(fd, at->d_name, &itself, AT_SYMLINK_NOFOLLOW) == 0;
        regular = there && S_ISREG(s.st_mode);
        nested = there && S_ISDIR(itself.st_mode);
      }
      if (nested && !hidden) {
        found.push_back({std::string(name) + '/', {}});
      } else if (regular && hidden == (what == wanted::uploads)) {
        found.push_back({std::string(target), hidden ? std::string(name) : std::string()});
      }
    }
    if (errno != 0) {
      return failed("cannot list the directory");
    }
    std::sort(found.begin(), found.end(), [](entry const& a, entry const& b) {
      return std::tie(a.name, a.upload_id) < std::tie(b.name, b.upload_id);
    });
    return found;
  }
  // Visits what lies below `below` and behind `from` (key and upload id), in the order of keys, until
  // `visit(key, upload_id)` says false; returns whether it never did. A page costs the directories on the way to
  // `from` and those that it shows.
  template <class Visit>
  [[nodiscard]] result<bool> walk(std::string const& below, std::string_view begins_with, wanted what,
                                  std::pair<std::string, std::string> const& from, Visit& visit) const {
    if (stop.stop_requested()) {
      return stopped();
    }
    result<std::vector<entry>> const found = entries(below, begins_with, what);
    if (!found) {
      return found.error();
    }
    for (entry const& e : *found) {
      std::string const full = below + e.name;
      result<bool> more = true;
      if (e.name.ends_with('/')) {
        if (from.first <= full || from.first.starts_with(full)) {
          more = walk(full, {}, what, from, visit);
        }
      } else if (std::tie(from.first, from.second) < std::tie(full, e.upload_id)) {
        more = visit(full, e.upload_id);
      }
      if (!more || !*more) {
        return more;
      }
    }
    return true;
  }
  // One page of such a walk; `make(key, upload_id)` gives an item, or nothing if it has just gone.
  template <class Item, class Make>
  [[nodiscard]] result<page<Item>> page_of(wanted what, std::pair<std::string, std::string> const& from,
                                           Make make) const {
    page<Item> out;
    std::size_t const slash = key.rfind('/') + 1;
    if (!are_segments(key.substr(0, slash))) {
      return out;
    }
    auto visit = [&](std::string const& full, std::string const& upload_id) {
      if (out.items.size() == std::max<std::size_t>(store.options.page_size, 1)) {
        return false;
      }
      if (std::optional<Item> item = make(full, upload_id)) {
        out.items.push_back(std::move(*item));
        out.next = what == wanted::uploads ? full + '\0' + upload_id : full;
      }
      return true;
    };
    result<bool> const finished = walk(std::string(key.substr(0, slash)), key.substr(slash), what, from, visit);
    if (!finished) {
      return finished.error();
    }
    if (*finished) {
      out.next.clear();
    }
    return out;
  }
};

} // namespace copyto::detail

#endif
