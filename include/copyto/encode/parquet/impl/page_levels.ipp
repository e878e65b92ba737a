// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PAGE_LEVELS_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PAGE_LEVELS_IPP

#include <copyto/encode/parquet/detail/page_levels.hpp>

#include <cstring>

namespace copyto::detail {

/// A definition level is the slot's validity, and nothing repeats.
COPYTO_DECL void page_levels::add(column_view const& values, std::size_t first, std::size_t count, std::size_t valid,
                                  std::size_t page_slots) {
  if (definition_.width() == 0) {
    return;
  }
  definition_.reserve(page_slots);
  if (valid == 0 || valid == count) {
    definition_.append_run(valid == 0 ? 0 : 1, count);
  } else {
    definition_.append_bits(values.validity, values.offset + first, count);
  }
}

COPYTO_DECL void page_levels::add(leaf_rows const& in, std::size_t first, std::size_t count, std::size_t page_slots) {
  auto const append = [&](level_buffer& to, std::uint8_t const* levels, std::uint8_t same) {
    if (to.width() == 0) {
      return;
    }
    to.reserve(page_slots);
    if (levels != nullptr) {
      to.append({levels + first, count});
    } else {
      to.append_run(same, count);
    }
  };
  append(repetition_, in.repetition, 0);
  append(definition_, in.definition, definition_.highest());
}

COPYTO_DECL void page_levels::clear(std::size_t page_slots) noexcept {
  repetition_.clear(page_slots);
  definition_.clear(page_slots);
}

COPYTO_DECL void page_levels::count(level_counts& counts) const noexcept {
  if (!counts.repetition().empty()) {
    repetition_.count(counts.repetition());
  }
  if (!counts.definition().empty()) {
    definition_.count(counts.definition());
  }
}

COPYTO_DECL void page_levels::encode(byte_buffer& out) const {
  for (level_buffer const* levels : {&repetition_, &definition_}) {
    if (levels->width() != 0) {
      std::size_t const at = out.size();
      out.append_value(std::uint32_t{0});
      levels->encode(out);
      auto const bytes = static_cast<std::uint32_t>(out.size() - at - 4);
      std::memcpy(out.data() + at, &bytes, 4);
    }
  }
}

COPYTO_DECL std::size_t page_levels::max_encoded_size(std::size_t count) const noexcept {
  std::size_t bytes = 0;
  for (level_buffer const* levels : {&repetition_, &definition_}) {
    bytes += levels->width() == 0 ? 0 : 4 + levels->max_encoded_size(count);
  }
  return bytes;
}

COPYTO_DECL std::uint64_t page_levels::memory(std::size_t page_slots) const noexcept {
  std::uint64_t bytes = 0;
  for (level_buffer const* levels : {&repetition_, &definition_}) {
    bytes += levels->width() == 0 ? 0 : levels->storage_bytes(page_slots);
  }
  return bytes;
}

} // namespace copyto::detail

#endif
