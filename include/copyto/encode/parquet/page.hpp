// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_PAGE_HPP
#define COPYTO_ENCODE_PARQUET_PAGE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/parquet/rope.hpp>

#include <cstddef>
#include <cstdint>

namespace copyto::detail {

/// What a page needs only while it is closed: shared by all columns of a file.
struct page_scratch {
  byte_buffer header = {};
  byte_buffer levels = {};
  byte_buffer compressed = {};
};

/// How the pages of a column are compressed.
struct page_codec {
  codec const* algorithm = nullptr;
  compressor* worker = nullptr; ///< nullptr: they are not
};

/// Appends a version 1 data page of PLAIN values to a chunk: its header, and its body (levels and
/// values), compressed as a whole. `slots`: values, NULLs among them. Returns the size that the page
/// has without compression, header included.
[[nodiscard]] result<std::uint64_t> append_data_page(rope& chunk, bytes_view body, std::size_t slots, page_codec codec,
                                                     page_scratch& scratch);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/encode/parquet/page.ipp>
#endif

#endif
