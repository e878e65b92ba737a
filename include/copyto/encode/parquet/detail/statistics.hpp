// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_STATISTICS_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_STATISTICS_HPP

#include <copyto/core/config.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>
#include <copyto/schema/detail/bytes_bound.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

namespace copyto::detail {

/// Smallest and largest of some numbers; loops over it have no branch, so that they vectorise.
template <class T>
struct number_range {
  T low;
  T high;
};

/// Of `count` > 0 integers at `values`, which need not be aligned.
template <class T>
[[nodiscard]] number_range<T> range_of(void const* values, std::size_t count) noexcept {
  auto const at = [&](std::size_t i) {
    T v;
    std::memcpy(&v, static_cast<std::byte const*>(values) + i * sizeof(T), sizeof(T));
    return v;
  };
  number_range<T> r{at(0), at(0)};
  for (std::size_t i = 1; i != count; ++i) {
    T const v = at(i);
    r.low = v < r.low ? v : r.low;
    r.high = v > r.high ? v : r.high;
  }
  return r;
}

/// Both bounds as they are written.
struct value_bounds {
  bound_bytes low = {};
  bound_bytes high = {};
};
/// Order of two written bounds of one column: negative, zero, positive.
[[nodiscard]] int compare_bounds(form const& f, std::string_view a, std::string_view b) noexcept;

/// Statistics of one page or column chunk: the number of NULLs and NaNs, smallest and largest value.
///
/// Rules of parquet.thrift for floating point: NaN is in neither bound, and there are none if all are
/// NaN; a smallest zero is written as -0, a largest one as +0.
class statistics {
public:
  void clear() noexcept { *this = statistics(); }
  void add_nulls(std::uint64_t count) noexcept { nulls_ += count; }
  [[nodiscard]] std::uint64_t nulls() const noexcept { return nulls_; }
  [[nodiscard]] std::uint64_t nans() const noexcept { return nans_; }
  /// Takes in the statistics of a page of the same column.
  void merge(statistics const& page) noexcept;

  void add_range(int128 low, int128 high) noexcept {
    low_ = any_ && low_ < low ? low_ : low;
    high_ = any_ && high_ > high ? high_ : high;
    any_ = true;
  }
  /// `count` floats or doubles.
  template <class T>
  void add_floats(void const* values, std::size_t count) noexcept;
  /// Bits of binary16 numbers.
  void add_half(std::uint16_t bits) noexcept;
  /// A byte string; at least 8 bytes must be readable at its start, whatever its length.
  void add_bytes(char const* data, std::size_t size) noexcept {
    std::uint64_t const prefix = prefix_of(data, size);
    // Most values lie well between the bounds, and are done here.
    if (prefix <= low_prefix_ || prefix >= high_prefix_) {
      add_bytes_near_bound({data, size}, prefix);
    }
  }

  /// Absent ones are marked so.
  [[nodiscard]] value_bounds bounds(form const& f) const noexcept;
  /// Writes the struct Statistics as field `id`. The deprecated members are set too where their order,
  /// which is the signed one, is the type's.
  void write(thrift_writer& out, int id, form const& f) const;

private:
  /// The first 8 bytes as a big-endian number, zeros behind the end: orders like the strings do,
  /// unless two are equal.
  static std::uint64_t prefix_of(char const* data, std::size_t size) noexcept {
    std::uint64_t word;
    std::memcpy(&word, data, 8);
    word = __builtin_bswap64(word);
    return size >= 8 ? word : size == 0 ? 0 : word & ~(~std::uint64_t{0} >> (8 * size));
  }
  void add_bytes_near_bound(std::string_view value, std::uint64_t prefix) noexcept;

  std::uint64_t nulls_ = 0;
  std::uint64_t nans_ = 0;
  bool any_ = false; ///< there are bounds
  int128 low_ = 0;
  int128 high_ = 0;
  double low_float_ = 0;
  double high_float_ = 0;
  std::uint64_t low_prefix_ = ~std::uint64_t{0};
  std::uint64_t high_prefix_ = 0;
  bytes_bound low_bytes_;
  bytes_bound high_bytes_;
};

/// What is known of a data page besides its bytes.
struct page_facts {
  std::size_t slots = 0; ///< entries
  std::size_t rows = 0;
  std::uint64_t text = 0; ///< bytes of its byte strings, without their lengths
  statistics const& values;
};

template <class T>
void statistics::add_floats(void const* values, std::size_t count) noexcept {
  auto const* const from = static_cast<std::byte const*>(values);
  // Comparisons with NaN are false, so that it moves neither bound.
  T low = std::numeric_limits<T>::infinity();
  T high = -low;
  std::uint64_t nans = 0;
  for (std::size_t i = 0; i != count; ++i) {
    T v;
    std::memcpy(&v, from + i * sizeof(T), sizeof(T));
    low = v < low ? v : low;
    high = v > high ? v : high;
    nans += v != v ? 1 : 0; // NOLINT(misc-redundant-expression): true for NaN, and vectorised
  }
  nans_ += nans;
  if (nans != count) {
    low_float_ = any_ && low_float_ < static_cast<double>(low) ? low_float_ : static_cast<double>(low);
    high_float_ = any_ && high_float_ > static_cast<double>(high) ? high_float_ : static_cast<double>(high);
    any_ = true;
  }
}

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/statistics.ipp>
#endif

#endif
