// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_ARROW_IMPL_CONVERT_IPP
#define COPYTO_SOURCE_ARROW_IMPL_CONVERT_IPP

#include <copyto/source/arrow/detail/convert.hpp>

#include <copyto/schema/decimal.hpp>

#include <cstdint>
#include <cstring>

namespace copyto::detail {

/// One call of `convert_values`.
struct value_conversion {
  arrow_node const& node;
  std::byte const* from;
  std::size_t count;
  std::byte* to;
  std::function<void(std::size_t, std::string_view)> const& misfit;

  /// Makes each value by `put(in, out)`, which returns false where it does not fit.
  template <class In, class Out, class F>
  void run(std::string_view why, F put) const {
    for (std::size_t i = 0; i != count; ++i) {
      In in;
      std::memcpy(&in, from + i * sizeof(In), sizeof(In));
      Out out{};
      if (!put(in, out)) {
        misfit(i, why);
      }
      std::memcpy(to + i * sizeof(Out), &out, sizeof(Out));
    }
  }
  template <class Out>
  void decimals() const;
};

struct int256 {
  std::uint64_t low[2];
  std::uint64_t high[2];
};
COPYTO_DECL bool narrow_decimal(int256 const& in, int128& out) noexcept {
  std::memcpy(&out, in.low, sizeof(out));
  std::uint64_t const sign = out < 0 ? ~std::uint64_t{0} : 0;
  return in.high[0] == sign && in.high[1] == sign;
}
template <class In>
bool narrow_decimal(In const& in, int128& out) noexcept {
  out = in;
  return true;
}

template <class Out>
void value_conversion::decimals() const {
  int128 const end = power_of_ten(node.type->type.precision);
  auto const put = [&](auto const& in, Out& out) {
    int128 value = 0;
    bool const fits = narrow_decimal(in, value) && value > -end && value < end && // so that the product cannot overflow
                      (node.factor == 1 || (value < end / node.factor && value > -end / node.factor));
    out = fits ? static_cast<Out>(value * node.factor) : Out{};
    return fits;
  };
  constexpr std::string_view why = "a decimal has more digits than its column";
  switch (node.width) {
  case 4: return run<std::int32_t, Out>(why, put);
  case 8: return run<std::int64_t, Out>(why, put);
  case 16: return run<int128, Out>(why, put);
  default: return run<int256, Out>(why, put);
  }
}

COPYTO_DECL void convert_values(arrow_node const& node, std::byte const* from, std::size_t count, std::byte* to,
                                std::function<void(std::size_t, std::string_view)> const& misfit) {
  value_conversion const convert{.node = node, .from = from, .count = count, .to = to, .misfit = misfit};
  auto const multiply = [&node]<class T>(T in, T& out) {
    return !__builtin_mul_overflow(in, static_cast<T>(node.factor), &out);
  };
  switch (node.values) {
  case arrow_values::same:
  case arrow_values::bool8: return;
  case arrow_values::multiplied:
    return node.width == 4 ? convert.run<std::int32_t, std::int32_t>("a time in seconds lies outside one day", multiply)
                           : convert.run<std::int64_t, std::int64_t>(
                                 "a time in seconds is too far away for milliseconds of 64 bits", multiply);
  case arrow_values::days:
    return convert.run<std::int64_t, std::int32_t>("a date in milliseconds is no whole day, or too far away",
                                                   [](std::int64_t in, std::int32_t& out) {
                                                     constexpr std::int64_t day = 86'400'000;
                                                     out = static_cast<std::int32_t>(in / day);
                                                     return in % day == 0 && in / day == out;
                                                   });
  case arrow_values::decimal:
    switch (value_width(node.type->type)) {
    case 4: return convert.decimals<std::int32_t>();
    case 8: return convert.decimals<std::int64_t>();
    default: return convert.decimals<int128>();
    }
  case arrow_values::duration:
    return convert.run<std::int64_t, interval>(
        "a duration is too long for nanoseconds of 64 bits",
        [&](std::int64_t in, interval& out) { return multiply(in, out.nanoseconds); });
  case arrow_values::months:
    return convert.run<std::int32_t, interval>({}, [](std::int32_t in, interval& out) {
      out.months = in;
      return true;
    });
  case arrow_values::day_time:
    return convert.run<std::uint64_t, interval>({}, [](std::uint64_t in, interval& out) {
      out.days = static_cast<std::int32_t>(in);
      out.nanoseconds = std::int64_t{static_cast<std::int32_t>(in >> 32)} * 1'000'000;
      return true;
    });
  }
}

COPYTO_DECL void convert_bools(std::byte const* from, std::size_t count, std::uint8_t* bits,
                               std::size_t offset) noexcept {
  std::memset(bits, 0, (offset + count) / 8 + 1);
  for (std::size_t i = 0; i != count; ++i) {
    std::size_t const bit = offset + i;
    bits[bit >> 3] = static_cast<std::uint8_t>(bits[bit >> 3] | (from[i] != std::byte{0} ? 1U << (bit & 7) : 0U));
  }
}

} // namespace copyto::detail

#endif
