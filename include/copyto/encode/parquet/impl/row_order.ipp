// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_ROW_ORDER_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_ROW_ORDER_IPP

#include <copyto/encode/parquet/detail/row_order.hpp>

#include <copyto/encode/parquet/detail/plain.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace copyto::detail {

COPYTO_COLD bool can_be_sorted(kind k) noexcept {
  return !is_nested(k) && k != kind::interval && k != kind::float16 && k != kind::float32 && k != kind::float64;
}

/// A value that is a number, whatever its unit.
COPYTO_COLD int128 sorted_number(column_view const& v, std::size_t i) noexcept {
  switch (v.type->type.id) {
  case kind::boolean: return v.bit(i) ? 1 : 0;
  case kind::int8: return load_slot<std::int8_t>(v, i);
  case kind::int16: return load_slot<std::int16_t>(v, i);
  case kind::uint8: return load_slot<std::uint8_t>(v, i);
  case kind::uint16: return load_slot<std::uint16_t>(v, i);
  case kind::uint32: return load_slot<std::uint32_t>(v, i);
  case kind::uint64: return load_slot<std::uint64_t>(v, i);
  default: break;
  }
  switch (value_width(v.type->type)) {
  case 4: return load_slot<std::int32_t>(v, i);
  case 8: return load_slot<std::int64_t>(v, i);
  default: return load_slot<int128>(v, i);
  }
}

COPYTO_COLD row_order::row_order(schema_view fields, std::span<sorting_column const> by)
    : fields_(fields), by_(by), first_(by.size()), last_(by.size()), next_(by.size()) {}

COPYTO_COLD row_order::~row_order() = default;

COPYTO_COLD std::unique_ptr<row_order> row_order::of(schema_view fields, std::span<sorting_column const> by) {
  return by.empty() ? nullptr : std::make_unique<row_order>(fields, by);
}

COPYTO_COLD result<void> row_order::append(batch const& rows, std::size_t first, std::size_t count) {
  for (std::size_t row = first; row != first + count; ++row) {
    for (std::size_t i = 0; i != by_.size(); ++i) {
      column_view const& v = rows.column(by_[i].column);
      key& to = next_[i];
      kind const k = v.type->type.id;
      to.null = v.is_null(row);
      if (to.null) {
        continue;
      }
      if (is_bytes(k) || k == kind::fixed_binary || k == kind::uuid) {
        to.bytes.assign(v.bytes(row));
      } else {
        to.number = sorted_number(v, row);
      }
    }
    if (!any_) {
      first_ = next_;
    } else if (result<void> checked = check(last_, next_, row); !checked) {
      return checked;
    }
    any_ = true;
    std::swap(last_, next_);
  }
  return {};
}

COPYTO_COLD result<void> row_order::append(row_order const& behind) {
  if (!behind.any_) {
    return {};
  }
  if (any_) {
    if (result<void> checked = check(last_, behind.first_, 0); !checked) {
      return checked;
    }
  } else {
    first_ = behind.first_;
  }
  any_ = true;
  last_ = behind.last_;
  return {};
}

COPYTO_COLD result<void> row_order::check(std::vector<key> const& above, std::vector<key> const& here,
                                          std::size_t row) const {
  for (std::size_t i = 0; i != by_.size(); ++i) {
    key const& a = above[i];
    key const& b = here[i];
    int order = 0; // below 0: `b` may stand behind `a`
    if (a.null || b.null) {
      order = a.null == b.null ? 0 : a.null == by_[i].nulls_first ? -1 : 1;
    } else {
      int const bytes = a.bytes.compare(b.bytes); // char_traits compares as unsigned char
      order = a.number != b.number ? (a.number < b.number ? -1 : 1) : bytes;
      order = by_[i].descending ? -order : order;
    }
    if (order < 0) {
      return {};
    }
    if (order > 0) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("rows are not sorted as parquet_options::sorted_by says: {}{}{}",
                                           by_[i].descending ? "descending" : "ascending",
                                           i == 0 ? "" : ", within equal columns before it",
                                           by_[i].nulls_first ? ", NULLs first" : ", NULLs last"),
                    .row = row,
                    .column = std::string(fields_[by_[i].column].name),
                    .advice = "sort the rows at their source (ORDER BY), or do not claim an order"});
    }
  }
  return {};
}

} // namespace copyto::detail

#endif
