// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PLAIN_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PLAIN_IPP

#include <copyto/encode/parquet/detail/plain.hpp>

#include <bit>
#include <charconv>

namespace copyto::detail {

COPYTO_DECL std::size_t pack_booleans(column_view const& v, std::size_t first, std::size_t count, std::uint8_t* out,
                                      std::size_t at, bool& any_true, bool& any_false) noexcept {
  auto const* const values = static_cast<std::uint8_t const*>(v.values);
  bool const nulls = has_nulls(v);
  std::size_t n = 0;
  for_each_word(values, v.offset + first, count, [&](std::uint64_t word, std::size_t done, std::size_t length) {
    std::uint64_t const valid = nulls ? read_bits(v.validity, v.offset + first + done, length) : low_bits(length);
    any_true = any_true || (word & valid) != 0;
    any_false = any_false || (~word & valid) != 0;
    std::size_t kept = length;
    if (valid != low_bits(length)) {
      std::uint64_t packed = 0;
      kept = 0;
      for (std::uint64_t left = valid; left != 0; left &= left - 1) {
        packed |= (word >> std::countr_zero(left) & 1) << kept++;
      }
      word = packed;
    }
    if (kept != 0) {
      write_bits(out, at + n, word, kept);
      n += kept;
    }
  });
  return n;
}

COPYTO_DECL float widen_half(std::uint16_t bits) noexcept {
  std::uint32_t const sign = (bits & 0x8000U) << 16;
  std::uint32_t const exponent = bits >> 10 & 0x1FU;
  std::uint32_t const fraction = bits & 0x3FFU;
  if (exponent == 0x1F) { // infinity, NaN
    return std::bit_cast<float>(sign | 0x7F800000U | fraction << 13);
  }
  if (exponent != 0) {
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  }
  // Zeros and subnormals are multiples of 2^-24, which a float holds exactly.
  float const magnitude = static_cast<float>(fraction) * 0x1p-24F;
  return sign != 0 ? -magnitude : magnitude;
}

COPYTO_DECL void format_uuid(std::byte const* uuid, char* out) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i != 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      *out++ = '-';
    }
    auto const byte = std::to_integer<unsigned>(uuid[i]);
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
  }
}

COPYTO_DECL std::size_t format_interval(interval const& value, char* out) noexcept {
  char* at = out;
  char* const last = out + max_interval_text - 16; // room for what follows a number without to_chars
  auto const part = [&](std::int64_t number, char unit) {
    if (number != 0) {
      at = std::to_chars(at, last, number).ptr;
      *at++ = unit;
    }
  };
  *at++ = 'P';
  part(value.months / 12, 'Y');
  part(value.months % 12, 'M');
  part(value.days, 'D');
  if (value.nanoseconds != 0 || at == out + 1) {
    *at++ = 'T';
    constexpr std::int64_t second = 1'000'000'000;
    part(value.nanoseconds / (3600 * second), 'H');
    part(value.nanoseconds / (60 * second) % 60, 'M');
    std::int64_t const seconds = value.nanoseconds / second % 60;
    std::int64_t fraction = value.nanoseconds % second;
    if (fraction != 0) {
      if (fraction < 0) {
        *at++ = '-'; // seconds, if any, have the same sign
      }
      at = std::to_chars(at, last, seconds < 0 ? -seconds : seconds).ptr;
      *at++ = '.';
      fraction = fraction < 0 ? -fraction : fraction;
      for (std::int64_t digit = second / 10; fraction != 0; digit /= 10) {
        *at++ = static_cast<char>('0' + fraction / digit);
        fraction %= digit;
      }
      *at++ = 'S';
    } else {
      part(seconds, 'S');
    }
    if (value.nanoseconds == 0) {
      *at++ = '0';
      *at++ = 'S';
    }
  }
  return static_cast<std::size_t>(at - out);
}

COPYTO_DECL std::size_t format_time(std::int64_t value, time_unit unit, char* out) noexcept {
  std::int64_t const second = unit == time_unit::milli ? 1000 : unit == time_unit::micro ? 1'000'000 : 1'000'000'000;
  char* at = out;
  auto const two = [&](std::int64_t number) {
    *at++ = static_cast<char>('0' + number / 10);
    *at++ = static_cast<char>('0' + number % 10);
  };
  std::int64_t const seconds = value / second;
  two(seconds / 3600);
  *at++ = ':';
  two(seconds / 60 % 60);
  *at++ = ':';
  two(seconds % 60);
  std::int64_t fraction = value % second;
  if (fraction != 0) {
    *at++ = '.';
    for (std::int64_t digit = second / 10; fraction != 0; digit /= 10) {
      *at++ = static_cast<char>('0' + fraction / digit);
      fraction %= digit;
    }
  }
  return static_cast<std::size_t>(at - out);
}

} // namespace copyto::detail

#endif
