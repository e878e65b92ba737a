// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_DETAIL_PLAIN_HPP
#define COPYTO_ENCODE_PARQUET_DETAIL_PLAIN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/detail/bits.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/encode/parquet/detail/leaf.hpp>
#include <copyto/schema/column_view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The loops of PLAIN encoding (parquet-format, Encodings.md, "Plain"): values of a slice of a column,
/// without its NULLs, one after the other.
namespace copyto::detail {

/// Whether slots may be NULL.
[[nodiscard]] inline bool has_nulls(column_view const& v) noexcept {
  return v.validity != nullptr && v.null_count != 0;
}

/// Number of slots with a value.
[[nodiscard]] inline std::size_t count_values(column_view const& v, std::size_t first, std::size_t count) noexcept {
  return has_nulls(v) ? count_bits(v.validity, v.offset + first, count) : count;
}

/// Slot `i` of a fixed-width column. Foreign memory need not be aligned for wide types.
template <class T>
[[nodiscard]] T load_slot(column_view const& v, std::size_t i) noexcept {
  T value;
  std::memcpy(&value, static_cast<std::byte const*>(v.values) + (v.offset + i) * sizeof(T), sizeof(T));
  return value;
}

/// Converts the values of a slice into `out` and returns how many there were. Between words of 64
/// slots nothing branches on the data; one value behind the last may be overwritten.
template <class In, class Out, class F>
std::size_t convert_values(column_view const& v, std::size_t first, std::size_t count, void* out, F convert) noexcept {
  auto* const to = static_cast<std::byte*>(out);
  auto const put = [&](std::size_t slot, std::size_t place) {
    Out const value = convert(load_slot<In>(v, slot));
    std::memcpy(to + place * sizeof(Out), &value, sizeof(Out));
  };
  if (!has_nulls(v)) {
    for (std::size_t i = 0; i != count; ++i) {
      put(first + i, i);
    }
    return count;
  }
  std::size_t n = 0;
  for_each_word(v.validity, v.offset + first, count, [&](std::uint64_t word, std::size_t done, std::size_t length) {
    if (word == low_bits(length)) {
      for (std::size_t i = 0; i != length; ++i) {
        put(first + done + i, n + i);
      }
      n += length;
    } else if (word != 0) {
      for (std::size_t i = 0; i != length; ++i) {
        put(first + done + i, n);
        n += word >> i & 1;
      }
    }
  });
  return n;
}

/// Calls `f(slot)` for each slot with a value, in order, while it returns true; whether it always did.
template <class F>
bool for_each_value(column_view const& v, std::size_t first, std::size_t count, F&& f) {
  bool const nulls = has_nulls(v);
  for (std::size_t i = first; i != first + count; ++i) {
    if (nulls && v.is_null(i)) {
      continue;
    }
    if (!f(i)) {
      return false;
    }
  }
  return true;
}

/// The values of a boolean column as bits of `out` from number `at` on, at most 9 bytes beyond the
/// last; returns how many there were. `any_true` and `any_false` are set where such a value is met.
[[nodiscard]] std::size_t pack_booleans(column_view const& v, std::size_t first, std::size_t count, std::uint8_t* out,
                                        std::size_t at, bool& any_true, bool& any_false) noexcept;

/// IEEE 754 binary16 to binary32, exact; NaN stays NaN.
[[nodiscard]] float widen_half(std::uint16_t bits) noexcept;

/// The low `width` bytes of a number, most significant first.
inline void store_big_endian(std::byte* out, int128 value, std::size_t width) noexcept {
  for (std::size_t i = width; i != 0; --i) {
    out[i - 1] = static_cast<std::byte>(value);
    value >>= 8;
  }
}

inline constexpr std::size_t uuid_text_size = 36;
/// 8-4-4-4-12 lower-case hexadecimal digits (RFC 9562, section 4).
void format_uuid(std::byte const* uuid, char* out) noexcept;

/// Longest text of an interval: "P-178956970Y-8M-2147483648DT-2562047H-47M-16.854775808S".
inline constexpr std::size_t max_interval_text = 64;
/// ISO 8601 with a sign at each part that needs one; zero is "PT0S". Returns the length.
[[nodiscard]] std::size_t format_interval(interval const& value, char* out) noexcept;

/// Longest text of a time of day: "12:34:56.789012345".
inline constexpr std::size_t max_time_text = 18;
/// A time of day as ISO 8601 has it, its fraction up to the last digit that is not zero. `value` is in `unit` and within
/// one day. Returns the length.
[[nodiscard]] std::size_t format_time(std::int64_t value, time_unit unit, char* out) noexcept;

/// Copies a string; returns bits of which the highest of some byte is set where a byte of it is not ASCII.
[[nodiscard]] inline std::uint64_t copy_string(std::byte* to, std::string_view text) noexcept {
  char const* from = text.data();
  std::size_t n = text.size();
  std::uint64_t seen = 0;
  auto const step = [&]<class Word>(std::size_t at, Word word) {
    std::memcpy(&word, from + at, sizeof(Word));
    std::memcpy(to + at, &word, sizeof(Word));
    seen |= word;
  };
  if (n > 256) { // both are better at long ones
    std::memcpy(to, from, n);
    return is_ascii(text) ? 0 : ~std::uint64_t{0};
  }
  if (n >= 8) {
    for (std::size_t i = 0; i + 8 < n; i += 8) {
      step(i, std::uint64_t{0});
    }
    step(n - 8, std::uint64_t{0});
  } else if (n >= 4) {
    step(0, std::uint32_t{0});
    step(n - 4, std::uint32_t{0});
  } else {
    for (std::size_t i = 0; i != n; ++i) {
      step(i, std::uint8_t{0});
    }
  }
  return seen;
}

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/encode/parquet/impl/plain.ipp>
#endif

#endif
