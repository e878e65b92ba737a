// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_COLUMN_CHUNK_HPP
#define COPYTO_ENCODE_PARQUET_COLUMN_CHUNK_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/parquet/leaf.hpp>
#include <copyto/encode/parquet/statistics.hpp>
#include <copyto/encode/parquet/thrift.hpp>

#include <cstdint>

namespace copyto::detail {

/// What the footer says of a column chunk, besides its statistics.
struct chunk_totals {
  std::uint64_t slots = 0; ///< values, NULLs among them
  std::uint64_t pages = 0;
  std::uint64_t uncompressed_bytes = 0; ///< with page headers
  std::uint64_t compressed_bytes = 0;   ///< likewise
  std::uint64_t offset = 0;             ///< of the first page in the file
};

/// Writes the struct ColumnChunk as the next element of a list (parquet.thrift, ColumnChunk).
void write_column_chunk(thrift_writer& footer, leaf const& column, codec_id codec, chunk_totals const& totals,
                        statistics const& values);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/encode/parquet/column_chunk.ipp>
#endif

#endif
