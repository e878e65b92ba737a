// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_TOPIC_RECORDS_HPP
#define COPYTO_TESTS_UNIT_TOPIC_RECORDS_HPP

#include <copyto/schema/batch.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/schema/nested_type.hpp>
#include <copyto/topic/concept.hpp>

#include <cstddef>
#include <cstring>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace topic_tests {

using namespace copyto;

/// The rows in a batch, which borrows from them.
template <class Row>
batch batch_of(std::vector<Row> const& all) {
  batch rows(schema_of<Row>::fields, all.size() + 1);
  schema_of<Row>::append(rows, all.size(), [&](std::size_t i) -> Row const& { return all[i]; });
  rows.close(all.size());
  return rows;
}

inline std::vector<std::size_t> every_column(schema_view fields) {
  std::vector<std::size_t> columns(fields.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

/// "invalid_argument a: message; advice", or what `begin` has not refused.
inline std::string told(result<void> const& r) {
  if (r) {
    return "no error";
  }
  error const& e = r.error();
  return std::string(to_string(e.code())) + " " + e->column + ": " + e->message +
         (e->advice.empty() ? "" : "; " + e->advice);
}

/// The record of each row, of these columns; where there is none, the error.
template <RecordFormat Format>
std::vector<std::string> records_of(Format format, batch const& rows, std::vector<std::size_t> const& columns) {
  std::vector<std::string> records;
  if (result<void> const begun = format.begin(rows.schema(), columns); !begun) {
    return {told(begun)};
  }
  for (std::size_t i = 0; i != rows.rows(); ++i) {
    byte_buffer out;
    out.append("before");
    result<void> const done = format.append(rows, i, out);
    std::string_view const text = as_text(out.view());
    if (!done) {
      records.push_back("row " + std::to_string(done.error()->row.value_or(9999)) + " " + told(done));
      records.back() += text == "before" ? "" : " AND LEFT BYTES";
    } else {
      records.push_back(text.starts_with("before") ? std::string(text.substr(6)) : "WITHOUT WHAT WAS BEFORE");
    }
  }
  return records;
}
template <RecordFormat Format>
std::vector<std::string> records_of(Format const& format, batch const& rows) {
  return records_of(format, rows, every_column(rows.schema()));
}
template <RecordFormat Format, class Row>
std::string record_of(Format const& format, Row const& row) {
  std::vector<Row> const all = {row};
  return records_of(format, batch_of(all)).front();
}

/// Bytes of any type that C++ has no column for, row by row.
template <class T>
batch batch_of_raw(schema_view fields, std::vector<T> const& values) {
  batch rows(fields, values.size() + 1);
  for (T const& v : values) {
    rows.buffer(0).append_fixed(v);
  }
  rows.close(values.size());
  return rows;
}

} // namespace topic_tests

#endif
