// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PARTITION_KEY_HPP
#define COPYTO_EXPORT_PARTITION_KEY_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/schema/field.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace copyto {

/// What of a value a partition is made by, as Iceberg defines it (iceberg.apache.org/spec, "Partition Transforms").
enum class partition_transform : std::uint8_t {
  identity, ///< the value; the column is then left out of the files, since paths say it
  year,     ///< of a date or timestamp: 2024
  month,    ///< 2024-01
  day,      ///< 2024-01-31
  hour,     ///< of a timestamp: 2024-01-31-15
  bucket,   ///< Murmur3 (x86, 32 bits) of the value, modulo `width`
  truncate, ///< of a string its first `width` characters, of a number itself less its remainder by `width`
};

/// Types that keys treat alike.
enum class partition_class : std::uint8_t { none, number, text, date, time, timestamp, uuid, raw, boolean };

[[nodiscard]] constexpr partition_class partition_class_of(logical_type const& type) noexcept {
  switch (type.id) {
  case kind::boolean: return partition_class::boolean;
  case kind::int8:
  case kind::int16:
  case kind::int32:
  case kind::int64:
  case kind::uint8:
  case kind::uint16:
  case kind::uint32:
  case kind::uint64:
  case kind::decimal: return partition_class::number;
  case kind::string:
  case kind::enumeration: return partition_class::text;
  case kind::date: return partition_class::date;
  case kind::time: return partition_class::time;
  case kind::timestamp: return partition_class::timestamp;
  case kind::uuid: return partition_class::uuid;
  case kind::binary:
  case kind::fixed_binary: return partition_class::raw;
  default: return partition_class::none;
  }
}

/// Whether partitions can be made so by values of the type.
[[nodiscard]] constexpr bool partition_fits(partition_transform transform, logical_type const& type) noexcept {
  partition_class const c = partition_class_of(type);
  switch (transform) {
  case partition_transform::identity: return c != partition_class::none && c != partition_class::raw;
  case partition_transform::year:
  case partition_transform::month:
  case partition_transform::day: return c == partition_class::date || c == partition_class::timestamp;
  case partition_transform::hour: return c == partition_class::timestamp;
  case partition_transform::bucket: return c != partition_class::none && c != partition_class::boolean;
  case partition_transform::truncate: return c == partition_class::number || c == partition_class::text;
  }
  return false;
}

/// One name of the path.
struct partition_key {
  std::string column = {};
  partition_transform transform = partition_transform::identity;
  std::uint32_t width = 0; ///< of bucket and truncate, at least 1
  /// In the path; empty: the column's, and for transforms as Iceberg calls them: at_month, id_bucket, name_trunc.
  std::string name = {};
};

/// How rows are kept apart.
struct partition_settings {
  bool keep = false; ///< columns whose values the path says stay in the files, too
  std::uint32_t most =
      10'000; ///< partitions; one more is errc::limit_exceeded, which says how many values each column had
  /// Bytes of memory for rows that wait for their partition. What does not fit goes into a temporary file.
  std::uint64_t spill_memory = 64 * MiB;
  /// Where that file is; empty: the system's temporary directory. It has no name, so that nobody else can open it and it goes
  /// with the process, however that ends.
  std::string spill_directory = {};
  /// Most bytes of that file: more is errc::limit_exceeded.
  std::uint64_t spill_limit = std::numeric_limits<std::uint64_t>::max();
};

} // namespace copyto

#endif
