// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_PAGE_V2_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_PAGE_V2_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/parquet/detail/format.hpp>
#include <copyto/encode/parquet/detail/page.hpp>
#include <copyto/encode/parquet/detail/statistics.hpp>

namespace copyto::detail {

/// Which levels a column has.
struct has_levels {
  bool repetition = false;
  bool definition = false;
};

/// Makes a data page of version 2 (parquet.thrift, DataPageHeaderV2) of the body of a page of version 1:
///
///     version 1    length | repetition levels | length | definition levels | values      compressed as one
///     version 2             repetition levels |          definition levels | values      levels as they are; lengths in the header
///
/// The values are compressed where that takes an eighth of them. The checksum is of all three, as stored. The memory is the body's
/// and the scratch's.
[[nodiscard]] result<stored_page> store_page_v2(bytes_view body, has_levels levels, encoding values,
                                                page_facts const& what, page_codec codec, page_scratch& scratch);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/page_v2.ipp>
#endif

#endif
