// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_COLUMN_STATS_IPP
#define COPYTO_SCHEMA_IMPL_COLUMN_STATS_IPP

#include <copyto/schema/column_stats.hpp>

#include <copyto/schema/detail/float_text.hpp>
#include <copyto/schema/detail/value_text.hpp>

#include <concepts>
#include <cstring>
#include <string_view>
#include <tuple>
#include <utility>

namespace copyto::detail {

template <class T>
void column_range::add_numbers(column_view const& column, std::size_t first, std::size_t count) noexcept {
  T low;
  T high;
  std::memcpy(&low, low_.data(), sizeof(T));
  std::memcpy(&high, high_.data(), sizeof(T));
  T const* const values = column.data<T>();
  for (std::size_t i = first; i != first + count; ++i) {
    if (column.is_null(i)) {
      ++nulls_;
      continue;
    }
    T v;
    std::memcpy(&v, values + i, sizeof(T)); // of 16 bytes, it may lie at a multiple of eight
    if constexpr (std::floating_point<T>) {
      if (v != v) { // NOLINT(misc-redundant-expression): true for NaN
        ++nans_;
        continue;
      }
    }
    low = any_ && low <= v ? low : v;
    high = any_ && high >= v ? high : v;
    any_ = true;
  }
  std::memcpy(low_.data(), &low, sizeof(T));
  std::memcpy(high_.data(), &high, sizeof(T));
}

COPYTO_DECL void column_range::add_halves(column_view const& column, std::size_t first, std::size_t count) noexcept {
  auto const bits = [](std::array<std::byte, 16> const& kept) {
    std::uint16_t b;
    std::memcpy(&b, kept.data(), sizeof b);
    return b;
  };
  for (std::size_t i = first; i != first + count; ++i) {
    if (column.is_null(i)) {
      ++nulls_;
      continue;
    }
    std::uint16_t const b = column.data<std::uint16_t>()[i];
    float const v = pg::widen_half(b);
    if (v != v) { // NOLINT(misc-redundant-expression): true for NaN
      ++nans_;
      continue;
    }
    if (!any_ || v < pg::widen_half(bits(low_))) {
      std::memcpy(low_.data(), &b, sizeof b);
    }
    if (!any_ || v > pg::widen_half(bits(high_))) {
      std::memcpy(high_.data(), &b, sizeof b);
    }
    any_ = true;
  }
}

COPYTO_DECL void column_range::add_bits(column_view const& column, std::size_t first, std::size_t count) noexcept {
  for (std::size_t i = first; i != first + count; ++i) {
    if (column.is_null(i)) {
      ++nulls_;
      continue;
    }
    auto const v = static_cast<std::byte>(column.bit(i));
    low_[0] = any_ && low_[0] <= v ? low_[0] : v;
    high_[0] = any_ && high_[0] >= v ? high_[0] : v;
    any_ = true;
  }
}

COPYTO_DECL void column_range::add_strings(column_view const& column, std::size_t first, std::size_t count) noexcept {
  for (std::size_t i = first; i != first + count; ++i) {
    if (column.is_null(i)) {
      ++nulls_;
      continue;
    }
    std::string_view const v = column.bytes(i);
    if (!any_ || low_bytes_.compare(v) > 0) {
      low_bytes_.assign(v);
    }
    if (!any_ || high_bytes_.compare(v) < 0) {
      high_bytes_.assign(v);
    }
    any_ = true;
  }
}

COPYTO_DECL void column_range::add(column_view const& column, std::size_t first, std::size_t count) noexcept {
  logical_type const& type = column.type->type;
  switch (type.id) {
  case kind::boolean: return add_bits(column, first, count);
  case kind::int8: return add_numbers<std::int8_t>(column, first, count);
  case kind::int16: return add_numbers<std::int16_t>(column, first, count);
  case kind::int32:
  case kind::date: return add_numbers<std::int32_t>(column, first, count);
  case kind::int64:
  case kind::timestamp: return add_numbers<std::int64_t>(column, first, count);
  case kind::uint8: return add_numbers<std::uint8_t>(column, first, count);
  case kind::uint16: return add_numbers<std::uint16_t>(column, first, count);
  case kind::uint32: return add_numbers<std::uint32_t>(column, first, count);
  case kind::uint64: return add_numbers<std::uint64_t>(column, first, count);
  case kind::float16: return add_halves(column, first, count);
  case kind::float32: return add_numbers<float>(column, first, count);
  case kind::float64: return add_numbers<double>(column, first, count);
  case kind::time:
  case kind::decimal:
    return value_width(type) == 4   ? add_numbers<std::int32_t>(column, first, count)
           : value_width(type) == 8 ? add_numbers<std::int64_t>(column, first, count)
                                    : add_numbers<int128>(column, first, count);
  case kind::string:
  case kind::json:
  case kind::enumeration:
  case kind::binary:
  case kind::fixed_binary:
  case kind::uuid: return add_strings(column, first, count);
  case kind::interval:
  case kind::list:
  case kind::structure:
  case kind::map:
    for (std::size_t i = first; i != first + count; ++i) {
      nulls_ += column.is_null(i) ? 1 : 0;
    }
  }
}

COPYTO_DECL void column_range::merge(column_range const& other, field const& type) noexcept {
  nulls_ += other.nulls_;
  nans_ += other.nans_;
  if (!other.any_) {
    return;
  }
  if (is_bytes(type.type.id) || type.type.id == kind::fixed_binary || type.type.id == kind::uuid) {
    low_bytes_ = any_ && low_bytes_.compare(other.low_bytes_) <= 0 ? low_bytes_ : other.low_bytes_;
    high_bytes_ = any_ && high_bytes_.compare(other.high_bytes_) >= 0 ? high_bytes_ : other.high_bytes_;
    any_ = true;
    return;
  }
  for (auto const& bound : {other.low_, other.high_}) { // each is a value as a column holds it
    alignas(16) std::array<std::byte, 16> const value = bound;
    add({.type = &type, .length = 1, .values = value.data()}, 0, 1);
  }
}

COPYTO_DECL column_stats column_range::stats(field const& type) const {
  column_stats made{.null_count = nulls_, .nan_count = nans_};
  if (!any_) {
    return made;
  }
  auto const of_value = [&](void const* value) -> std::optional<std::string> {
    column_view const one{.type = &type, .length = 1, .values = value};
    char text[pg::max_text];
    char const* const end = pg::put_value(text, one, 0);
    return end == nullptr ? std::nullopt : std::optional(std::string(text, static_cast<std::size_t>(end - text)));
  };
  auto const of_bytes = [&](bound_bytes const& bound, bool text) -> std::optional<std::string> {
    if (!bound.present) {
      return std::nullopt;
    }
    if (text) {
      return std::string(bound.view());
    }
    char digits[2 * std::tuple_size_v<decltype(bound.data)>];
    return std::string("\\x").append(digits, pg::put_hex(digits, bound.view()));
  };
  switch (type.type.id) {
  case kind::float16:
  case kind::float32:
  case kind::float64:
    made.lower_bound = of_value(low_.data());
    made.upper_bound = of_value(high_.data());
    if (made.lower_bound == "0") { // the bounds do not tell both zeros apart
      made.lower_bound = "-0";
    }
    if (made.upper_bound == "-0") {
      made.upper_bound = "0";
    }
    break;
  case kind::uuid:
    made.lower_bound = of_value(low_bytes_.kept().data());
    made.upper_bound = of_value(high_bytes_.kept().data());
    break;
  case kind::string:
  case kind::json:
  case kind::enumeration:
  case kind::binary:
  case kind::fixed_binary: {
    bool const text = type.type.id != kind::binary && type.type.id != kind::fixed_binary;
    made.lower_bound = of_bytes(lower_bound_of(low_bytes_, text), text);
    made.upper_bound = of_bytes(upper_bound_of(high_bytes_, text), text);
    break;
  }
  default: made.lower_bound = of_value(low_.data()); made.upper_bound = of_value(high_.data());
  }
  return made;
}

} // namespace copyto::detail

#endif
