// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_IMPL_FLOAT_TEXT_IPP
#define COPYTO_SCHEMA_IMPL_FLOAT_TEXT_IPP

#include <copyto/schema/detail/float_text.hpp>

#include <copyto/core/ascii.hpp>
#include <copyto/schema/detail/digits.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace copyto::detail::pg {

/// A decimal number: `count` digits, the point behind the first one, times 10 to the `exponent`.
struct decimal_digits {
  char text[20];
  int count;
  int exponent;
};

/// The digits of a positive number: the fewest that read back as it, or as many as `precision` says, if that is not 0.
template <class F>
decimal_digits digits_of(F value, int precision = 0) noexcept {
  char buffer[40];
  char const* const end =
      precision == 0 ? std::to_chars(buffer, buffer + 40, value, std::chars_format::scientific).ptr
                     : std::to_chars(buffer, buffer + 40, value, std::chars_format::scientific, precision - 1).ptr;
  decimal_digits d{};
  char const* p = buffer;
  for (; *p != 'e'; ++p) {
    if (*p != '.') {
      d.text[d.count++] = *p;
    }
  }
  p += p[1] == '+' ? 2 : 1; // from_chars knows no plus sign
  std::from_chars(p, end, d.exponent);
  while (d.count > 1 && d.text[d.count - 1] == '0') {
    --d.count;
  }
  return d;
}

/// Whether the number lies exactly halfway between `value` and one of its neighbours. Only among the integers can so few
/// digits do that: halfway points with a fraction have more.
template <class F>
bool halfway(F value, decimal_digits const& d) noexcept {
  int const zeros = d.exponent - (d.count - 1);
  int exponent = 0;
  auto const mantissa = static_cast<std::uint64_t>(
      std::ldexp(std::frexp(value, &exponent), std::numeric_limits<F>::digits)); // value = mantissa * 2^exponent
  exponent -= std::numeric_limits<F>::digits;
  if (zeros < 0 || zeros > 25 || exponent < 1) {
    return false;
  }
  std::uint64_t number = 0;
  std::from_chars(d.text, d.text + d.count, number);
  uint128 left = number; // number * 5^zeros * 2^zeros is compared with middle * 2^power
  for (int i = 0; i != zeros; ++i) {
    left *= 5;
  }
  auto const equals = [&](std::uint64_t middle, int power) {
    int const shift = power - zeros;
    if (power < 0 || shift < 0) {
      return false; // then one side is odd and the other is not
    }
    return shift < 64 && left == static_cast<uint128>(middle) << shift;
  };
  bool const lowest = mantissa == std::uint64_t{1} << (std::numeric_limits<F>::digits - 1);
  return equals(2 * mantissa + 1, exponent - 1) || equals(2 * mantissa - 1, exponent - 1) ||
         (lowest && equals(4 * mantissa - 1, exponent - 2)); // below a power of two the neighbour is nearer
}

/// The number nearest to "<digits>e<exponent>". Not by std::from_chars, which libc++ has for integers only until its
/// version 20; no locale has a say where there is no point.
template <class F>
F nearest(char const* text) noexcept {
  if constexpr (std::is_same_v<F, float>) {
    return std::strtof(text, nullptr);
  } else {
    return std::strtod(text, nullptr);
  }
}

