// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DETAIL_JSON_VALUE_HPP
#define COPYTO_SCHEMA_DETAIL_JSON_VALUE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace copyto::detail {

/// Why a value has no JSON text.
struct json_fault {
  std::string_view why;
  std::string path = {}; ///< below the value: ".lines[].note"
};

/// Appends value `i` as JSON (RFC 8259), as PostgreSQL's `to_json` has it: without spaces; a struct as an object, a list as an
/// array, NULL as null; integers, decimals and floats as numbers, but NaN and the infinities as strings; timestamps with a T,
/// `+00:00` in UTC; bytes as hexadecimal digits behind `\x`; any other value as a string of its text; JSON as it is, which is
/// not checked. A map is an object whose names are the texts of its keys, in their order, whether or not one comes twice.
[[nodiscard]] std::optional<json_fault> append_json(byte_buffer& out, column_view const& column, std::size_t i);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/json_value.ipp>
#endif

#endif
