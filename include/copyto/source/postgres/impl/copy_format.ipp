// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_IMPL_COPY_FORMAT_IPP
#define COPYTO_SOURCE_POSTGRES_IMPL_COPY_FORMAT_IPP

#include <copyto/source/postgres/detail/copy_format.hpp>

#include <copyto/core/bytes.hpp>
#include <copyto/source/postgres/detail/wire.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace copyto::detail {

COPYTO_DECL std::optional<std::size_t> pg_copy_header(std::string_view data) noexcept {
  using namespace std::string_view_literals;
  constexpr std::string_view signature = "PGCOPY\n\xFF\r\n\0"sv;
  std::string_view rest = data.substr(data.starts_with(signature) ? signature.size() : data.size());
  std::uint32_t flags = 0;
  std::uint32_t extension = 0;
  if (!pg_take_load(rest, flags) || !pg_take_load(rest, extension) || flags >> 16 != 0 || rest.size() < extension) {
    return std::nullopt;
  }
  return data.size() - rest.size() + extension;
}

COPYTO_DECL pg_row pg_append_row(batch& to, std::span<pg_column const> columns, std::string_view data) {
  using enum pg_row::outcome;
  std::string_view rest = data;
  std::int16_t fields = 0;
  if (!pg_take_load(rest, fields)) {
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
    std::optional<std::string_view> part;
    if (!pg_take_part(rest, part)) {
      return {.is = malformed};
    }
    if (!part) {
      to.buffer(c).append_null();
      continue;
    }
    std::string_view const value = *part;
    pg_blame blame;
    pg_misfit const why = pg_append_binary(to.buffer(c), columns[c], value, blame);
    if (why != pg_misfit::none) {
      return {.is = misfit, .why = why, .column = c, .value = value, .blame = std::move(blame)};
    }
    copied += is_bytes(columns[c].type.id) || is_nested(columns[c].type.id) ? value.size() : 0;
  }
  return {.is = appended, .size = data.size() - rest.size(), .copied = copied};
}

} // namespace copyto::detail

#endif
