// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DETAIL_PAGES_HPP
#define COPYTO_STORE_DETAIL_PAGES_HPP

#include <copyto/core/result.hpp>

#include <string>
#include <utility>

namespace copyto::detail {

/// Walks over all pages of a listing. `list(from)` gives a `result<page<T>>`, `each(T&)` a `result<void>`, whose error
/// ends the walk, as one of `list` does. errc::bad_answer: a page that names itself as the next, without end.
template <class List, class Each>
result<void> for_each_listed(List const& list, Each const& each) {
  std::string from;
  do {
    auto listed = list(from);
    if (!listed) {
      return listed.error();
    }
    for (auto& item : listed->items) {
      if (result<void> seen = each(item); !seen) {
        return seen;
      }
    }
    if (!from.empty() && listed->next == from) {
      return error({.code = errc::bad_answer,
                    .message = "the store gave the same place twice to continue a listing from, which would not end",
                    .advice = "the server does not implement the pages of listings as the API has them"});
    }
    from = std::move(listed->next);
  } while (!from.empty());
  return {};
}

} // namespace copyto::detail

#endif
