// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_SCHEMA_ELEMENT_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_SCHEMA_ELEMENT_IPP

#include <copyto/encode/parquet/detail/schema_element.hpp>

namespace copyto::detail {

COPYTO_COLD void write_root_element(thrift_writer& out, std::size_t children) {
  out.begin_element();
  out.binary(4, "schema");
  out.i32(5, static_cast<std::int64_t>(children));
  out.end();
}

/// The member of the union LogicalType.
COPYTO_COLD void write_annotation(thrift_writer& out, form const& f) {
  int const id = static_cast<int>(f.note);
  switch (f.note) {
  case annotation::decimal:
    out.begin(id);
    out.i32(1, f.scale);
    out.i32(2, f.precision);
    out.end();
    break;
  case annotation::time:
  case annotation::timestamp:
    out.begin(id);
    out.boolean(1, f.utc);
    out.begin(2);
    out.empty(static_cast<int>(f.unit) + 1); // MILLIS, MICROS, NANOS
    out.end();
    out.end();
    break;
  case annotation::integer:
    out.begin(id);
    out.i8(1, static_cast<std::int8_t>(f.bits));
    out.boolean(2, f.sign);
    out.end();
    break;
  default: out.empty(id); break;
  }
}

COPYTO_COLD void write_leaf_element(thrift_writer& out, leaf const& column) {
  form const& f = column.as;
  out.begin_element();
  out.i32(1, static_cast<int>(f.type));
  if (f.type == physical::fixed_len_byte_array) {
    out.i32(2, f.width);
  }
  out.i32(3, static_cast<int>(column.type->optional ? repetition::optional : repetition::required));
  out.binary(4, column.type->name);
  if (f.old_note != converted::none) {
    out.i32(6, static_cast<int>(f.old_note));
  }
  if (f.note == annotation::decimal) {
    out.i32(7, f.scale);
    out.i32(8, f.precision);
  }
  if (column.type->id >= 0) {
    out.i32(9, column.type->id);
  }
  if (f.note != annotation::none) {
    out.begin(10);
    write_annotation(out, f);
    out.end();
  }
  out.end();
}

} // namespace copyto::detail

#endif
