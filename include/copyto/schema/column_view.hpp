// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_SCHEMA_COLUMN_VIEW_HPP
#define COPYTO_SCHEMA_COLUMN_VIEW_HPP

#include <copyto/schema/field.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace copyto {

/// How the byte strings of a column lie in memory.
enum class bytes_form : std::uint8_t {
  none,      ///< not a byte string
  offsets32, ///< n + 1 int32_t offsets into one run of bytes (Arrow's utf8 and binary)
  offsets64, ///< n + 1 int64_t offsets (Arrow's large_utf8 and large_binary)
  views,     ///< one std::string_view a slot, which may point anywhere
};

/// One column of a batch as an encoder sees it: borrowed memory in Arrow's columnar layout
/// (arrow.apache.org, "Columnar Format"). Slot `i` is value `offset + i` of every buffer. What a NULL
/// slot of `values` holds is undefined.
struct column_view {
  field const* type = nullptr;
  std::size_t length = 0;                 ///< slots, NULL or not
  std::size_t null_count = 0;             ///< exact
  std::size_t offset = 0;                 ///< first slot in the buffers
  std::uint8_t const* validity = nullptr; ///< bit 1: there is a value, LSB first; nullptr: all have one
  void const* values = nullptr;           ///< fixed-width values, bits of booleans, string bytes or views
  void const* offsets = nullptr;          ///< of lists, maps and byte strings
  bytes_form form = bytes_form::none;     ///< of lists and maps: `offsets64`, or int32_t offsets
  /// As many as `type->node_count`. Slot `i` of a struct has slot `offset + i` of each.
  column_view const* children = nullptr;

  [[nodiscard]] bool is_null(std::size_t i) const noexcept {
    return validity != nullptr && (validity[(offset + i) >> 3] >> ((offset + i) & 7) & 1) == 0;
  }
  /// The fixed-width values, first slot first.
  template <class T>
  [[nodiscard]] T const* data() const noexcept {
    return static_cast<T const*>(values) + offset;
  }
  /// Value `i` of a boolean column.
  [[nodiscard]] bool bit(std::size_t i) const noexcept {
    return (static_cast<std::uint8_t const*>(values)[(offset + i) >> 3] >> ((offset + i) & 7) & 1) != 0;
  }
  /// Value `i` of a byte string column, or of one of `width` bytes each.
  [[nodiscard]] std::string_view bytes(std::size_t i) const noexcept {
    auto const* base = static_cast<char const*>(values);
    switch (form) {
    case bytes_form::offsets32: return slice<std::int32_t>(base, i);
    case bytes_form::offsets64: return slice<std::int64_t>(base, i);
    case bytes_form::views: return data<std::string_view>()[i];
    case bytes_form::none: break;
    }
    std::size_t const width = value_width(type->type);
    return {base + (offset + i) * width, width};
  }
  /// Half-open range of child slots of list or map `i`.
  [[nodiscard]] std::pair<std::size_t, std::size_t> range(std::size_t i) const noexcept {
    if (form == bytes_form::offsets64) {
      auto const* at = static_cast<std::int64_t const*>(offsets) + offset + i;
      return {static_cast<std::size_t>(at[0]), static_cast<std::size_t>(at[1])};
    }
    auto const* at = static_cast<std::int32_t const*>(offsets) + offset + i;
    return {static_cast<std::size_t>(at[0]), static_cast<std::size_t>(at[1])};
  }
  /// Child `i` of a struct, whose slots are those of the struct then.
  [[nodiscard]] column_view member(std::size_t i) const noexcept {
    column_view m = children[i];
    m.offset += offset;
    m.length = length;
    return m;
  }

private:
  template <class Offset>
  [[nodiscard]] std::string_view slice(char const* base, std::size_t i) const noexcept {
    auto const* at = static_cast<Offset const*>(offsets) + offset + i;
    return {base + at[0], static_cast<std::size_t>(at[1] - at[0])};
  }
};

} // namespace copyto

#endif
