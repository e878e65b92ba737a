// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_VALUE_SAMPLE_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_VALUE_SAMPLE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/open_page.hpp>

#include <cstddef>

namespace copyto::detail {

/// Values of a page, from its first on, as PLAIN has them.
struct value_sample {
  static constexpr std::size_t most_values = 8192;
  static constexpr std::size_t most_bytes = value_encodings::sample_bytes;
  bytes_view plain = {};
  std::size_t count = 0;
};

/// Of a page that is not of booleans; in its memory, or in that of `plain`. None where the first value alone is too large.
[[nodiscard]] value_sample sample_of(open_page const& page, byte_buffer& plain);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/value_sample.ipp>
#endif

#endif
