// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SOURCE_POSTGRES_DETAIL_WIRE_HPP
#define COPYTO_SOURCE_POSTGRES_DETAIL_WIRE_HPP

#include <boost/endian/conversion.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// What PostgreSQL's binary forms are made of: numbers in network byte order, and parts with their length in front.
namespace copyto::detail {

/// A number in network byte order; there must be room for it.
template <class T>
T pg_load(char const* from) noexcept {
  return boost::endian::endian_load<T, sizeof(T), boost::endian::order::big>(
      reinterpret_cast<unsigned char const*>(from));
}

/// A number off the front of `data`; 0 and false where it is not there.
template <class T>
bool pg_take_load(std::string_view& data, T& number) noexcept {
  if (data.size() < sizeof(T)) {
    number = 0;
    return false;
  }
  number = pg_load<T>(data.data());
  data.remove_prefix(sizeof(T));
  return true;
}

/// A part with its length in front, -1 for NULL; false: it is not there.
inline bool pg_take_part(std::string_view& data, std::optional<std::string_view>& part) noexcept {
  std::int32_t size = 0;
  if (!pg_take_load(data, size) || size < -1 || (size > 0 && data.size() < static_cast<std::size_t>(size))) {
    return false;
  }
  part = size < 0 ? std::nullopt : std::optional(data.substr(0, static_cast<std::size_t>(size)));
  data.remove_prefix(part ? part->size() : 0);
  return true;
}

} // namespace copyto::detail

#endif
