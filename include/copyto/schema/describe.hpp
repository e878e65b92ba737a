// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_DESCRIBE_HPP
#define COPYTO_SCHEMA_DESCRIBE_HPP

#include <copyto/schema/columns.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <type_traits>

/// Row types described with Boost.Describe: the column names are those in the macro, in its order, up
/// to 52 members. Where the names are a contract with readers of the files, or for wider rows, use a
/// `columns` list. Described enumerations become columns of kind enumeration.

namespace copyto {
namespace detail {

template <class Row>
using public_members =
    boost::describe::describe_members<Row, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class Member>
consteval auto member_name() {
  constexpr std::string_view name = Member::name;
  fixed_string<name.size() + 1> text;
  name.copy(text.text, name.size());
  return text;
}
/// The same type that a hand-written list has, so that messages of the compiler show names.
template <class Member>
using described_column = column<member_name<Member>(), Member::pointer>;

template <class Row>
using describe_columns =
    boost::mp11::mp_rename<boost::mp11::mp_transform<described_column, public_members<Row>>, columns>;

} // namespace detail

template <class Row>
  requires boost::describe::has_describe_members<Row>::value && (!std::is_union_v<Row>)
struct schema_of<Row> : detail::describe_columns<Row> {};

template <class Enum>
  requires std::is_enum_v<Enum> && boost::describe::has_describe_enumerators<Enum>::value
struct column_type<Enum> {
  static constexpr logical_type type{.id = kind::enumeration};
  static std::string_view view(Enum const& value) {
    char const* const name = boost::describe::enum_to_string(value, nullptr);
    if (name == nullptr) {
      throw failure(error(errc::value_out_of_range, "an enumeration holds a value that is none of its enumerators"));
    }
    return name;
  }
};

} // namespace copyto

#endif
