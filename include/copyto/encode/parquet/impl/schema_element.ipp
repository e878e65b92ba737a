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

COPYTO_COLD void write_leaf_element(thrift_writer& out, leaf const& column, std::string_view name, std::int32_t id) {
  form const& f = column.as;
  out.begin_element();
  out.i32(1, static_cast<int>(f.type));
  if (f.type == physical::fixed_len_byte_array) {
    out.i32(2, f.width);
  }
  out.i32(3, static_cast<int>(column.type->optional ? repetition::optional : repetition::required));
  out.binary(4, name);
  if (f.old_note != converted::none) {
    out.i32(6, static_cast<int>(f.old_note));
  }
  if (f.note == annotation::decimal) {
    out.i32(7, f.scale);
    out.i32(8, f.precision);
  }
  if (id >= 0) {
    out.i32(9, id);
  }
  if (f.note != annotation::none) {
    out.begin(10);
    write_annotation(out, f);
    out.end();
  }
  out.end();
}

/// Of a group.
COPYTO_COLD void write_group_element(thrift_writer& out, repetition repeats, std::string_view name,
                                     std::size_t children, std::int32_t id, converted old_note, annotation note) {
  out.begin_element();
  out.i32(3, static_cast<int>(repeats));
  out.binary(4, name);
  out.i32(5, static_cast<std::int64_t>(children));
  if (old_note != converted::none) {
    out.i32(6, static_cast<int>(old_note));
  }
  if (id >= 0) {
    out.i32(9, id);
  }
  if (note != annotation::none) {
    out.begin(10);
    out.empty(static_cast<int>(note));
    out.end();
  }
  out.end();
}

COPYTO_COLD void write_column_elements(thrift_writer& out, field const& f, std::string_view name,
                                       std::vector<leaf>::const_iterator& next, std::int32_t* next_id) {
  std::int32_t const id = next_id != nullptr ? (*next_id)++ : f.id;
  repetition const repeats = f.optional ? repetition::optional : repetition::required;
  switch (f.type.id) {
  case kind::structure:
    write_group_element(out, repeats, name, f.node_count, id, converted::none, annotation::none);
    for (field const& member : f.children()) {
      write_column_elements(out, member, member.name, next, next_id);
    }
    return;
  case kind::list:
    write_group_element(out, repeats, name, 1, id, converted::list, annotation::list);
    write_group_element(out, repetition::repeated, list_group, 1, -1, converted::none, annotation::none);
    write_column_elements(out, f.nodes[0], list_element, next, next_id);
    return;
  case kind::map:
    write_group_element(out, repeats, name, 1, id, converted::map, annotation::map);
    write_group_element(out, repetition::repeated, map_group, 2, -1, converted::none, annotation::none);
    write_column_elements(out, f.nodes[0], map_key, next, next_id);
    write_column_elements(out, f.nodes[1], map_value, next, next_id);
    return;
  default: write_leaf_element(out, *next++, name, id);
  }
}

} // namespace copyto::detail

#endif
