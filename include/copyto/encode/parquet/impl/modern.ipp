// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_MODERN_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_MODERN_IPP

#include <copyto/encode/parquet/modern.hpp>

#include <copyto/encode/parquet/detail/delta.hpp>

namespace copyto::detail {

COPYTO_COLD std::span<encoding const> modern_encodings::of(physical type) const noexcept {
  static constexpr encoding numbers[] = {encoding::delta_binary_packed};
  static constexpr encoding strings[] = {encoding::delta_byte_array};
  switch (type) {
  case physical::int32:
  case physical::int64: return numbers;
  case physical::byte_array: return strings;
  case physical::float32:
  case physical::float64:
  case physical::boolean:
  case physical::fixed_len_byte_array: break;
  }
  return {};
}

COPYTO_COLD bool modern_encodings::fits(encoding how, physical type) const noexcept {
  switch (how) {
  case encoding::plain: return true;
  case encoding::delta_binary_packed: return type == physical::int32 || type == physical::int64;
  case encoding::delta_length_byte_array:
  case encoding::delta_byte_array: return type == physical::byte_array;
  case encoding::byte_stream_split: return type == physical::float32 || type == physical::float64;
  case encoding::rle:
  case encoding::rle_dictionary: break;
  }
  return false;
}

COPYTO_DECL void modern_encodings::encode(encoding how, physical type, bytes_view plain, std::size_t count,
                                          byte_buffer& out) const {
  switch (how) {
  case encoding::delta_binary_packed:
    return type == physical::int32 ? delta_int32(plain, count, out) : delta_int64(plain, count, out);
  case encoding::delta_length_byte_array: return delta_lengths(plain, count, out);
  case encoding::delta_byte_array: return delta_strings(plain, count, out);
  case encoding::byte_stream_split: return split_streams(plain, count, type == physical::float32 ? 4 : 8, out);
  case encoding::plain:
  case encoding::rle:
  case encoding::rle_dictionary: break;
  }
  out.append(plain);
}

} // namespace copyto::detail

#endif
