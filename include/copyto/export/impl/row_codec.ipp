// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_ROW_CODEC_IPP
#define COPYTO_EXPORT_IMPL_ROW_CODEC_IPP

#include <copyto/export/detail/row_codec.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

namespace copyto::detail {

inline constexpr std::size_t row_head = 4;

template <class T>
void put_raw(std::byte*& to, T const& value) noexcept {
  std::memcpy(to, &value, sizeof(T));
  to += sizeof(T);
}
template <class T>
T get_raw(std::byte const*& from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof(T));
  from += sizeof(T);
  return value;
}
inline void put_text(std::byte*& to, std::string_view text) noexcept {
  put_raw(to, static_cast<std::uint32_t>(text.size()));
  std::memcpy(to, text.data(), text.size());
  to += text.size();
}
inline std::string_view get_text(std::byte const*& from) noexcept {
  auto const size = get_raw<std::uint32_t>(from);
  std::string_view const text(reinterpret_cast<char const*>(from), size);
  from += size;
  return text;
}

// ---- slots of nested values -----------------------------------------------------------------------

/// Bytes of slot `i`, which is not NULL or is within a nested value.
COPYTO_DECL std::size_t slot_size(column_view const& column, std::size_t i, bool nested) {
  if (nested && column.is_null(i)) {
    return 1;
  }
  std::size_t size = nested ? 1 : 0;
  kind const id = column.type->type.id;
  if (is_bytes(id)) {
    return size + 4 + column.bytes(i).size();
  }
  if (id == kind::structure) {
    for (std::size_t c = 0; c != column.type->node_count; ++c) {
      size += slot_size(column.member(c), i, true);
    }
    return size;
  }
  if (is_nested(id)) {
    auto const [first, last] = column.range(i);
    size += 4;
    for (std::size_t c = 0; c != column.type->node_count; ++c) {
      for (std::size_t slot = first; slot != last; ++slot) {
        size += slot_size(column.children[c], slot, true);
      }
    }
    return size;
  }
  return size + (id == kind::boolean ? 1 : value_width(column.type->type));
}

COPYTO_DECL void put_slot(std::byte*& to, column_view const& column, std::size_t i, bool nested) {
  if (nested) {
    put_raw(to, static_cast<std::uint8_t>(column.is_null(i) ? 1 : 0));
    if (column.is_null(i)) {
      return;
    }
  }
  kind const id = column.type->type.id;
  if (is_bytes(id)) {
    put_text(to, column.bytes(i));
  } else if (id == kind::structure) {
    for (std::size_t c = 0; c != column.type->node_count; ++c) {
      put_slot(to, column.member(c), i, true);
    }
  } else if (is_nested(id)) {
    auto const [first, last] = column.range(i);
    put_raw(to, static_cast<std::uint32_t>(last - first));
    for (std::size_t c = 0; c != column.type->node_count; ++c) {
      for (std::size_t slot = first; slot != last; ++slot) {
        put_slot(to, column.children[c], slot, true);
      }
    }
  } else if (id == kind::boolean) {
    put_raw(to, static_cast<std::uint8_t>(column.bit(i) ? 1 : 0));
  } else {
    std::size_t const width = value_width(column.type->type);
    std::memcpy(to, static_cast<std::byte const*>(column.values) + (column.offset + i) * width, width);
    to += width;
  }
}

COPYTO_DECL void get_slot(std::byte const*& from, column_buffer& to, bool nested) {
  if (nested && get_raw<std::uint8_t>(from) != 0) {
    to.append_null();
    return;
  }
  field const& type = to.type();
  if (is_bytes(type.type.id)) {
    to.append_view(get_text(from));
  } else if (type.type.id == kind::structure) {
    for (std::size_t c = 0; c != type.node_count; ++c) {
      get_slot(from, to.child(c), true);
    }
    to.append_struct();
  } else if (is_nested(type.type.id)) {
    auto const count = get_raw<std::uint32_t>(from);
    for (std::size_t c = 0; c != type.node_count; ++c) {
      for (std::uint32_t slot = 0; slot != count; ++slot) {
        get_slot(from, to.child(c), true);
      }
    }
    to.append_list();
  } else if (type.type.id == kind::boolean) {
    to.append_bool(get_raw<std::uint8_t>(from) != 0);
  } else {
    to.append_raw(from);
    from += value_width(type.type);
  }
}

// ---- rows -----------------------------------------------------------------------------------------

/// What `body` does for values of a width, with the width as a type where it is a usual one; false: it is none.
template <class Body>
bool by_width(std::size_t width, Body const& body) {
  switch (width) {
  case 1: body(std::uint8_t()); return true;
  case 2: body(std::uint16_t()); return true;
  case 4: body(std::uint32_t()); return true;
  case 8: body(std::uint64_t()); return true;
  default: return false;
  }
}

COPYTO_DECL row_codec::row_codec(schema_view fields) : fields_(fields) {
  auto const optional = static_cast<std::size_t>(std::ranges::count_if(fields, &field::optional));
  null_bytes_ = (optional + 7) / 8;
}

