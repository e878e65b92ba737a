// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_STORE_HPP
#define COPY_TO_STORE_HPP

#include "arguments.hpp"

#include <copyto/http/observed.hpp>
#include <copyto/store/any.hpp>

#include <functional>

namespace copy_to {

/// Makes the store that the arguments and the environment describe. Asks no server: errors are settings that cannot
/// be right, errc::invalid_argument.
/// `tell` is called with each request, from many threads.
[[nodiscard]] copyto::result<copyto::any_store> make_store(store_arguments const& arguments,
                                                           std::function<void(copyto::http_exchange const&)> tell);

} // namespace copy_to

#endif
