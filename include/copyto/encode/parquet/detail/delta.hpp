// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_DELTA_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_DELTA_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>

#include <cstddef>

/// Encodings of values that are given as PLAIN has them: numbers one after the other, byte strings behind their lengths of 4
/// bytes (parquet-format, Encodings.md). All append to `out`.
namespace copyto::detail {

/// DELTA_BINARY_PACKED: what each number is more than the one before, in blocks of 128 and miniblocks of 32, each as wide as its
/// largest difference to the block's smallest. Differences wrap around, so that every number is kept.
void delta_int32(bytes_view plain, std::size_t count, byte_buffer& out);
void delta_int64(bytes_view plain, std::size_t count, byte_buffer& out);

/// DELTA_LENGTH_BYTE_ARRAY: the lengths, as `delta_int32` has them, then the bytes of all.
void delta_lengths(bytes_view plain, std::size_t count, byte_buffer& out);

/// DELTA_BYTE_ARRAY: how many bytes of each string are those of the one before, as `delta_int32` has them, then the rest of each as
/// `delta_lengths` has it.
void delta_strings(bytes_view plain, std::size_t count, byte_buffer& out);

/// BYTE_STREAM_SPLIT: the first bytes of all values of `width` bytes, then the second ones, and so on.
void split_streams(bytes_view plain, std::size_t count, std::size_t width, byte_buffer& out);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/delta.ipp>
#endif

#endif
