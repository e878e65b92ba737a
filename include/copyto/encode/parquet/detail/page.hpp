// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_PAGE_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_PAGE_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/parquet/detail/format.hpp>
#include <copyto/encode/parquet/detail/value_encodings.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace copyto::detail {

/// What a page needs only while it is closed: shared by all columns of a file.
struct page_scratch {
  byte_buffer header = {};
  byte_buffer levels = {};
  byte_buffer body = {}; ///< of a page of dictionary indices
  byte_buffer seen = {}; ///< a bit for each entry of a dictionary
  byte_buffer compressed = {};
  value_encodings const* encodings = nullptr; ///< nullptr: values are PLAIN, or in a dictionary
  // Larger ones are for one large row, and given back.
  std::size_t levels_kept = ~std::size_t{0};
  std::size_t body_kept = ~std::size_t{0};
  std::size_t compressed_kept = ~std::size_t{0};

  void trim() noexcept {
    for (auto const& [buffer, kept] :
         {std::pair(&levels, levels_kept), std::pair(&body, body_kept), std::pair(&compressed, compressed_kept)}) {
      if (buffer->capacity() > kept) {
        buffer->release();
      }
    }
  }
};

/// How the pages of a column are stored.
struct page_codec {
  codec const* algorithm = nullptr;
  compressor* worker = nullptr; ///< nullptr: they are not compressed
  bool checksums = true;
};

/// What the header says of a page, besides its sizes.
struct page_kind {
  page_type type = page_type::data;
  encoding values = encoding::plain;
  std::size_t slots = 0; ///< entries, NULLs and empty lists among them
};

/// A page as it is stored; the memory is the scratch's, or the caller's body.
struct stored_page {
  bytes_view header = {};
  bytes_view repetition = {}; ///< levels of version 2, which are never compressed; in version 1 they are in the body
  bytes_view definition = {};
  bytes_view body = {};
  std::uint64_t uncompressed_bytes = 0; ///< header included
  [[nodiscard]] std::uint64_t size() const noexcept {
    return header.size() + repetition.size() + definition.size() + body.size();
  }
};

/// Whether a codec makes so much of a chunk or page that readers may have the work: an eighth.
[[nodiscard]] constexpr bool shrinks(std::size_t body, std::size_t stored) noexcept {
  return stored <= body - body / 8;
}

/// How many bytes a body takes as it would be stored; in the scratch's memory.
[[nodiscard]] result<std::size_t> stored_size(bytes_view body, page_codec codec, page_scratch& scratch);

/// Makes a version 1 data page or a dictionary page: the header, and the body, compressed as a whole. (page_v2.hpp has version 2.)
/// The checksum is the CRC-32 of the body as stored (parquet.thrift, PageHeader.crc).
[[nodiscard]] result<stored_page> store_page(bytes_view body, page_kind what, page_codec codec, page_scratch& scratch);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/page.ipp>
#endif

#endif
