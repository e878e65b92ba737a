// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_FORMATS_HPP
#define COPY_TO_FORMATS_HPP

#include "arguments.hpp"

#include <copyto/core/result.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/encode/codec/concept.hpp>

#include <optional>
#include <string_view>

namespace copy_to {

/// none, snappy, zstd, lz4, gzip, libdeflate or brotli; errc::invalid_argument for another name, for a level that the
/// codec does not have, and for a level of one that has none.
[[nodiscard]] copyto::result<copyto::codec> make_codec(std::string_view name, std::optional<int> level);
/// Whether options and codec go together, as far as that can be told without the columns.
[[nodiscard]] copyto::result<void> check_formats(export_arguments const& copy);
/// Parquet or CSV.
[[nodiscard]] copyto::any_encoder make_encoder(export_arguments const& copy);

} // namespace copy_to

#endif
