// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_CSV_CHECK_HPP
#define COPYTO_ENCODE_CSV_CHECK_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/schema/field.hpp>

namespace copyto {

/// Whether the options can be written and read back, alone and for these columns. Errors are
/// errc::invalid_argument and name the option, also where it has no effect next to another one; errc::unsupported for
/// nested columns that are to be refused and codecs without files; and errc::invalid_argument for a column whose name cannot
/// stand in a header, or a member whose name cannot stand in JSON. The rules are those of PostgreSQL's COPY, and beyond these: no character outside of ASCII (it would break
/// UTF-8), no quote or escape that ends a line, and no `\.` as NULL of a single column (it would end the data).
[[nodiscard]] result<void> check(csv_options const& options, schema_view fields);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/csv/impl/check.ipp>
#endif

#endif
