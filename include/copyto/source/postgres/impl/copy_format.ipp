// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_COPY_FORMAT_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_COPY_FORMAT_IPP

#include <copyto/source/postgres/detail/copy_format.hpp>

#include <copyto/core/bytes.hpp>

#include <boost/endian/conversion.hpp>

#include <cstdint>
#include <utility>

namespace copyto::detail {

/// A number at the front of `data`, which becomes shorter; false if there is not enough.
template <class T>
bool pg_take_big(std::string_view& data, T& number) noexcept {
  if (data.size() < sizeof(T)) {
    return false;
  }
  number = boost::endian::endian_load<T, sizeof(T), boost::endian::order::big>(
      reinterpret_cast<unsigned char const*>(data.data()));
  data.remove_prefix(sizeof(T));
  return true;
}

COPYTO_DECL std::optional<std::size_t> pg_copy_header(std::string_view data) noexcept {
  using namespace std::string_view_literals;
  constexpr std::string_view signature = "PGCOPY\n\xFF\r\n\0"sv;
  std::string_view rest = data.substr(data.starts_with(signature) ? signature.size() : data.size());
  std::uint32_t flags = 0;
  std::uint32_t extension = 0;
  if (!pg_take_big(rest, flags) || !pg_take_big(rest, extension) || flags >> 16 != 0 || rest.size() < extension) {
    return std::nullopt;
  }
  return data.size() - rest.size() + extension;
}

COPYTO_DECL pg_row pg_append_row(batch& to, std::span<pg_column const> columns, std::string_view data) {
  using enum pg_row::outcome;
  std::string_view rest = data;
  std::int16_t fields = 0;
  if (!pg_take_big(rest, fields)) {
    return {.is = malformed};
  }
  if (fields == -1) {
    return {.is = trailer, .size = sizeof(fields)};
  }
  if (fields < 0 || static_cast<std::size_t>(fields) != columns.size()) {
    return {.is = malformed};
  }
  std::size_t copied = 0;
  for (std::size_t c = 0; c != columns.size(); ++c) {
    std::int32_t size = 0;
    if (!pg_take_big(rest, size) || size < -1 || (size > 0 && rest.size() < static_cast<std::size_t>(size))) {
      return {.is = malformed};
    }
    if (size == -1) {
      to.buffer(c).append_null();
      continue;
    }
    std::string_view const value = rest.substr(0, static_cast<std::size_t>(size));
    pg_blame blame;
    pg_misfit const why = pg_append_binary(to.buffer(c), columns[c], value, blame);
    if (why != pg_misfit::none) {
      return {.is = misfit, .why = why, .column = c, .value = value, .blame = std::move(blame)};
    }
    copied += is_bytes(columns[c].type.id) || is_nested(columns[c].type.id) ? value.size() : 0;
    rest.remove_prefix(value.size());
  }
  return {.is = appended, .size = data.size() - rest.size(), .copied = copied};
}

} // namespace copyto::detail

#endif
