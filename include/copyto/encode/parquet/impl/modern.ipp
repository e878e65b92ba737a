// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_MODERN_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_MODERN_IPP

#include <copyto/encode/parquet/modern.hpp>

#include <copyto/encode/parquet/detail/delta.hpp>
#include <copyto/encode/parquet/detail/dictionary.hpp>
#include <copyto/encode/parquet/detail/indices.hpp>
#include <copyto/encode/parquet/detail/open_page.hpp>
#include <copyto/encode/parquet/detail/page.hpp>
#include <copyto/encode/parquet/detail/page_v2.hpp>
#include <copyto/encode/parquet/detail/value_sample.hpp>

#include <algorithm>

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

/// The share of a dictionary that is counted for a sample: as if so many pages like the first one had it in common.
inline constexpr std::size_t pages_of_dictionary = 8;

COPYTO_COLD result<encoding> modern_encodings::smallest(open_page const& page, page_codec codec,
                                                        page_scratch& scratch) const {
  value_sample const sample = sample_of(page, scratch.levels);
  physical const type = page.column().as.type;
  auto const size_of = [&](bytes_view body) -> result<std::size_t> {
    result<std::size_t> const stored = stored_size(body, codec, scratch);
    return stored && !shrinks(body.size(), *stored) ? result<std::size_t>(body.size()) : stored;
  };
  result<std::size_t> size = size_of(sample.plain);
  if (!size) {
    return size.error();
  }
  encoding best = encoding::plain;
  std::size_t least = *size - *size / 32; // PLAIN is the fastest to read
  for (encoding const how : of(type)) {
    scratch.body.clear();
    encode(how, type, sample.plain, sample.count, scratch.body);
    size = size_of(scratch.body.view());
    if (!size) {
      return size.error();
    }
    best = *size < least ? how : best;
    least = std::min(least, *size);
  }
  if (!page.indexed() || sample.count == 0) {
    return best;
  }
  dictionary const& entries = page.dictionary();
  scratch.body.clear();
  encode_indices(page.held().data(), sample.count, index_width(entries.size()), scratch.body);
  size = size_of(scratch.body.view());
  if (!size) {
    return size.error();
  }
  std::size_t const share = entries.page().size() * sample.count / (pages_of_dictionary * page.indices());
  return *size + share <= least + least / 16 ? encoding::rle_dictionary : best; // which readers can look into
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

COPYTO_DECL result<stored_page> modern_encodings::store_v2(bytes_view body, leaf const& column, encoding values,
                                                           page_facts const& what, page_codec codec,
                                                           page_scratch& scratch) const {
  return store_page_v2(body, {column.max_repetition != 0, column.max_definition != 0}, values, what, codec, scratch);
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
