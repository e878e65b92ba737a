// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_STATISTICS_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_STATISTICS_IPP

#include <copyto/encode/parquet/detail/statistics.hpp>

#include <algorithm>

namespace copyto::detail {

COPYTO_DECL void statistics::add_half(std::uint16_t bits) noexcept {
  std::uint32_t const magnitude = bits & 0x7FFFU;
  if (magnitude > 0x7C00) {
    ++nans_;
    return;
  }
  // Sign and magnitude order like an integer; both zeros are 0.
  auto const key = (bits & 0x8000U) != 0 ? -static_cast<int128>(magnitude) : static_cast<int128>(magnitude);
  add_range(key, key);
}

COPYTO_DECL void statistics::add_bytes_near_bound(std::string_view value, std::uint64_t prefix) noexcept {
  if (!any_ || low_bytes_.compare(value) > 0) {
    low_bytes_.assign(value);
    low_prefix_ = prefix;
  }
  if (!any_ || high_bytes_.compare(value) < 0) {
    high_bytes_.assign(value);
    high_prefix_ = prefix;
  }
  any_ = true;
}

/// The low `width` bytes of a number, in the machine's (little-endian) order or reversed.
COPYTO_DECL bound_bytes number_bound(int128 value, std::uint32_t width, bool big_endian) noexcept {
  bound_bytes b;
  std::memcpy(b.data.data(), &value, width);
  if (big_endian) {
    std::reverse(b.data.begin(), b.data.begin() + width);
  }
  b.size = width;
  return b;
}

COPYTO_DECL bound_bytes float_bound(double value, std::uint32_t width, double zero) noexcept {
  double const bound = value == 0 ? zero : value;
  bound_bytes b;
  if (width == 8) {
    std::memcpy(b.data.data(), &bound, 8);
  } else {
    auto const narrow = static_cast<float>(bound); // exact: it was a float
    std::memcpy(b.data.data(), &narrow, 4);
  }
  b.size = width;
  return b;
}

COPYTO_DECL void statistics::merge(statistics const& page) noexcept {
  nulls_ += page.nulls_;
  nans_ += page.nans_;
  if (!page.any_) {
    return;
  }
  low_ = any_ && low_ < page.low_ ? low_ : page.low_;
  high_ = any_ && high_ > page.high_ ? high_ : page.high_;
  low_float_ = any_ && low_float_ < page.low_float_ ? low_float_ : page.low_float_;
  high_float_ = any_ && high_float_ > page.high_float_ ? high_float_ : page.high_float_;
  if (!any_ || low_bytes_.compare(page.low_bytes_) > 0) {
    low_bytes_ = page.low_bytes_;
    low_prefix_ = page.low_prefix_;
  }
  if (!any_ || high_bytes_.compare(page.high_bytes_) < 0) {
    high_bytes_ = page.high_bytes_;
    high_prefix_ = page.high_prefix_;
  }
  any_ = true;
}

COPYTO_DECL int compare_bounds(form const& f, std::string_view a, std::string_view b) noexcept {
  auto const as = [&]<class T>(T) {
    T x;
    T y;
    std::memcpy(&x, a.data(), sizeof(T));
    std::memcpy(&y, b.data(), sizeof(T));
    return x < y ? -1 : static_cast<int>(y < x);
  };
  switch (f.order) {
  case ordering::signed_integer: return f.width == 4 ? as(std::int32_t()) : as(std::int64_t());
  case ordering::unsigned_integer: return f.width == 4 ? as(std::uint32_t()) : as(std::uint64_t());
  case ordering::floating: return f.width == 4 ? as(float()) : as(double());
  case ordering::half: {
    auto const key = [](std::string_view bytes) {
      std::uint16_t bits;
      std::memcpy(&bits, bytes.data(), 2);
      int const magnitude = bits & 0x7FFF;
      return (bits & 0x8000) != 0 ? -magnitude : magnitude;
    };
    return key(a) - key(b);
  }
  case ordering::big_endian:
    // The sign is in the first byte.
    if (a[0] != b[0]) {
      return static_cast<signed char>(a[0]) < static_cast<signed char>(b[0]) ? -1 : 1;
    }
    return a.compare(b);
  default: return a.compare(b);
  }
}

COPYTO_DECL value_bounds statistics::bounds(form const& f) const noexcept {
  value_bounds both;
  auto& [low, high] = both;
  switch (f.order) {
  case ordering::none: break;
  case ordering::boolean:
    low = number_bound(low_, 1, false);
    high = number_bound(high_, 1, false);
    break;
  case ordering::signed_integer:
  case ordering::unsigned_integer:
    low = number_bound(low_, f.width, false);
    high = number_bound(high_, f.width, false);
    break;
  case ordering::big_endian:
    low = number_bound(low_, f.width, true);
    high = number_bound(high_, f.width, true);
    break;
  case ordering::floating:
    low = float_bound(low_float_, f.width, -0.0);
    high = float_bound(high_float_, f.width, 0.0);
    break;
  case ordering::half:
    low = number_bound(low_ > 0 ? low_ : 0x8000 - low_, 2, false); // a smallest zero is -0
    high = number_bound(high_ >= 0 ? high_ : 0x8000 - high_, 2, false);
    break;
  case ordering::fixed:
  case ordering::bytes:
    low = lower_bound_of(low_bytes_, false);
    high = upper_bound_of(high_bytes_, false);
    break;
  case ordering::text:
    low = lower_bound_of(low_bytes_, true);
    high = upper_bound_of(high_bytes_, true);
    break;
  }
  bool const any = any_ && f.order != ordering::none && !(f.nan_hides_bounds && nans_ != 0);
  low.present = low.present && any;
  high.present = high.present && any;
  return both;
}

COPYTO_COLD void statistics::write(thrift_writer& out, int id, form const& f) const {
  auto const [low, high] = bounds(f);
  out.begin(id);
  if (high.present && (f.order == ordering::signed_integer || f.order == ordering::floating)) {
    out.binary(1, high.view());
    out.binary(2, low.view());
  }
  out.i64(3, static_cast<std::int64_t>(nulls_));
  if (high.present) {
    out.binary(5, high.view());
  }
  if (low.present) {
    out.binary(6, low.view());
  }
  if (high.present) {
    out.boolean(7, high.exact);
  }
  if (low.present) {
    out.boolean(8, low.exact);
  }
  if (f.order == ordering::floating || f.order == ordering::half) {
    out.i64(9, static_cast<std::int64_t>(nans_));
  }
  out.end();
}

} // namespace copyto::detail

#endif
