// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_COLUMN_STATS_HPP
#define COPYTO_SCHEMA_COLUMN_STATS_HPP

#include <copyto/core/config.hpp>
#include <copyto/schema/column_view.hpp>
#include <copyto/schema/detail/bytes_bound.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace copyto {

/// What a reader may know of one column of a file without opening it; the terms are those of Iceberg's manifests
/// (iceberg.apache.org/spec, "Manifests"), the values text as PostgreSQL prints them.
struct column_stats {
  std::uint64_t null_count = 0;
  std::uint64_t nan_count = 0; ///< in neither bound
  /// No value is smaller. Text and bytes are compared as unsigned bytes and cut at 64, between two characters. Absent:
  /// there is no value, or the type has no order (intervals, nested types). A smallest zero is -0, which Iceberg orders
  /// before +0, a largest one +0.
  std::optional<std::string> lower_bound = std::nullopt;
  /// No value is larger. Where text was cut, the last character that can grow is the next one.
  std::optional<std::string> upper_bound = std::nullopt;
  friend bool operator==(column_stats const&, column_stats const&) = default;
};

namespace detail {

/// `column_stats` of one column while its file is written. Allocates nothing.
class column_range {
public:
  /// Takes in slots `first` to `first + count` of a column, always of the same type.
  void add(column_view const& column, std::size_t first, std::size_t count) noexcept;
  /// Takes in what another has seen of the same column.
  void merge(column_range const& other, field const& type) noexcept;
  [[nodiscard]] column_stats stats(field const& type) const;

private:
  template <class T>
  void add_numbers(column_view const& column, std::size_t first, std::size_t count) noexcept;
  void add_halves(column_view const& column, std::size_t first, std::size_t count) noexcept;
  void add_bits(column_view const& column, std::size_t first, std::size_t count) noexcept;
  void add_strings(column_view const& column, std::size_t first, std::size_t count) noexcept;

  std::uint64_t nulls_ = 0;
  std::uint64_t nans_ = 0;
  bool any_ = false; ///< there are bounds
  // A value each, as a column holds it; of byte strings the first bytes.
  alignas(16) std::array<std::byte, 16> low_{};
  alignas(16) std::array<std::byte, 16> high_{};
  bytes_bound low_bytes_;
  bytes_bound high_bytes_;
};

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/column_stats.ipp>
#endif

#endif
