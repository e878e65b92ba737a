// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_DETAIL_REQUIRED_HPP
#define COPYTO_SOURCE_ARROW_DETAIL_REQUIRED_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <optional>

namespace copyto::detail {

/// The first slot that is NULL, or has a NULL below it, where the schema says that there is none; nothing: there is no such.
/// What is below a NULL does not count.
[[nodiscard]] std::optional<std::size_t> broken_promise(column_view const& column) noexcept;

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/source/arrow/impl/required.ipp>
#endif

#endif
