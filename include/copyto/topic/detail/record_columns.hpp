// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_RECORD_COLUMNS_HPP
#define COPYTO_TOPIC_DETAIL_RECORD_COLUMNS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <span>
#include <string_view>

/// What the record formats have in common.
namespace copyto::detail {

/// Whether there are columns, each of the schema and named once.
[[nodiscard]] result<void> check_record_columns(schema_view fields, std::span<std::size_t const> columns);

/// Whether the names of these columns and of members below them can stand in JSON.
[[nodiscard]] result<void> check_json_names(schema_view fields, std::span<std::size_t const> columns);

/// The error of a value of a record. `path`: below the column.
[[nodiscard]] error record_value_error(field const& f, std::size_t row, std::string_view path, std::string_view why,
                                       std::string_view advice);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/record_columns.ipp>
#endif

#endif
