// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_COLUMNS_HPP
#define COPYTO_SCHEMA_COLUMNS_HPP

#include <copyto/schema/batch.hpp>
#include <copyto/schema/column_type.hpp>
#include <copyto/schema/nested_type.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace copyto {

/// Text as a template argument.
template <std::size_t N>
struct fixed_string {
  char text[N]{};
  constexpr fixed_string() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): column<"id", ...>
  consteval fixed_string(char const (&literal)[N]) { std::copy_n(literal, N, text); }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, N - 1}; }
};

/// One column of a row type: its name in the files, and the member that holds its values. The name is
/// a contract with the readers of the files; renaming the member does not change it.
template <fixed_string Name, auto Member>
struct column;
template <fixed_string Name, class Row, class Value, Value Row::*Member>
struct column<Name, Member> {
  using row_type = Row;
  using value_type = Value;
  static constexpr std::string_view name = Name.view();
  static constexpr Value const& get(Row const& row) noexcept { return row.*Member; }
};

/// The columns of a row type, in the order in which they are written.
///
///     template <> struct copyto::schema_of<trade>
///         : copyto::columns<copyto::column<"id", &trade::id>, copyto::column<"px", &trade::px>> {};
template <class... Column>
struct columns {
  static constexpr std::size_t count = sizeof...(Column);
  /// Number of the first member whose type has no `column_type`, or `count`.
  static constexpr std::size_t first_unmapped = [] {
    std::size_t i = 0;
    (void)((ColumnType<typename detail::without_optional<typename Column::value_type>::type> && ++i != 0) && ...);
    return i;
  }();
  /// Whether every member can be a column.
  static constexpr bool mapped = first_unmapped == count;

  /// The schema, a constant.
  static constexpr std::array<field, count> make_fields() {
    if constexpr (mapped) {
      return {make_field<typename Column::value_type>(Column::name)...};
    } else {
      return {};
    }
  }
  static constexpr std::array<field, count> fields = make_fields();

  /// Column number `I`, as std::type_identity, for messages of the compiler.
  template <std::size_t I>
  static consteval auto column_at() {
    return std::type_identity<std::tuple_element_t<I, std::tuple<Column...>>>();
  }

  /// Appends rows column by column; `at(i)` is row `i`.
  template <class At>
  static void append(batch& out, std::size_t rows, At at) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (append_values<typename Column::value_type>(out.buffer(I), rows,
                                                  [&](std::size_t i) -> decltype(auto) { return Column::get(at(i)); }),
       ...);
    }(std::make_index_sequence<count>());
  }
  /// Appends the members of one struct to the children of its column.
  template <class Row>
  static void append_members(column_buffer& out, Row const& row) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (append_value<typename Column::value_type>(out.child(I), Column::get(row)), ...);
    }(std::make_index_sequence<count>());
    out.append_struct();
  }
  /// Bytes that a row holds outside of itself.
  template <class Row>
  static std::size_t held(Row const& row) {
    return (std::size_t{0} + ... + bytes_held<typename Column::value_type>(Column::get(row)));
  }
};

/// Specialise for a row type, deriving from `columns<...>`. Structs described with
/// BOOST_DESCRIBE_STRUCT need none (schema/describe.hpp).
template <class Row>
struct schema_of;

/// A row type that has columns.
template <class Row>
concept DescribedRow = requires { schema_of<Row>::count; };

/// A described struct as a member of a row: a nested column.
template <class Row>
  requires DescribedRow<Row>
struct column_type<Row> {
  static constexpr logical_type type{.id = kind::structure};
  static constexpr schema_view children{schema_of<Row>::fields};
  static void append(column_buffer& out, Row const& row) { schema_of<Row>::append_members(out, row); }
  static std::size_t held(Row const& row) { return schema_of<Row>::held(row); }
};

} // namespace copyto

#endif
