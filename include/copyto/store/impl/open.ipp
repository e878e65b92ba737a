// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_OPEN_IPP
#define COPYTO_STORE_IMPL_OPEN_IPP

#include <copyto/store/open.hpp>

#include <copyto/store/detail/way.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>

#include <utility>

namespace copyto {

COPYTO_COLD result<any_store> open_store(store_target const& to, store_settings const& settings,
                                         std::function<void(http_exchange const&)> tell) {
  if (!to.is_bucket()) {
    if (settings != store_settings()) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("`{}` is a directory, and the settings are for buckets", to.text),
                    .advice = "leave them out"});
    }
    return any_store(directory_store(to.path));
  }
  result<detail::store_way> const way = detail::find_way(to, settings, std::move(tell));
  return way ? detail::open_way(*way) : way.error();
}

} // namespace copyto

#endif
