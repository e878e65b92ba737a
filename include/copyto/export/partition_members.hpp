// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_PARTITION_MEMBERS_HPP
#define COPYTO_EXPORT_PARTITION_MEMBERS_HPP

#include <copyto/export/partition_by.hpp>
#include <copyto/export/partition_key.hpp>
#include <copyto/schema/columns.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace copyto {

/// Keys of partitions by members of a row type; `width` as `partition_key` has it.
namespace by {
template <auto Member, partition_transform Transform = partition_transform::identity, std::uint32_t Width = 0>
struct member {};

template <auto Member>
inline constexpr member<Member, partition_transform::year> year{};
template <auto Member>
inline constexpr member<Member, partition_transform::month> month{};
template <auto Member>
inline constexpr member<Member, partition_transform::day> day{};
template <auto Member>
inline constexpr member<Member, partition_transform::hour> hour{};
template <std::uint32_t Width, auto Member>
inline constexpr member<Member, partition_transform::bucket, Width> bucket{};
template <std::uint32_t Width, auto Member>
inline constexpr member<Member, partition_transform::truncate, Width> truncate{};
} // namespace by

namespace detail {

template <auto Member, class Column>
inline constexpr bool holds_member = false;
template <auto Member, fixed_string Name>
inline constexpr bool holds_member<Member, column<Name, Member>> = true;

/// The column of a member, or their number.
template <auto Member, class... Column>
consteval std::size_t column_of_member(columns<Column...> const*) {
  std::size_t index = 0;
  (void)((!holds_member<Member, Column> && ++index != 0) && ...);
  return index;
}

/// A key as a template argument: a member, or a transform of one.
template <class Row, class Key, Key Value>
struct row_key {
  static constexpr partition_transform transform = partition_transform::identity;
  static constexpr std::uint32_t width = 0;
  static constexpr std::size_t index = column_of_member<Value>(static_cast<schema_of<Row> const*>(nullptr));
};
template <class Row, auto Member, partition_transform Transform, std::uint32_t Width,
          by::member<Member, Transform, Width> Value>
struct row_key<Row, by::member<Member, Transform, Width>, Value> {
  static constexpr partition_transform transform = Transform;
  static constexpr std::uint32_t width = Width;
  static constexpr std::size_t index = column_of_member<Member>(static_cast<schema_of<Row> const*>(nullptr));
};

template <class Row, class Key>
consteval bool is_column() {
  return Key::index < schema_of<Row>::count;
}
/// True also where another message is due.
template <class Row, class Key>
consteval bool makes_partitions() {
  if constexpr (is_column<Row, Key>() && schema_of<Row>::mapped) {
    return partition_fits(Key::transform, schema_of<Row>::fields[Key::index].type);
  } else {
    return true;
  }
}
template <class Row, class... Key>
consteval bool leaves_columns() {
  std::array<bool, schema_of<Row>::count + 1> in_path{};
  (void)((in_path[Key::index] = in_path[Key::index] || Key::transform == partition_transform::identity), ...);
  bool left = false;
  for (std::size_t i = 0; i != schema_of<Row>::count; ++i) {
    left = left || !in_path[i];
  }
  return left || in_path[schema_of<Row>::count];
}

} // namespace detail

/// `partition_by` for rows of a described struct, by its members; what cannot be does not compile:
///
///     options.partitions = copyto::partition_by<trade, &trade::region, copyto::by::month<&trade::at>>();
///
/// A key that is a function of the row is a member that is computed, e.g. by std::views::transform: it is in the paths, and in
/// the files only where `settings.keep` says so.
template <class Row, auto... Key>
[[nodiscard]] std::shared_ptr<partitioning const> partition_by(partition_settings settings = {}) {
  using detail::is_column;
  using detail::leaves_columns;
  using detail::makes_partitions;
  using detail::row_key;
  static_assert(sizeof...(Key) != 0, "copyto-K01: there is no key to make partitions by; name members of the row");
  static_assert((is_column<Row, row_key<Row, std::remove_cv_t<decltype(Key)>, Key>>() && ...),
                "copyto-K02: a key of the partitions is no column of the row; name a member that is described, or in "
                "the columns list");
  static_assert((makes_partitions<Row, row_key<Row, std::remove_cv_t<decltype(Key)>, Key>>() && ...),
                "copyto-K03: there are no partitions by a member of this type, or this transform has no meaning for "
                "it: floating point, binary, intervals, JSON and nested members are no keys, year to day are of dates "
                "and timestamps, hour of timestamps, truncate of numbers and text");
  static_assert(leaves_columns<Row, row_key<Row, std::remove_cv_t<decltype(Key)>, Key>...>(),
                "copyto-K04: every column is a key of the partitions, and nothing is left for the files; describe "
                "another member, or give the keys by name, and settings.keep");
  std::vector<partition_key> keys;
  if constexpr ((is_column<Row, row_key<Row, std::remove_cv_t<decltype(Key)>, Key>>() && ...)) {
    (keys.push_back(
         {.column = std::string(schema_of<Row>::fields[row_key<Row, std::remove_cv_t<decltype(Key)>, Key>::index].name),
          .transform = row_key<Row, std::remove_cv_t<decltype(Key)>, Key>::transform,
          .width = row_key<Row, std::remove_cv_t<decltype(Key)>, Key>::width}),
     ...);
  }
  return partition_by(std::move(keys), std::move(settings));
}

} // namespace copyto

#endif
