// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_DETAIL_JSON_DEPTH_HPP
#define COPYTO_CORE_DETAIL_JSON_DEPTH_HPP

#include <cstddef>

#include <string_view>

namespace copyto::detail {

/// Whether arrays and objects nest no deeper than this: Property Tree's parser calls itself for each.
[[nodiscard]] inline bool json_nests_at_most(std::string_view json, int most) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i != json.size(); ++i) {
    char const c = json[i];
    if (quoted) {
      quoted = c != '"';
      i += c == '\\' && i + 1 != json.size() ? 1 : 0;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > most) {
        return false;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

} // namespace copyto::detail

#endif
