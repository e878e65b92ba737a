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

/// Where values have more than one form in JSON. The default is PostgreSQL's.
struct json_form {
  bool decimals_as_text = false;      ///< "12.50" in quotes, so that no reader makes a double of it
  bool wide_integers_as_text = false; ///< all integers of 64 bits in quotes, also those of `epoch`
  bool base64 = false;                ///< bytes as base64 (RFC 4648, section 4)
  bool epoch = false;                 ///< dates, times and timestamps as the integers that the batch holds
  bool omit_null = false;             ///< members that are NULL are left out of their objects
};

/// Appends value `i` as JSON (RFC 8259), as PostgreSQL's `to_json` has it: without spaces; a struct as an object, a list as an
/// array, NULL as null; integers, decimals and floats as numbers, but NaN and the infinities as strings; timestamps with a T,
/// `+00:00` in UTC; bytes as hexadecimal digits behind `\x`; any other value as a string of its text; JSON as it is, which is
/// not checked. A map is an object whose names are the texts of its keys, in their order, whether or not one comes twice.
/// `form` changes some of this.
[[nodiscard]] std::optional<json_fault> append_json(byte_buffer& out, column_view const& column, std::size_t i,
                                                    json_form const& form = {});

/// Appends `text` as a string, quotes included. It must be UTF-8.
void append_json_string(byte_buffer& out, std::string_view text);

/// The first member below a column whose name is not UTF-8, so that it cannot stand in JSON; empty: there is none. `path`: of
/// the column.
[[nodiscard]] std::string unreadable_name(field const& f, std::string const& path);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/json_value.ipp>
#endif

#endif
