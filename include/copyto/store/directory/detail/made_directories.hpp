// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_DETAIL_MADE_DIRECTORIES_HPP
#define COPYTO_STORE_DIRECTORY_DETAIL_MADE_DIRECTORIES_HPP

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include <unistd.h>

namespace copyto::detail {

/// The directories that one store has made, so that those that stay empty can go again. Thread-safe.
class made_directories {
public:
  void note(std::string_view path) {
    std::scoped_lock const lock(mutex_);
    paths_.insert(plain(path));
  }
  /// Removes `path`, and then those above it, as long as they are empty and were made by this store.
  void remove_empty(std::string_view path) {
    std::scoped_lock const lock(mutex_);
    for (std::string at = plain(path); paths_.contains(at) && ::rmdir(at.c_str()) == 0;) {
      paths_.erase(at);
      std::size_t const slash = at.rfind('/');
      at = plain(at.substr(0, slash == at.npos ? 0 : slash));
    }
  }

private:
  /// Without slashes at the end.
  static std::string plain(std::string_view path) {
    while (path.ends_with('/')) {
      path.remove_suffix(1);
    }
    return std::string(path);
  }

  std::mutex mutex_;
  std::set<std::string> paths_;
};

} // namespace copyto::detail

#endif