/// "<digits>e<exponent>" of a number with a point or without; nothing: it is none.
[[nodiscard]] COPYTO_DECL std::optional<std::string> without_point(std::string_view text) {
  std::string plain;
  plain.reserve(text.size() + 8);
  std::int64_t exponent = 0;
  std::size_t i = 0;
  bool point = false;
  bool digits = false;
  for (; i != text.size(); ++i) {
    if (ascii::is_digit(text[i])) {
      plain += text[i];
      digits = true;
      exponent -= point ? 1 : 0;
    } else if (text[i] == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (i != text.size()) {
    std::string_view written = text.substr(i + 1);
    bool const plus = written.starts_with('+');
    written.remove_prefix(plus ? 1 : 0);
    int more = 0;
    auto const [end, fault] = std::from_chars(written.data(), written.data() + written.size(), more);
    if ((text[i] != 'e' && text[i] != 'E') || fault != std::errc() || end != written.data() + written.size() ||
        (plus && written.starts_with('-'))) {
      return std::nullopt;
    }
    exponent += more;
  }
  if (!digits) {
    return std::nullopt;
  }
  char number[24];
  plain += 'e';
  plain.append(number, put_int(number, exponent));
  return plain;
}

template <class F>
bool read_any_float(std::string_view text, F& to) {
  bool const negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  F magnitude = 0;
  if (ascii::same(text, "nan")) {
    magnitude = std::numeric_limits<F>::quiet_NaN();
  } else if (ascii::same(text, "infinity") || ascii::same(text, "inf")) {
    magnitude = std::numeric_limits<F>::infinity();
  } else if (std::optional<std::string> const plain = without_point(text)) {
    magnitude = nearest<F>(plain->c_str());
    if (std::isinf(magnitude)) {
      return false;
    }
  } else {
    return false;
  }
  to = negative ? -magnitude : magnitude;
  return true;
}

COPYTO_DECL bool read_float(std::string_view text, float& to) { return read_any_float(text, to); }
COPYTO_DECL bool read_float(std::string_view text, double& to) { return read_any_float(text, to); }

/// As `digits_of`, but never a number that only rounding to even brings back, as PostgreSQL does.
template <class F>
decimal_digits strict_digits(F value) noexcept {
  decimal_digits const shortest = digits_of(value);
  if (shortest.exponent < 7 || !halfway(value, shortest)) {
    return shortest;
  }
  for (int precision = shortest.count; precision < std::numeric_limits<F>::max_digits10; ++precision) {
    decimal_digits d = digits_of(value, precision);
    // The number of so many digits that is nearest may lie on the near side of a power of two, outside of what reads
    // back, while the next one above reads back.
    for (int up = 0; up != 2; ++up) {
      std::uint64_t number = 0;
      std::from_chars(d.text, d.text + d.count, number);
      for (int i = d.count; i < precision; ++i) {
        number *= 10;
      }
      number += static_cast<std::uint64_t>(up);
      char text[40];
      char* end = put_int(text, number);
      int const count = static_cast<int>(end - text);
      *end++ = 'e';
      end = put_int(end, d.exponent - (precision - 1));
      *end = '\0';
      F const back = nearest<F>(text);
      decimal_digits candidate{{}, count, d.exponent + (count - precision)};
      std::memcpy(candidate.text, text, static_cast<std::size_t>(count));
      while (candidate.count > 1 && candidate.text[candidate.count - 1] == '0') {
        --candidate.count;
      }
      if (back == value && !halfway(value, candidate)) {
        return candidate;
      }
    }
  }
  return digits_of(value, std::numeric_limits<F>::max_digits10);
}

template <class F>
char* put_any_float(char* out, F value, int fixed_below) noexcept {
  if (std::isnan(value)) {
    return put(out, "NaN");
  }
  if (std::signbit(value)) {
    *out++ = '-';
    value = -value;
  }
  if (std::isinf(value)) {
    return put(out, "Infinity");
  }
  // Whole numbers below the limit are their own shortest digits.
  if (value < (fixed_below == 15 ? F(1e15) : F(1e6))) {
    if (auto const whole = static_cast<std::int64_t>(value); static_cast<F>(whole) == value) {
      return put_int(out, whole);
    }
  }
  decimal_digits const d = strict_digits(value);
  auto const part = [&](int from, int to) {
    out = put(out, std::string_view(d.text + from, static_cast<std::size_t>(to - from)));
  };
  auto const zeros = [&](int count) {
    std::memset(out, '0', static_cast<std::size_t>(count));
    out += count;
  };
  if (d.exponent < -4 || d.exponent >= fixed_below) {
    part(0, 1);
    if (d.count > 1) {
      *out++ = '.';
      part(1, d.count);
    }
    *out++ = 'e';
    *out++ = d.exponent < 0 ? '-' : '+';
    auto const magnitude = static_cast<std::uint64_t>(d.exponent < 0 ? -d.exponent : d.exponent);
    return magnitude < 100 ? put_pair(out, magnitude) : put_int(out, magnitude);
  }
  int const whole = d.exponent + 1; // digits before the point
  if (whole <= 0) {
    out = put(out, "0.");
    zeros(-whole);
    part(0, d.count);
  } else if (d.count <= whole) {
    part(0, d.count);
    zeros(whole - d.count);
  } else {
    part(0, whole);
    *out++ = '.';
    part(whole, d.count);
  }
  return out;
}

COPYTO_DECL char* put_float(char* out, double value) noexcept { return put_any_float(out, value, 15); }
COPYTO_DECL char* put_float(char* out, float value) noexcept { return put_any_float(out, value, 6); }

COPYTO_DECL float widen_half(std::uint16_t bits) noexcept {
  std::uint32_t const sign = static_cast<std::uint32_t>(bits >> 15) << 31;
  std::uint32_t const exponent = bits >> 10 & 0x1f;
  std::uint32_t const fraction = bits & 0x3ff;
  if (exponent == 0) { // zero and subnormal numbers: fraction * 2^-24, exact in a float
    float const magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  std::uint32_t const wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

} // namespace copyto::detail::pg

#endif
