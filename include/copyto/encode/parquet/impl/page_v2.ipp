// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PAGE_V2_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PAGE_V2_IPP

#include <copyto/encode/parquet/detail/page_v2.hpp>

#include <copyto/core/crc.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>

#include <cstdint>
#include <cstring>
#include <utility>

namespace copyto::detail {

COPYTO_DECL result<stored_page> store_page_v2(bytes_view body, has_levels levels, encoding values,
                                              page_facts const& what, page_codec codec, page_scratch& scratch) {
  stored_page page;
  for (auto const& [there, to] :
       {std::pair(levels.repetition, &page.repetition), std::pair(levels.definition, &page.definition)}) {
    if (there) {
      std::uint32_t size;
      std::memcpy(&size, body.data(), 4);
      *to = body.subspan(4, size);
      body = body.subspan(4 + std::size_t{size});
    }
  }
  auto const size = stored_size(body, codec, scratch);
  if (!size) {
    return size.error();
  }
  bool const compressed = codec.worker != nullptr && shrinks(body.size(), *size);
  page.body = compressed ? bytes_view(scratch.compressed.data(), *size) : body;
  std::size_t const level_bytes = page.repetition.size() + page.definition.size();
  scratch.header.clear();
  thrift_writer header(scratch.header); // PageHeader
  header.i32(1, static_cast<int>(page_type::data_v2));
  header.i32(2, static_cast<std::int64_t>(level_bytes + body.size()));
  header.i32(3, static_cast<std::int64_t>(level_bytes + page.body.size()));
  if (codec.checksums) {
    header.i32(4, static_cast<std::int32_t>(crc32(page.body, crc32(page.definition, crc32(page.repetition)))));
  }
  header.begin(8); // DataPageHeaderV2
  header.i32(1, static_cast<std::int64_t>(what.slots));
  header.i32(2, static_cast<std::int64_t>(what.values.nulls()));
  header.i32(3, static_cast<std::int64_t>(what.rows));
  header.i32(4, static_cast<int>(values));
  header.i32(5, static_cast<std::int64_t>(page.definition.size()));
  header.i32(6, static_cast<std::int64_t>(page.repetition.size()));
  if (!compressed) {
    header.boolean(7, false);
  }
  header.end();
  header.end();
  page.header = scratch.header.view();
  page.uncompressed_bytes = page.header.size() + level_bytes + body.size();
  return page;
}

} // namespace copyto::detail

#endif
