// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_OPTIONS_HPP
#define COPYTO_ENCODE_PARQUET_OPTIONS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/encode/codec/concept.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace copyto {

/// What one column does otherwise than the file.
struct parquet_column {
  std::string name = {};
  std::optional<copyto::codec> codec = {}; ///< nullopt: the file's
  std::optional<bool> dictionary = {};     ///< nullopt: the file's, where the type can have one
};

/// Sizes are bytes before compression, where a row counts with all its columns: fixed-width values
/// also where they are NULL, a byte more for each that is optional.
///
/// With a dictionary, a column chunk holds each distinct value once and small numbers in place of
/// values. It is tried for every type but booleans and values under 4 bytes, and given up where a look
/// at the first thousands of values finds most of them new, where it would not make the first page
/// smaller, and, from there on, where it has come to its limits. Each row group starts anew.
struct parquet_options {
  copyto::codec codec = {};               ///< of all pages; none, or e.g. `snappy()`
  std::uint64_t row_group_rows = 131'072; ///< at most this many rows in a row group
  std::uint64_t row_group_bytes =
      32 * MiB;                       ///< a row group ends when it has come to this, or to a quarter of the file limit
  std::uint64_t page_bytes = 1 * MiB; ///< a page ends when its values have; less for wide schemas
  std::uint64_t page_rows = 20'000;   ///< at most this many rows in a page, up to 1,048,576
  bool dictionary = true;
  std::uint64_t dictionary_bytes = 1 * MiB;  ///< of a chunk, up to 256 MiB; less for wide schemas
  std::uint64_t dictionary_entries = 65'536; ///< of a chunk, up to 1,048,576
  bool checksums = true;                     ///< a CRC-32 of each page in its header
  std::vector<parquet_column> columns = {};  ///< overrides, by name
};

} // namespace copyto

#endif
