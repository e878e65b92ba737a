// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DECIMAL_HPP
#define COPYTO_SCHEMA_DECIMAL_HPP

#include <copyto/core/result.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace copyto {

/// 128-bit integer, the storage of decimals of more than 18 digits.
__extension__ typedef __int128 int128; // NOLINT(modernize-use-using): __extension__ goes with typedef only

/// 10 to the power of `digits`, 0 to 38.
[[nodiscard]] constexpr int128 power_of_ten(int digits) noexcept {
  int128 value = 1;
  for (int i = 0; i != digits; ++i) {
    value *= 10;
  }
  return value;
}

/// Reads "[+-]digits[.digits]" as an unscaled number of `precision` digits, `scale` of them behind the
/// point. Never rounds: more digits than fit are errc::value_out_of_range.
[[nodiscard]] result<int128> parse_decimal(std::string_view text, int precision, int scale);

/// A decimal number of `Precision` digits (1 to 38), `Scale` of them behind the point. It is always in
/// range: there is no way to make one that is not.
template <int Precision, int Scale = 0>
class decimal {
  static_assert(Precision >= 1 && Precision <= 38 && Scale >= 0 && Scale <= Precision);

public:
  using rep =
      std::conditional_t<Precision <= 9, std::int32_t, std::conditional_t<Precision <= 18, std::int64_t, int128>>;
  static constexpr int precision = Precision;
  static constexpr int scale = Scale;

  constexpr decimal() = default;
  /// `unscaled` is the value times 10^Scale.
  [[nodiscard]] static result<decimal> from_unscaled(int128 unscaled) {
    constexpr int128 bound = power_of_ten(Precision);
    if (unscaled <= -bound || unscaled >= bound) {
      return error(errc::value_out_of_range, "a number has more than " + std::to_string(Precision) + " digits");
    }
    return decimal(static_cast<rep>(unscaled));
  }
  /// "12.34"; refuses what does not fit exactly.
  [[nodiscard]] static result<decimal> parse(std::string_view text) {
    result<int128> const unscaled = parse_decimal(text, Precision, Scale);
    if (!unscaled) {
      return unscaled.error();
    }
    return decimal(static_cast<rep>(*unscaled));
  }
  [[nodiscard]] constexpr rep unscaled() const noexcept { return unscaled_; }
  friend constexpr auto operator<=>(decimal const&, decimal const&) = default;

private:
  constexpr explicit decimal(rep unscaled) : unscaled_(unscaled) {}
  rep unscaled_ = 0;
};

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/schema/impl/decimal.ipp>
#endif

#endif
