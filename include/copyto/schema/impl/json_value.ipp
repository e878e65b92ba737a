// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_JSON_VALUE_IPP
#define COPYTO_SCHEMA_IMPL_JSON_VALUE_IPP

#include <copyto/schema/detail/json_value.hpp>

#include <copyto/core/utf8.hpp>
#include <copyto/schema/detail/value_text.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace copyto::detail {

COPYTO_DECL void append_json_string(byte_buffer& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::string_view plain = "\"\\\b\f\n\r\t";
  constexpr std::string_view letter = "\"\\bfnrt";
  out.append("\"");
  while (!text.empty()) {
    auto const special = std::ranges::find_if(
        text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    auto const run = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, run));
    if (run == text.size()) {
      break;
    }
    auto const byte = static_cast<unsigned char>(text[run]);
    std::size_t const known = plain.find(text[run]);
    char const escaped[] = {'\\', 'u', '0', '0', digits[byte >> 4U], digits[byte & 15U]};
    char const briefly[] = {'\\', known == std::string_view::npos ? '\0' : letter[known]};
    out.append(known == std::string_view::npos ? std::string_view(escaped, 6) : std::string_view(briefly, 2));
    text.remove_prefix(run + 1);
  }
  out.append("\"");
}

/// Value `i`, which is neither NULL nor nested. `name`: of a member of an object, which is always a string.
COPYTO_DECL std::optional<json_fault> append_json_leaf(byte_buffer& out, column_view const& column, std::size_t i,
                                                       bool name) {
  logical_type const& type = column.type->type;
  switch (type.id) {
  case kind::boolean: {
    std::string_view const word = column.bit(i) ? "true" : "false";
    name ? append_json_string(out, word) : out.append(word);
    return std::nullopt;
  }
  case kind::string:
  case kind::enumeration:
  case kind::json: {
    std::string_view const text = column.bytes(i);
    if (!valid_utf8(text)) {
      return json_fault{"a text is not valid UTF-8"};
    }
    type.id == kind::json && !name ? out.append(text) : append_json_string(out, text);
    return std::nullopt;
  }
  case kind::binary:
  case kind::fixed_binary: {
    std::string_view const bytes = column.bytes(i);
    out.append("\"\\\\x");
    pg::put_hex(reinterpret_cast<char*>(out.room(2 * bytes.size())), bytes);
    out.advance(2 * bytes.size());
    out.append("\"");
    return std::nullopt;
  }
  default: break;
  }
  char text[pg::max_text + 8];
  char* end = pg::put_value(text, column, i);
  if (end == nullptr) {
    return json_fault{"a time of day is outside of 00:00:00 to 24:00:00"};
  }
  bool bare = !name;
  switch (type.id) {
  case kind::float16:
  case kind::float32:
  case kind::float64: bare = bare && end[-1] >= '0' && end[-1] <= '9'; break; // not Infinity, NaN
  case kind::timestamp: {
    char* const space = std::find(text, end, ' ');
    *space = 'T';
    if (type.utc) { // "+00" becomes "+00:00", also before " BC"
      char* const zone = std::find(space, end, '+') + 3;
      std::copy_backward(zone, end, end + 3);
      std::string_view(":00").copy(zone, 3);
      end += 3;
    }
    bare = false;
    break;
  }
  case kind::uuid:
  case kind::date:
  case kind::time:
  case kind::interval: bare = false; break;
  default: break;
  }
  out.append(bare ? "" : "\"");
  out.append(std::string_view(text, static_cast<std::size_t>(end - text)));
  out.append(bare ? "" : "\"");
  return std::nullopt;
}

COPYTO_DECL std::optional<json_fault> append_json(byte_buffer& out, column_view const& column, std::size_t i) {
  if (column.is_null(i)) {
    out.append("null");
    return std::nullopt;
  }
  auto const below = [&](column_view const& child, std::size_t slot, std::string_view step, bool name = false) {
    std::optional<json_fault> fault = name ? append_json_leaf(out, child, slot, true) : append_json(out, child, slot);
    if (fault) {
      fault->path.insert(0, step);
    }
    return fault;
  };
  switch (column.type->type.id) {
  case kind::structure:
    for (std::size_t m = 0; m != column.type->node_count; ++m) {
      field const& member = column.type->nodes[m];
      out.append(m == 0 ? "{" : ",");
      append_json_string(out, member.name);
      out.append(":");
      if (std::optional<json_fault> fault = below(column.member(m), i, "." + std::string(member.name))) {
        return fault;
      }
    }
    out.append("}");
    return std::nullopt;
  case kind::list:
  case kind::map: {
    bool const map = column.type->type.id == kind::map;
    auto const [first, last] = column.range(i);
    out.append(map ? "{" : "[");
    for (std::size_t slot = first; slot != last; ++slot) {
      out.append(slot == first ? "" : ",");
      std::optional<json_fault> fault = below(column.children[0], slot, map ? "[].key" : "[]", map);
      if (!fault && map) {
        out.append(":");
        fault = below(column.children[1], slot, "[].value");
      }
      if (fault) {
        return fault;
      }
    }
    out.append(map ? "}" : "]");
    return std::nullopt;
  }
  default: return append_json_leaf(out, column, i, false);
  }
}

} // namespace copyto::detail

#endif
