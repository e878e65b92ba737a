// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_COLUMN_CHUNK_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_COLUMN_CHUNK_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/levels.hpp>
#include <copyto/encode/parquet/detail/statistics.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>

#include <cstdint>

namespace copyto::detail {

/// Where a filter, or a struct of the page index, lies in the file; no size: there is none.
struct index_location {
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
};

/// What the footer says of a column chunk, besides its statistics.
struct chunk_totals {
  std::uint64_t slots = 0;              ///< entries, NULLs and empty lists among them
  std::uint32_t plain_pages = 0;        ///< data pages of PLAIN values
  std::uint32_t indexed_pages = 0;      ///< data pages of dictionary indices
  std::uint32_t other_pages = 0;        ///< data pages of `other`
  encoding other = encoding::plain;     ///< of `value_encodings`: a chunk has one of them at most
  page_type pages = page_type::data;    ///< of which version the data pages are
  std::uint64_t uncompressed_bytes = 0; ///< with page headers and the dictionary page
  std::uint64_t compressed_bytes = 0;   ///< likewise
  std::uint64_t text_bytes = 0;         ///< of byte strings before any encoding, without their lengths
  std::uint64_t dictionary_bytes = 0;   ///< of the dictionary page as stored, its header included; 0: there is none
  std::uint64_t offset = 0;             ///< of the first page in the file
};

/// Writes the struct ColumnChunk as the next element of a list (parquet.thrift, ColumnChunk), but for its
/// last members: where its page index is. They are known when all row groups are, and `end_column_chunk`
/// writes them, with a writer of its own.
void begin_column_chunk(thrift_writer& footer, leaf const& column, codec_id codec, chunk_totals const& totals,
                        statistics const& values, level_counts const& levels = level_counts(),
                        index_location filter = {});
void end_column_chunk(thrift_writer& footer, index_location column_index, index_location offset_index);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/column_chunk.ipp>
#endif

#endif
