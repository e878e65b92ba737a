// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_CHECK_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_CHECK_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/encode/parquet/reader.hpp>
#include <copyto/schema/field.hpp>

#include <cstdint>

namespace copyto::detail {

/// Options against schema; see `parquet::check`.
[[nodiscard]] result<void> check_parquet(schema_view fields, parquet_options const& options,
                                         reader::profile const& readers, std::uint64_t max_file_size);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/check.ipp>
#endif

#endif
