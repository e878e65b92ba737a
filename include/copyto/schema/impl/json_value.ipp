// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_JSON_VALUE_IPP
#define COPYTO_SCHEMA_IMPL_JSON_VALUE_IPP

#include <copyto/schema/detail/json_value.hpp>

#include <copyto/core/detail/base64.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/schema/detail/digits.hpp>
#include <copyto/schema/detail/value_text.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

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
                                                       json_form const& form, bool name) {
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
    if (type.id == kind::json && !name && text.empty()) {
      return json_fault{"a JSON text is empty"};
    }
    type.id == kind::json && !name ? out.append(text) : append_json_string(out, text);
    return std::nullopt;
  }
  case kind::binary:
  case kind::fixed_binary: {
    std::string_view const bytes = column.bytes(i);
    std::size_t const size = form.base64 ? base64_size(bytes.size()) : 2 * bytes.size();
    out.append(form.base64 ? "\"" : "\"\\\\x");
    auto* const at = reinterpret_cast<char*>(out.room(size));
    form.base64 ? put_base64(at, bytes) : pg::put_hex(at, bytes);
    out.advance(size);
    out.append("\"");
    return std::nullopt;
  }
  case kind::date:
  case kind::time:
  case kind::timestamp:
    if (form.epoch) {
      bool const wide = value_width(type) == 8;
      bool const quoted = name || (wide && form.wide_integers_as_text);
      char digits[24];
      char const* const last = wide ? pg::put_int(digits, column.data<std::int64_t>()[i])
                                    : pg::put_int(digits, column.data<std::int32_t>()[i]);
      out.append(quoted ? "\"" : "");
      out.append(std::string_view(digits, static_cast<std::size_t>(last - digits)));
      out.append(quoted ? "\"" : "");
      return std::nullopt;
    }
    break;
  default: break;
  }
  char text[pg::max_text + 8];
  char* end = pg::put_value(text, column, i);
  if (end == nullptr) {
    return json_fault{"a time of day is outside of 00:00:00 to 24:00:00"};
  }
  bool bare = !name;
  switch (type.id) {
  case kind::decimal: bare = bare && !form.decimals_as_text; break;
  case kind::int64:
  case kind::uint64: bare = bare && !form.wide_integers_as_text; break;
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

COPYTO_DECL std::optional<json_fault> append_json(byte_buffer& out, column_view const& column, std::size_t i,
                                                  json_form const& form) {
  if (column.is_null(i)) {
    out.append("null");
    return std::nullopt;
  }
  switch (column.type->type.id) {
  case kind::structure: {
    std::string_view before = "{";
    for (std::size_t m = 0; m != column.type->node_count; ++m) {
      column_view const member = column.member(m);
      if (form.omit_null && member.is_null(i)) {
        continue;
      }
      std::string_view const name = column.type->nodes[m].name;
      out.append(std::exchange(before, ","));
      append_json_string(out, name);
      out.append(":");
      if (std::optional<json_fault> fault = append_json(out, member, i, form)) {
        fault->path.insert(0, "." + std::string(name));
        return fault;
      }
    }
    out.append(before == "{" ? "{}" : "}");
    return std::nullopt;
  }
  case kind::list:
  case kind::map: {
    bool const map = column.type->type.id == kind::map;
    auto const [first, last] = column.range(i);
    out.append(map ? "{" : "[");
    for (std::size_t slot = first; slot != last; ++slot) {
      out.append(slot == first ? "" : ",");
      std::string_view step = map ? "[].key" : "[]";
      std::optional<json_fault> fault = map ? append_json_leaf(out, column.children[0], slot, form, true)
                                            : append_json(out, column.children[0], slot, form);
      if (!fault && map) {
        out.append(":");
        step = "[].value";
        fault = append_json(out, column.children[1], slot, form);
      }
      if (fault) {
        fault->path.insert(0, step);
        return fault;
      }
    }
    out.append(map ? "}" : "]");
    return std::nullopt;
  }
  default: return append_json_leaf(out, column, i, form, false);
  }
}

COPYTO_COLD std::string unreadable_name(field const& f, std::string const& path) {
  for (field const& child : f.children()) {
    bool const member = f.type.id == kind::structure;
    std::string const below = path + (member ? "." + std::string(child.name) : "[]");
    if (member && !valid_utf8(child.name)) {
      return below;
    }
    if (std::string found = unreadable_name(child, below); !found.empty()) {
      return found;
    }
  }
  return {};
}

} // namespace copyto::detail

#endif
