// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_CORE_RESULT_HPP
#define COPYTO_CORE_RESULT_HPP

#include <copyto/core/error.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace copyto {

/// A value or an `error`. Everything that can fail returns one; `.value()` throws `copyto::failure`.
template <class T>
using result = boost::system::result<T, error>;

/// Found by Boost.System through argument-dependent lookup when `.value()` is called on an error.
[[noreturn]] inline void throw_exception_from_error(error const& e, boost::source_location const&) { throw failure(e); }

} // namespace copyto

#endif
