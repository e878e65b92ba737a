// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_NESTED_TYPE_HPP
#define COPYTO_SCHEMA_NESTED_TYPE_HPP

#include <copyto/schema/column_type.hpp>

#include <array>
#include <cstddef>
#include <ranges>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// Lists, maps and tuples as columns. Structs are in schema/columns.hpp.

namespace copyto {
namespace detail {

template <class T>
concept ColumnOrOptional = ColumnType<typename without_optional<T>::type>;
template <class T>
using range_value = std::remove_cv_t<std::ranges::range_value_t<T const>>;

/// std::vector, std::array, std::span, std::deque, std::set, boost::container::small_vector, ...: whatever holds values that
/// can be columns, and is neither text, nor bytes, nor a map.
template <class T>
concept ListLike = std::ranges::forward_range<T const> && !requires { typename T::mapped_type; } &&
                   !std::convertible_to<T const&, std::string_view> && !std::same_as<range_value<T>, T> &&
                   !std::same_as<range_value<T>, std::byte> && ColumnOrOptional<range_value<T>>;
/// std::map, std::unordered_map, boost::container::flat_map, ...: in the order of the container, which is its own affair.
template <class T>
concept MapLike = std::ranges::forward_range<T const> && requires {
  typename T::key_type;
  typename T::mapped_type;
} && ColumnType<typename T::key_type> && ColumnOrOptional<typename T::mapped_type>;

template <class T>
inline constexpr field element_node[1] = {make_field<T>("element")};
template <class K, class V>
inline constexpr field entry_nodes[2] = {make_field<K>("key"), make_field<V>("value")};

inline constexpr std::string_view tuple_names[] = {"_1", "_2",  "_3",  "_4",  "_5",  "_6",  "_7",  "_8",
                                                   "_9", "_10", "_11", "_12", "_13", "_14", "_15", "_16"};
template <class... T, std::size_t... I>
constexpr std::array<field, sizeof...(T)> make_tuple_nodes(std::index_sequence<I...>) {
  return {make_field<T>(tuple_names[I])...};
}
template <class... T>
inline constexpr std::array<field, sizeof...(T)> tuple_nodes =
    make_tuple_nodes<T...>(std::make_index_sequence<sizeof...(T)>());
template <class A, class B>
inline constexpr std::array<field, 2> pair_nodes = {make_field<A>("first"), make_field<B>("second")};

} // namespace detail

template <class T>
  requires detail::ListLike<T>
struct column_type<T> {
  using value = detail::range_value<T>;
  static constexpr logical_type type{.id = kind::list};
  static constexpr schema_view children{detail::element_node<value>};
  static void append(column_buffer& out, T const& list) {
    if constexpr (std::ranges::random_access_range<T const> && std::ranges::sized_range<T const> &&
                  (detail::ViewedValue<value> || (detail::StoredValue<value> && !std::is_same_v<value, bool>))) {
      auto const first = std::ranges::begin(list);
      append_values<value>(out.child(0), std::ranges::size(list), [&](std::size_t i) -> value const& {
        return first[static_cast<std::ranges::range_difference_t<T const>>(i)];
      });
    } else {
      for (value const& element : list) {
        append_value<value>(out.child(0), element);
      }
    }
    out.append_list();
  }
  static std::size_t held(T const& list) {
    std::size_t bytes = 0;
    for (value const& element : list) {
      bytes += sizeof(value) + bytes_held<value>(element);
    }
    return bytes;
  }
};

template <class T>
  requires detail::MapLike<T>
struct column_type<T> {
  using key = typename T::key_type;
  using mapped = typename T::mapped_type;
  static constexpr logical_type type{.id = kind::map};
  static constexpr schema_view children{detail::entry_nodes<key, mapped>};
  static void append(column_buffer& out, T const& map) {
    for (auto const& [k, v] : map) {
      append_value<key>(out.child(0), k);
      append_value<mapped>(out.child(1), v);
    }
    out.append_list();
  }
  static std::size_t held(T const& map) {
    std::size_t bytes = 0;
    for (auto const& [k, v] : map) {
      bytes += sizeof(key) + sizeof(mapped) + 64 + bytes_held<key>(k) + bytes_held<mapped>(v);
    }
    return bytes;
  }
};

/// A struct of `first` and `second`.
template <class A, class B>
  requires detail::ColumnOrOptional<A> && detail::ColumnOrOptional<B>
struct column_type<std::pair<A, B>> {
  static constexpr logical_type type{.id = kind::structure};
  static constexpr schema_view children{detail::pair_nodes<A, B>};
  static void append(column_buffer& out, std::pair<A, B> const& both) {
    append_value<A>(out.child(0), both.first);
    append_value<B>(out.child(1), both.second);
    out.append_struct();
  }
  static std::size_t held(std::pair<A, B> const& both) {
    return bytes_held<A>(both.first) + bytes_held<B>(both.second);
  }
};

/// A struct of `_1`, `_2`, ..., up to 16 members.
template <class... T>
  requires(sizeof...(T) != 0 && sizeof...(T) <= std::size(detail::tuple_names) && (detail::ColumnOrOptional<T> && ...))
struct column_type<std::tuple<T...>> {
  static constexpr logical_type type{.id = kind::structure};
  static constexpr schema_view children{detail::tuple_nodes<T...>};
  static void append(column_buffer& out, std::tuple<T...> const& all) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (append_value<T>(out.child(I), std::get<I>(all)), ...);
    }(std::index_sequence_for<T...>());
    out.append_struct();
  }
  static std::size_t held(std::tuple<T...> const& all) {
    return std::apply([](T const&... each) { return (std::size_t{0} + ... + bytes_held<T>(each)); }, all);
  }
};

} // namespace copyto

#endif
