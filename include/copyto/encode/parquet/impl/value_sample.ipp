// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_VALUE_SAMPLE_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_VALUE_SAMPLE_IPP

#include <copyto/encode/parquet/detail/value_sample.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace copyto::detail {

COPYTO_COLD value_sample sample_of(open_page const& page, byte_buffer& plain) {
  std::size_t const width = page.column().as.width; // 0: lengths of 4 bytes stand before the values
  std::byte const* const held = page.held().data();
  value_sample made;
  if (!page.indexed()) {
    std::size_t bytes = 0;
    for (std::size_t const most = std::min(page.values(), value_sample::most_values); made.count != most;
         ++made.count) {
      std::uint32_t size = 0;
      std::memcpy(&size, held + bytes, width == 0 ? 4 : 0);
      std::size_t const next = width == 0 ? std::size_t{4} + size : width;
      if (bytes + next > value_sample::most_bytes) {
        break;
      }
      bytes += next;
    }
    made.plain = page.held().first(bytes);
    return made;
  }
  plain.clear();
  for (std::size_t const most = std::min(page.indices(), value_sample::most_values); made.count != most; ++made.count) {
    std::uint32_t entry;
    std::memcpy(&entry, held + 4 * made.count, 4);
    std::string_view const value = page.dictionary().value(entry);
    if (plain.size() + 4 + value.size() > value_sample::most_bytes) {
      break;
    }
    if (width == 0) {
      plain.append_value(static_cast<std::uint32_t>(value.size()));
    }
    plain.append(value);
  }
  made.plain = plain.view();
  return made;
}

} // namespace copyto::detail

#endif
