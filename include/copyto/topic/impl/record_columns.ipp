// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_RECORD_COLUMNS_IPP
#define COPYTO_TOPIC_IMPL_RECORD_COLUMNS_IPP

#include <copyto/topic/detail/record_columns.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/schema/detail/json_value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace copyto::detail {

COPYTO_COLD result<void> check_record_columns(schema_view fields, std::span<std::size_t const> columns) {
  if (columns.empty()) {
    return error(
        {.code = errc::invalid_argument, .message = "a record has no columns", .advice = "name at least one column"});
  }
  for (auto at = columns.begin(); at != columns.end(); ++at) {
    if (*at >= fields.size()) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("a record has column number {}, counted from 0, and the schema has {}", *at,
                                           fields.size())});
    }
    if (std::find(columns.begin(), at, *at) != at) {
      return error({.code = errc::invalid_argument,
                    .message = "a record has a column twice",
                    .column = std::string(fields[*at].name),
                    .advice = "name it once"});
    }
  }
  return {};
}

COPYTO_COLD result<void> check_json_names(schema_view fields, std::span<std::size_t const> columns) {
  for (std::size_t const c : columns) {
    field const& f = fields[c];
    if (!valid_utf8(f.name)) {
      return error({.code = errc::invalid_argument,
                    .message = "the name of a column is not valid UTF-8, so it cannot stand in JSON",
                    .advice = fmt::format("rename column {} (counted from 1)", c + 1)});
    }
    if (std::string const name = unreadable_name(f, std::string(f.name)); !name.empty()) {
      return error({.code = errc::invalid_argument,
                    .message = "the name of a struct's member is not valid UTF-8, so it cannot stand in JSON",
                    .column = name,
                    .advice = "rename the member"});
    }
  }
  return {};
}

COPYTO_COLD error record_value_error(field const& f, std::size_t row, std::string_view path, std::string_view why,
                                     std::string_view advice) {
  return error({.code = errc::value_out_of_range,
                .message = std::string(why),
                .row = row,
                .column = fmt::format("{}{}", f.name, path),
                .advice = std::string(advice)});
}

} // namespace copyto::detail

#endif
