// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_ENCODE_PARQUET_COLUMN_CHUNK_IPP
#define COPYTO_IMPL_ENCODE_PARQUET_COLUMN_CHUNK_IPP

#include <copyto/encode/parquet/column_chunk.hpp>

namespace copyto::detail {

COPYTO_DECL void write_column_chunk(thrift_writer& footer, leaf const& column, codec_id codec,
                                    chunk_totals const& totals, statistics const& values) {
  bool const levels = column.max_definition != 0 || column.max_repetition != 0;
  footer.begin_element();
  footer.i64(2, 0); // file_offset, deprecated
  footer.begin(3);  // ColumnMetaData
  footer.i32(1, static_cast<int>(column.as.type));
  footer.list(2, thrift_type::i32, levels ? 2 : 1); // encodings
  footer.i32_element(static_cast<int>(encoding::plain));
  if (levels) {
    footer.i32_element(static_cast<int>(encoding::rle));
  }
  footer.list(3, thrift_type::binary, 1); // path_in_schema
  footer.binary_element(column.type->name);
  footer.i32(4, static_cast<int>(codec));
  footer.i64(5, static_cast<std::int64_t>(totals.slots));
  footer.i64(6, static_cast<std::int64_t>(totals.uncompressed_bytes));
  footer.i64(7, static_cast<std::int64_t>(totals.compressed_bytes));
  footer.i64(9, static_cast<std::int64_t>(totals.offset)); // data_page_offset
  values.write(footer, 12, column.as);
  footer.list(13, thrift_type::structure, 1); // encoding_stats: all pages are PLAIN
  footer.begin_element();
  footer.i32(1, static_cast<int>(page_type::data));
  footer.i32(2, static_cast<int>(encoding::plain));
  footer.i32(3, static_cast<std::int64_t>(totals.pages));
  footer.end();
  footer.end();
  footer.end();
}

} // namespace copyto::detail

#endif
