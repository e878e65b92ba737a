// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_REQUIRED_IPP
#define COPYTO_SCHEMA_IMPL_REQUIRED_IPP

#include <copyto/schema/detail/required.hpp>

#include <string>

namespace copyto::detail {

COPYTO_DECL bool may_break_promise(column_view const& v) noexcept {
  if (!v.type->optional && v.null_count != 0) {
    return true;
  }
  for (std::size_t i = 0; i != v.type->node_count; ++i) {
    if (may_break_promise(v.children[i])) {
      return true;
    }
  }
  return false;
}

/// Whether slot `i` and all below it keep to the schema.
COPYTO_DECL bool keeps_promise(column_view const& v, std::size_t i) noexcept {
  if (v.is_null(i)) {
    return v.type->optional;
  }
  switch (v.type->type.id) {
  case kind::structure:
    for (std::size_t m = 0; m != v.type->node_count; ++m) {
      if (!keeps_promise(v.member(m), i)) {
        return false;
      }
    }
    return true;
  case kind::list:
  case kind::map: {
    auto const [first, last] = v.range(i);
    for (std::size_t slot = first; slot != last; ++slot) {
      for (std::size_t c = 0; c != v.type->node_count; ++c) {
        if (!keeps_promise(v.children[c], slot)) {
          return false;
        }
      }
    }
    return true;
  }
  default: return true;
  }
}

COPYTO_DECL std::optional<std::size_t> broken_promise(column_view const& column) noexcept {
  std::size_t const slots = may_break_promise(column) ? column.length : 0;
  for (std::size_t i = 0; i != slots; ++i) {
    if (!keeps_promise(column, i)) {
      return i;
    }
  }
  return std::nullopt;
}

COPYTO_COLD error broken_promise_of(field const& f, std::size_t row) {
  return error({.code = errc::value_out_of_range,
                .message = "a NULL where the schema says that there is none",
                .row = row,
                .column = std::string(f.name),
                .advice = "declare the column, or what is below it, as optional"});
}

COPYTO_DECL result<void> check_required(batch const& rows) {
  for (std::size_t c = 0; c != rows.schema().size(); ++c) {
    if (std::optional<std::size_t> const row = broken_promise(rows.column(c))) {
      return broken_promise_of(rows.schema()[c], *row);
    }
  }
  return {};
}

} // namespace copyto::detail

#endif
