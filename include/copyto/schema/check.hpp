// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_CHECK_HPP
#define COPYTO_SCHEMA_CHECK_HPP

#include <copyto/schema/field.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace copyto {

/// The rules that every schema must keep, whatever encodes it.
enum class schema_rule : std::uint8_t {
  ok,
  no_columns,     ///< there is nothing to write
  empty_name,     ///< a column or member without a name
  duplicate_name, ///< two columns or two members of one struct share a name
  bad_decimal,    ///< precision outside 1 to 38, or scale above it
  bad_width,      ///< fixed binary of no bytes
  bad_children,   ///< not one element, key and value, or at least one member
  optional_key,   ///< a map's key cannot be NULL
};

/// First broken rule and the top-level column in which it was found.
struct schema_fault {
  schema_rule rule = schema_rule::ok;
  std::size_t column = 0;
  friend constexpr bool operator==(schema_fault const&, schema_fault const&) = default;
};

namespace detail {

constexpr schema_rule check_level(schema_view fields, bool named);

constexpr schema_rule check_field(field const& f) {
  std::size_t const n = f.node_count;
  switch (f.type.id) {
  case kind::decimal:
    return f.type.precision < 1 || f.type.precision > 38 || f.type.scale > f.type.precision ? schema_rule::bad_decimal
                                                                                            : schema_rule::ok;
  case kind::fixed_binary: return f.type.width == 0 ? schema_rule::bad_width : schema_rule::ok;
  case kind::list: return n != 1 ? schema_rule::bad_children : check_level(f.children(), false);
  case kind::map:
    if (n != 2) {
      return schema_rule::bad_children;
    }
    return f.nodes[0].optional ? schema_rule::optional_key : check_level(f.children(), false);
  case kind::structure: return n == 0 ? schema_rule::bad_children : check_level(f.children(), true);
  default: return n != 0 ? schema_rule::bad_children : schema_rule::ok;
  }
}

/// `named`: the fields are columns or members, so that their names matter.
constexpr schema_rule check_level(schema_view fields, bool named) {
  for (std::size_t i = 0; i != fields.size(); ++i) {
    if (named && fields[i].name.empty()) {
      return schema_rule::empty_name;
    }
    for (std::size_t j = 0; named && j != i; ++j) {
      if (fields[j].name == fields[i].name) {
        return schema_rule::duplicate_name;
      }
    }
    if (schema_rule const rule = check_field(fields[i]); rule != schema_rule::ok) {
      return rule;
    }
  }
  return schema_rule::ok;
}

} // namespace detail

/// The one validator: in a static_assert for schemas known to the compiler, first statement of `run()`
/// for all others.
[[nodiscard]] constexpr schema_fault check(schema_view fields) {
  if (fields.empty()) {
    return {schema_rule::no_columns, 0};
  }
  for (std::size_t i = 0; i != fields.size(); ++i) {
    if (fields[i].name.empty()) {
      return {schema_rule::empty_name, i};
    }
    for (std::size_t j = 0; j != i; ++j) {
      if (fields[j].name == fields[i].name) {
        return {schema_rule::duplicate_name, i};
      }
    }
    if (schema_rule const rule = detail::check_field(fields[i]); rule != schema_rule::ok) {
      return {rule, i};
    }
  }
  return {};
}

/// Index of the first column that encoder `E` cannot write, or `fields.size()`.
template <class E>
[[nodiscard]] constexpr std::size_t first_unsupported(schema_view fields) {
  std::size_t i = 0;
  while (i != fields.size() && E::supports(fields[i])) {
    ++i;
  }
  return i;
}

[[nodiscard]] constexpr std::string_view to_string(schema_rule rule) noexcept {
  switch (rule) {
  case schema_rule::ok: return "ok";
  case schema_rule::no_columns: return "the schema has no columns";
  case schema_rule::empty_name: return "a column or struct member has no name";
  case schema_rule::duplicate_name: return "two columns or struct members have the same name";
  case schema_rule::bad_decimal: return "a decimal needs 1 to 38 digits and a scale within them";
  case schema_rule::bad_width: return "a fixed binary needs at least one byte";
  case schema_rule::bad_children: return "a nested type has the wrong number of children";
  case schema_rule::optional_key: return "the key of a map cannot be NULL";
  }
  return "";
}

} // namespace copyto

#endif
