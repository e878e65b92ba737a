// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DETAIL_REQUIRED_HPP
#define COPYTO_SCHEMA_DETAIL_REQUIRED_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <optional>

namespace copyto::detail {

/// The first slot that is NULL, or has a NULL below it, where the schema says that there is none; nothing: there is no such.
/// What is below a NULL does not count.
[[nodiscard]] std::optional<std::size_t> broken_promise(column_view const& column) noexcept;

/// errc::value_out_of_range where a column of the batch has such a slot: encoders write no levels for it, and a file with one
/// value too few can be read by nobody. Of a source of the user's; ours keep to their schemas.
[[nodiscard]] result<void> check_required(batch const& rows);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/required.ipp>
#endif

#endif
