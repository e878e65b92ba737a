// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_JSON_RECORDS_IPP
#define COPYTO_TOPIC_IMPL_JSON_RECORDS_IPP

#include <copyto/topic/json_records.hpp>

#include <copyto/topic/detail/record_columns.hpp>

#include <optional>
#include <utility>

namespace copyto {

COPYTO_COLD result<void> json_records::begin(schema_view fields, std::span<std::size_t const> columns) {
  if (result<void> checked = detail::check_record_columns(fields, columns); !checked) {
    return checked;
  }
  if (result<void> checked = detail::check_json_names(fields, columns); !checked) {
    return checked;
  }
  form_ = {.decimals_as_text = options_.decimals == json_numbers::text,
           .wide_integers_as_text = options_.wide_integers == json_numbers::text,
           .base64 = options_.binary == json_bytes::base64,
           .epoch = options_.times == json_times::epoch,
           .omit_null = options_.nulls == json_nulls::omit};
  columns_.clear();
  columns_.reserve(columns.size());
  byte_buffer name;
  for (std::size_t const c : columns) {
    name.clear();
    detail::append_json_string(name, fields[c].name);
    name.append(":");
    columns_.push_back({c, std::string(as_text(name.view()))});
  }
  return {};
}

COPYTO_DECL result<void> json_records::append(batch const& rows, std::size_t row, byte_buffer& out) {
  std::size_t const before = out.size();
  std::string_view opening = "{";
  for (column const& c : columns_) {
    column_view const& values = rows.column(c.number);
    if (form_.omit_null && values.is_null(row)) {
      continue;
    }
    out.append(std::exchange(opening, ","));
    out.append(std::string_view(c.name));
    if (std::optional<detail::json_fault> const fault = detail::append_json(out, values, row, form_)) {
      out.resize(before);
      return detail::record_value_error(rows.schema()[c.number], row, fault->path, fault->why,
                                        "correct it in the source");
    }
  }
  out.append(opening == "{" ? "{}" : "}");
  return {};
}

} // namespace copyto

#endif
