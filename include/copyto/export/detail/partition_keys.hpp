// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DETAIL_PARTITION_KEYS_HPP
#define COPYTO_EXPORT_DETAIL_PARTITION_KEYS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/export/partition_key.hpp>
#include <copyto/schema/batch.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// Murmur3, x86, 32 bits, seed 0 (github.com/aperture/smhasher, MurmurHash3.cpp), which Iceberg's buckets are made by.
[[nodiscard]] std::uint32_t murmur3(bytes_view bytes) noexcept;

/// Partition keys of a schema: what a row's partition is called.
class partition_keys {
public:
  /// errc::invalid_argument: what cannot be.
  [[nodiscard]] static result<partition_keys> of(std::vector<partition_key> keys, bool keep, schema_view fields);

  /// Columns of the files, and which of the source's they are.
  [[nodiscard]] schema_view columns() const noexcept { return columns_.view(); }
  [[nodiscard]] std::vector<std::size_t> const& kept() const noexcept { return kept_; }
  /// Columns of the source that are not in the files; named as in the path.
  [[nodiscard]] schema_view path_columns() const noexcept { return path_columns_.view(); }
  /// "region={value}/at_month={value}"
  [[nodiscard]] std::string pattern() const;

  /// Writes the key of row `i` into `key`: equal for rows of one partition, and in the order of partitions by memcmp.
  void put_key(batch const& rows, std::size_t i, byte_buffer& key) const;
  /// Its values as they stand in the path. Errors name the column; the row is `i`.
  [[nodiscard]] result<std::vector<std::string>> values(batch const& rows, std::size_t i) const;
  /// Names in the path.
  [[nodiscard]] std::vector<std::string> names() const;

private:
  struct key {
    std::size_t column = 0;
    partition_key rule = {};
    logical_type type = {};
  };
  /// What a row has of one key, NULL aside.
  struct part {
    bool text = false;
    std::string_view bytes = {}; ///< of text, uuids
    int128 number = 0;
  };
  [[nodiscard]] static part part_of(key const& k, column_view const& column, std::size_t i);
  [[nodiscard]] static std::string text_of(key const& k, column_view const& column, std::size_t i);
  [[nodiscard]] static result<std::string> value(key const& k, column_view const& column, std::size_t i);

  std::vector<key> keys_;
  std::vector<std::size_t> kept_;
  schema columns_;
  schema path_columns_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/partition_keys.ipp>
#endif

#endif