COPYTO_DECL std::size_t row_codec::min_size() const noexcept { return row_head + null_bytes_; }

COPYTO_DECL std::size_t row_codec::size(std::byte const* row) noexcept {
  return row_head + get_raw<std::uint32_t>(row);
}

COPYTO_COLD error row_too_large(std::uint64_t size) {
  return error({.code = errc::limit_exceeded,
                .message = fmt::format("a row of {} bytes is more than the 4 GiB that one may have which waits for its "
                                       "partition",
                                       size),
                .advice = "sort the rows by partition, and none waits"});
}

COPYTO_DECL result<void> row_codec::write(std::span<column_view const> columns, std::size_t first, std::size_t count,
                                          std::uint64_t most, bool at_least_one, byte_buffer& out,
                                          std::vector<std::uint64_t>& starts) {
  sizes_.assign(count, null_bytes_);
  for (column_view const& column : columns) {
    kind const id = column.type->type.id;
    bool const nulls = column.null_count != 0;
    if (is_bytes(id) || is_nested(id)) {
      for (std::size_t i = 0; i != count; ++i) {
        if (!nulls || !column.is_null(first + i)) {
          sizes_[i] += is_bytes(id) ? 4 + column.bytes(first + i).size() : slot_size(column, first + i, false);
        }
      }
      continue;
    }
    std::size_t const width = id == kind::boolean ? 1 : value_width(column.type->type);
    for (std::size_t i = 0; i != count; ++i) {
      sizes_[i] += nulls && column.is_null(first + i) ? 0 : width;
    }
  }
  std::uint64_t all = 0;
  starts.clear();
  for (std::size_t i = 0; i != count && ((i == 0 && at_least_one) || all + row_head + sizes_[i] <= most); ++i) {
    if (sizes_[i] > std::numeric_limits<std::uint32_t>::max()) {
      return row_too_large(sizes_[i]);
    }
    starts.push_back(out.size() + all);
    all += row_head + sizes_[i];
  }
  count = starts.size();
  if (count == 0) {
    return {};
  }
  std::byte* at = out.room(all);
  out.advance(all);
  out_.resize(count);
  for (std::size_t i = 0; i != count; ++i) {
    out_[i] = at;
    at += row_head + sizes_[i];
    put_raw(out_[i], static_cast<std::uint32_t>(sizes_[i]));
    std::memset(out_[i], 0, null_bytes_);
    out_[i] += null_bytes_;
  }
  std::size_t bit = 0; // of optional columns
  for (column_view const& column : columns) {
    std::size_t const mine = bit;
    bit += column.type->optional ? 1 : 0;
    if (column.null_count != 0) {
      for (std::size_t i = 0; i != count; ++i) {
        if (column.is_null(first + i)) {
          out.data()[starts[i] + row_head + mine / 8] |= static_cast<std::byte>(1U << (mine % 8));
        } else {
          put_slot(out_[i], column, first + i, false);
        }
      }
      continue;
    }
    bool const plain = !is_bytes(column.type->type.id) && !is_nested(column.type->type.id) &&
                       by_width(value_width(column.type->type), [&](auto word) {
                         auto const* const values = column.data<decltype(word)>() + first;
                         for (std::size_t i = 0; i != count; ++i) {
                           std::memcpy(&word, values + i, sizeof(word));
                           put_raw(out_[i], word);
                         }
                       });
    for (std::size_t i = 0; i != count && !plain; ++i) {
      put_slot(out_[i], column, first + i, false);
    }
  }
  return {};
}

COPYTO_DECL void row_codec::read(std::span<std::byte const* const> rows, batch& to) {
  in_.assign(rows.begin(), rows.end());
  for (std::byte const*& at : in_) {
    at += row_head + null_bytes_;
  }
  std::size_t bit = 0;
  for (std::size_t c = 0; c != fields_.size(); ++c) {
    field const& f = fields_[c];
    column_buffer& column = to.buffer(c);
    std::size_t const byte = row_head + bit / 8;
    auto const mask = static_cast<std::byte>(1U << (bit % 8));
    bit += f.optional ? 1 : 0;
    auto const is_null = [&](std::size_t i) { return f.optional && (rows[i][byte] & mask) != std::byte{}; };
    bool nulls = false;
    for (std::size_t i = 0; i != rows.size() && f.optional && !nulls; ++i) {
      nulls = is_null(i);
    }
    bool const plain =
        !nulls && !is_bytes(f.type.id) && !is_nested(f.type.id) && by_width(value_width(f.type), [&](auto word) {
          auto* const values = column.extend<decltype(word)>(rows.size());
          for (std::size_t i = 0; i != rows.size(); ++i) {
            word = get_raw<decltype(word)>(in_[i]);
            std::memcpy(values + i, &word, sizeof(word));
          }
        });
    for (std::size_t i = 0; i != rows.size() && !plain; ++i) {
      if (nulls && is_null(i)) {
        column.append_null();
      } else {
        get_slot(in_[i], column, false);
      }
    }
  }
}

} // namespace copyto::detail

#endif
