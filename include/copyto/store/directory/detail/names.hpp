// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DIRECTORY_DETAIL_NAMES_HPP
#define COPYTO_STORE_DIRECTORY_DETAIL_NAMES_HPP

#include <copyto/core/bytes.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace copyto::detail {

inline constexpr std::string_view hidden_prefix = ".copyto-";
// Where `put` writes; only the holder of the directory's lock touches it, so whoever comes next
// clears up what a crash left.
inline constexpr char const* put_name = ".copyto-put.tmp";
inline constexpr std::size_t max_name = 255;          // bytes, NAME_MAX of every common file system
inline constexpr std::uint64_t max_tagged_head = MiB; // larger files are not read for their tag
inline constexpr std::size_t read_block = 256 * KiB;

// The hidden name's second half is the target's: no token contains a '~'.
[[nodiscard]] inline bool is_token(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}
// Name of the file that a hidden one is to become, or nothing.
[[nodiscard]] inline std::string_view target_of(std::string_view hidden) {
  std::size_t const tilde = hidden.find('~');
  if (!hidden.starts_with(hidden_prefix) || tilde == hidden.npos ||
      !is_token(hidden.substr(hidden_prefix.size(), tilde - hidden_prefix.size()))) {
    return {};
  }
  return hidden.substr(tilde + 1);
}
[[nodiscard]] inline bool is_segment(std::string_view name) {
  return !name.empty() && name.size() <= max_name && name != "." && name != ".." && !name.starts_with(hidden_prefix);
}
// Whether all of a path's segments could be a key's; `path` is empty or ends with a slash.
[[nodiscard]] inline bool are_segments(std::string_view path) {
  while (!path.empty()) {
    std::size_t const slash = path.find('/');
    if (!is_segment(path.substr(0, slash))) {
      return false;
    }
    path.remove_prefix(slash + 1);
  }
  return true;
}
[[nodiscard]] inline std::string content_tag(std::uint64_t crc, std::uint64_t size) {
  return fmt::format("{:016x}-{}", crc, size);
}

} // namespace copyto::detail

#endif
