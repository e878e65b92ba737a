// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_COLUMN_TYPE_HPP
#define COPYTO_SCHEMA_COLUMN_TYPE_HPP

#include <copyto/schema/column_buffer.hpp>
#include <copyto/schema/decimal.hpp>
#include <copyto/schema/values.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <ratio>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace boost::uuids {
struct uuid;
} // namespace boost::uuids

namespace copyto {

/// How a C++ type becomes a column (lists, maps and tuples: schema/nested_type.hpp); specialise it for a type of your own. A specialisation has
/// `static constexpr logical_type type` and one of
/// - `static X stored(T const&)`, X of `value_width(type)` bytes, or bool,
/// - `static std::string_view view(T const&)`, which borrows from the value,
/// - `static constexpr schema_view children` and `static void append(column_buffer&, T const&)` (nested).
/// The primary template is undefined: a member of a type without a specialisation is refused.
template <class T>
struct column_type;

template <class T>
concept ColumnType = requires {
  { column_type<T>::type } -> std::convertible_to<logical_type>;
};

namespace detail {
template <class T>
struct without_optional {
  using type = T;
  static constexpr bool optional = false;
};
template <class T>
struct without_optional<std::optional<T>> {
  using type = T;
  static constexpr bool optional = true;
};
template <class T>
concept StoredValue = requires(T const& v) { column_type<T>::stored(v); };
template <class T>
concept ViewedValue = requires(T const& v) {
  { column_type<T>::view(v) } -> std::same_as<std::string_view>;
};
/// Whose values all have a place in the column, NULL or not.
template <class T>
concept BulkOptional =
    without_optional<T>::optional && !std::is_same_v<typename without_optional<T>::type, bool> &&
    (ViewedValue<typename without_optional<T>::type> || StoredValue<typename without_optional<T>::type>);
template <class T>
concept NestedValue = requires(column_buffer& out, T const& v) { column_type<T>::append(out, v); };

template <class T>
struct plain_column {
  static constexpr T stored(T value) noexcept { return value; }
};
template <class Duration>
constexpr time_unit unit_of() {
  using period = typename Duration::period;
  static_assert(std::is_same_v<period, std::milli> || std::is_same_v<period, std::micro> ||
                    std::is_same_v<period, std::nano>,
                "copyto: times are in milliseconds, microseconds or nanoseconds; cast the member to one of them");
  return std::is_same_v<period, std::milli>   ? time_unit::milli
         : std::is_same_v<period, std::micro> ? time_unit::micro
                                              : time_unit::nano;
}
} // namespace detail

/// The field of a column or node of C++ type T, which may be std::optional.
template <class T>
[[nodiscard]] constexpr field make_field(std::string_view name) {
  using traits = column_type<typename detail::without_optional<T>::type>;
  field f{.name = name, .type = traits::type, .optional = detail::without_optional<T>::optional};
  if constexpr (requires { traits::children; }) {
    f.nodes = schema_view(traits::children).data();
    f.node_count = static_cast<std::uint32_t>(schema_view(traits::children).size());
  }
  return f;
}

/// Appends one value as one slot.
template <class T>
void append_value(column_buffer& out, T const& value) {
  if constexpr (detail::without_optional<T>::optional) {
    if (value) {
      append_value(out, *value);
    } else {
      out.append_null();
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    out.append_bool(value);
  } else if constexpr (detail::ViewedValue<T>) {
    out.append_view(column_type<T>::view(value));
  } else if constexpr (detail::StoredValue<T>) {
    out.append_fixed(column_type<T>::stored(value));
  } else {
    column_type<T>::append(out, value);
  }
}

/// Appends `count` values, where `at(i)` is the i-th: the bulk form, one tight loop a column.
template <class T, class At>
void append_values(column_buffer& out, std::size_t count, At at) {
  if constexpr (detail::ViewedValue<T>) {
    auto* to = out.extend<std::string_view>(count);
    for (std::size_t i = 0; i != count; ++i) {
      to[i] = column_type<T>::view(at(i));
    }
  } else if constexpr (detail::StoredValue<T> && !std::is_same_v<T, bool>) {
    auto* to = out.extend<decltype(column_type<T>::stored(at(0)))>(count);
    for (std::size_t i = 0; i != count; ++i) {
      to[i] = column_type<T>::stored(at(i));
    }
  } else if constexpr (detail::BulkOptional<T>) {
    using value = typename detail::without_optional<T>::type;
    if (out.size() != 0) {
      for (std::size_t i = 0; i != count; ++i) {
        append_value<T>(out, at(i));
      }
    } else if constexpr (detail::ViewedValue<value>) {
      out.extend_optional<std::string_view>(count, [&](std::size_t i, std::string_view& to) {
        auto const& v = at(i);
        to = v ? column_type<value>::view(*v) : to;
        return v.has_value();
      });
    } else {
      using stored = decltype(column_type<value>::stored(std::declval<value const&>()));
      out.extend_optional<stored>(count, [&](std::size_t i, stored& to) {
        auto const& v = at(i);
        to = v ? column_type<value>::stored(*v) : to;
        return v.has_value();
      });
    }
  } else {
    for (std::size_t i = 0; i != count; ++i) {
      append_value<T>(out, at(i));
    }
  }
}

/// Bytes that a value holds outside of itself; what a staged row costs beyond sizeof.
template <class T>
[[nodiscard]] std::size_t bytes_held(T const& value) {
  if constexpr (detail::without_optional<T>::optional) {
    return value ? bytes_held(*value) : 0;
  } else if constexpr (detail::ViewedValue<T>) {
    return column_type<T>::view(value).size();
  } else if constexpr (requires { column_type<T>::held(value); }) {
    return column_type<T>::held(value);
  } else {
    return 0;
  }
}

// === Numbers ===
template <>
struct column_type<bool> {
  static constexpr logical_type type{.id = kind::boolean};
  static constexpr bool stored(bool value) noexcept { return value; }
};
template <class T>
  requires std::integral<T> && (!std::same_as<T, bool>) && (!std::same_as<T, char>) && (!std::same_as<T, wchar_t>) &&
           (!std::same_as<T, char8_t>) && (!std::same_as<T, char16_t>) && (!std::same_as<T, char32_t>)
struct column_type<T> {
  static constexpr logical_type type{
      .id =
          static_cast<kind>(static_cast<int>(std::is_signed_v<T> ? kind::int8 : kind::uint8) + (sizeof(T) == 1   ? 0
                                                                                                : sizeof(T) == 2 ? 1
                                                                                                : sizeof(T) == 4 ? 2
                                                                                                                 : 3))};
  static constexpr T stored(T value) noexcept { return value; }
};
template <>
struct column_type<float> : detail::plain_column<float> {
  static constexpr logical_type type{.id = kind::float32};
};
template <>
struct column_type<double> : detail::plain_column<double> {
  static constexpr logical_type type{.id = kind::float64};
};
template <>
struct column_type<float16> {
  static constexpr logical_type type{.id = kind::float16};
  static constexpr std::uint16_t stored(float16 value) noexcept { return value.bits; }
};
template <int P, int S>
struct column_type<decimal<P, S>> {
  static constexpr logical_type type{.id = kind::decimal, .precision = P, .scale = S};
  static constexpr auto stored(decimal<P, S> value) noexcept { return value.unscaled(); }
};

// === Byte strings ===
template <>
struct column_type<std::string> {
  static constexpr logical_type type{.id = kind::string};
  static std::string_view view(std::string const& value) noexcept { return value; }
};
template <>
struct column_type<std::string_view> {
  static constexpr logical_type type{.id = kind::string};
  static std::string_view view(std::string_view const& value) noexcept { return value; }
};
template <>
struct column_type<json> {
  static constexpr logical_type type{.id = kind::json};
  static std::string_view view(json const& value) noexcept { return value.text; }
};
template <>
struct column_type<std::vector<std::byte>> {
  static constexpr logical_type type{.id = kind::binary};
  static std::string_view view(std::vector<std::byte> const& value) noexcept { return as_text(value); }
};
template <>
struct column_type<std::span<std::byte const>> {
  static constexpr logical_type type{.id = kind::binary};
  static std::string_view view(std::span<std::byte const> const& value) noexcept { return as_text(value); }
};
/// A path as it is stored, which must be UTF-8: std::filesystem::path, where paths are made of char.
template <class T>
  requires requires(T const& path) {
    { path.native() } -> std::same_as<std::string const&>;
    { path.extension() } -> std::same_as<T>;
  }
struct column_type<T> {
  static constexpr logical_type type{.id = kind::string};
  static std::string_view view(T const& value) noexcept { return value.native(); }
};
template <std::size_t N>
struct column_type<std::array<std::byte, N>> : detail::plain_column<std::array<std::byte, N>> {
  static constexpr logical_type type{.id = kind::fixed_binary, .width = N};
};

template <>
struct column_type<boost::uuids::uuid> {
  static constexpr logical_type type{.id = kind::uuid};
  /// A template, so that only who has such a member includes Boost.UUID.
  template <class Uuid>
  static std::array<std::byte, 16> stored(Uuid const& value) noexcept {
    std::array<std::byte, 16> bytes;
    std::copy_n(reinterpret_cast<std::byte const*>(std::to_address(value.begin())), 16, bytes.begin());
    return bytes;
  }
};

// === Time ===
template <>
struct column_type<std::chrono::sys_days> {
  static constexpr logical_type type{.id = kind::date};
  static constexpr std::int32_t stored(std::chrono::sys_days value) noexcept {
    return static_cast<std::int32_t>(value.time_since_epoch().count());
  }
};
template <>
struct column_type<std::chrono::year_month_day> {
  static constexpr logical_type type{.id = kind::date};
  static std::int32_t stored(std::chrono::year_month_day value) {
    if (!value.ok()) {
      throw failure(error(errc::value_out_of_range, "a year_month_day is not a date of the calendar"));
    }
    return static_cast<std::int32_t>(std::chrono::sys_days(value).time_since_epoch().count());
  }
};
template <class Duration>
  requires(!std::same_as<Duration, std::chrono::days>)
struct column_type<std::chrono::sys_time<Duration>> {
  static constexpr logical_type type{.id = kind::timestamp, .unit = detail::unit_of<Duration>(), .utc = true};
  static constexpr std::int64_t stored(std::chrono::sys_time<Duration> value) noexcept {
    return static_cast<std::int64_t>(value.time_since_epoch().count());
  }
};
template <class Duration>
struct column_type<std::chrono::local_time<Duration>> {
  static constexpr logical_type type{.id = kind::timestamp, .unit = detail::unit_of<Duration>(), .utc = false};
  static constexpr std::int64_t stored(std::chrono::local_time<Duration> value) noexcept {
    return static_cast<std::int64_t>(value.time_since_epoch().count());
  }
};
template <class Duration>
struct column_type<time_of_day<Duration>> {
  static constexpr logical_type type{.id = kind::time, .unit = detail::unit_of<Duration>()};
  using rep = std::conditional_t<type.unit == time_unit::milli, std::int32_t, std::int64_t>;
  static constexpr rep stored(time_of_day<Duration> value) noexcept {
    return static_cast<rep>(value.since_midnight().count());
  }
};
template <>
struct column_type<interval> : detail::plain_column<interval> {
  static constexpr logical_type type{.id = kind::interval};
};
/// Durations of whole numbers: months and years as months, days and weeks as days, shorter ones as nanoseconds.
template <class Rep, class Period>
  requires std::integral<Rep>
struct column_type<std::chrono::duration<Rep, Period>> {
  static constexpr logical_type type{.id = kind::interval};
  static constexpr interval stored(std::chrono::duration<Rep, Period> value) {
    using months = std::ratio_divide<Period, std::chrono::months::period>;
    using days = std::ratio_divide<Period, std::chrono::days::period>;
    using nanoseconds = std::ratio_divide<Period, std::nano>;
    static_assert(months::den == 1 || nanoseconds::den == 1, "copyto: durations are in whole nanoseconds");
    interval made;
    bool fits = true;
    if constexpr (months::den == 1) {
      fits = !__builtin_mul_overflow(value.count(), months::num, &made.months);
    } else if constexpr (days::den == 1) {
      fits = !__builtin_mul_overflow(value.count(), days::num, &made.days);
    } else {
      fits = !__builtin_mul_overflow(value.count(), nanoseconds::num, &made.nanoseconds);
    }
    if (!fits) {
      throw failure(error(errc::value_out_of_range, "a duration is too long for an interval"));
    }
    return made;
  }
};

} // namespace copyto

#endif
