// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_COLUMN_CHUNK_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_COLUMN_CHUNK_IPP

#include <copyto/encode/parquet/detail/column_chunk.hpp>

#include <algorithm>
#include <span>
#include <string_view>

namespace copyto::detail {

COPYTO_COLD void begin_column_chunk(thrift_writer& footer, leaf const& column, codec_id codec,
                                    chunk_totals const& totals, statistics const& values, level_counts const& counts,
                                    index_location filter) {
  bool const levels = column.max_definition != 0 || column.max_repetition != 0;
  bool const dictionary = totals.dictionary_bytes != 0;
  bool const other = totals.other_pages != 0;
  bool const plain_values = dictionary || !other || totals.plain_pages != 0; // the dictionary's are
  footer.begin_element();
  footer.i64(2, 0); // file_offset, deprecated
  footer.begin(3);  // ColumnMetaData
  footer.i32(1, static_cast<int>(column.as.type));
  footer.list(2, thrift_type::i32,
              (plain_values ? 1U : 0U) + (levels ? 1U : 0U) + (dictionary ? 1U : 0U) + (other ? 1U : 0U)); // encodings
  if (plain_values) {
    footer.i32_element(static_cast<int>(encoding::plain));
  }
  if (levels) {
    footer.i32_element(static_cast<int>(encoding::rle));
  }
  if (dictionary) {
    footer.i32_element(static_cast<int>(encoding::rle_dictionary));
  }
  if (other) {
    footer.i32_element(static_cast<int>(totals.other));
  }
  footer.list(3, thrift_type::binary, std::max<std::size_t>(column.path.size(), 1)); // path_in_schema
  for (std::string_view const part : column.path) {
    footer.binary_element(part);
  }
  if (column.path.empty()) {
    footer.binary_element(column.type->name);
  }
  footer.i32(4, static_cast<int>(codec));
  footer.i64(5, static_cast<std::int64_t>(totals.slots));
  footer.i64(6, static_cast<std::int64_t>(totals.uncompressed_bytes));
  footer.i64(7, static_cast<std::int64_t>(totals.compressed_bytes));
  footer.i64(9, static_cast<std::int64_t>(totals.offset + totals.dictionary_bytes)); // data_page_offset
  if (dictionary) {
    footer.i64(11, static_cast<std::int64_t>(totals.offset)); // dictionary_page_offset
  }
  values.write(footer, 12, column.as);
  bool const plain = totals.plain_pages != 0;
  bool const indexed = totals.indexed_pages != 0;
  footer.list(13, thrift_type::structure,
              (dictionary ? 1U : 0U) + (indexed ? 1U : 0U) + (plain ? 1U : 0U) + (other ? 1U : 0U));
  auto const pages = [&](page_type type, encoding values_of, std::uint64_t count) { // encoding_stats
    footer.begin_element();
    footer.i32(1, static_cast<int>(type));
    footer.i32(2, static_cast<int>(values_of));
    footer.i32(3, static_cast<std::int64_t>(count));
    footer.end();
  };
  if (dictionary) {
    pages(page_type::dictionary, encoding::plain, 1);
  }
  if (indexed) {
    pages(totals.pages, encoding::rle_dictionary, totals.indexed_pages);
  }
  if (plain) {
    pages(totals.pages, encoding::plain, totals.plain_pages);
  }
  if (other) {
    pages(totals.pages, totals.other, totals.other_pages);
  }
  if (filter.size != 0) { // of a Bloom filter
    footer.i64(14, static_cast<std::int64_t>(filter.offset));
    footer.i32(15, filter.size);
  }
  bool const strings = column.as.type == physical::byte_array;
  if (strings || !counts.all().empty()) {
    footer.begin(16); // SizeStatistics
    if (strings) {
      footer.i64(1, static_cast<std::int64_t>(totals.text_bytes));
    }
    auto const histogram = [&](int id, std::span<std::uint64_t const> of) {
      if (!of.empty()) {
        footer.list(id, thrift_type::i64, of.size());
        for (std::uint64_t const entries : of) {
          footer.i64_element(static_cast<std::int64_t>(entries));
        }
      }
    };
    histogram(2, counts.repetition());
    histogram(3, counts.definition());
    footer.end();
  }
  footer.end();
  footer.leave();
}

COPYTO_COLD void end_column_chunk(thrift_writer& footer, index_location column_index, index_location offset_index) {
  footer.enter_behind(3);
  if (offset_index.size != 0) {
    footer.i64(4, static_cast<std::int64_t>(offset_index.offset));
    footer.i32(5, offset_index.size);
  }
  if (column_index.size != 0) {
    footer.i64(6, static_cast<std::int64_t>(column_index.offset));
    footer.i32(7, column_index.size);
  }
  footer.end();
}

} // namespace copyto::detail

#endif
