// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_IMPL_RAW_RECORDS_IPP
#define COPYTO_TOPIC_IMPL_RAW_RECORDS_IPP

#include <copyto/topic/raw_records.hpp>

#include <copyto/schema/schema.hpp>
#include <copyto/topic/detail/record_columns.hpp>

#include <fmt/format.h>

#include <string>

namespace copyto {

COPYTO_COLD result<void> raw_records::begin(schema_view fields, std::span<std::size_t const> columns) {
  if (result<void> checked = detail::check_record_columns(fields, columns); !checked) {
    return checked;
  }
  if (columns.size() != 1) {
    std::string names;
    for (std::size_t const c : columns) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", fields[c].name);
    }
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("a raw record is the bytes of one column, and there are {}", columns.size()),
                  .column = names,
                  .advice = "name one of them, or write JSON, CSV or Avro"});
  }
  field const& f = fields[columns.front()];
  if (!supports(f)) {
    return error({.code = errc::unsupported,
                  .message = fmt::format("a raw record is a string, binary, json, enum, fixed binary or uuid, and the "
                                         "column is of type {}",
                                         describe(f)),
                  .column = std::string(f.name),
                  .advice = "make it text or bytes in the source, or write JSON, CSV or Avro"});
  }
  column_ = columns.front();
  return {};
}

COPYTO_DECL result<void> raw_records::append(batch const& rows, std::size_t row, byte_buffer& out) {
  column_view const& column = rows.column(column_);
  if (column.is_null(row)) {
    return detail::record_value_error(rows.schema()[column_], row, {},
                                      "a value is NULL, which has no bytes to make a record of",
                                      "leave such rows out in the source, or give them a value");
  }
  out.append(column.bytes(row));
  return {};
}

} // namespace copyto

#endif
