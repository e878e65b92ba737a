// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_ENCODE_PARQUET_IMPL_PAGE_IPP
#define COPYTO_ENCODE_PARQUET_IMPL_PAGE_IPP

#include <copyto/encode/parquet/detail/page.hpp>

#include <copyto/core/crc.hpp>
#include <copyto/encode/parquet/detail/thrift.hpp>

namespace copyto::detail {

COPYTO_DECL result<std::size_t> stored_size(bytes_view body, page_codec codec, page_scratch& scratch) {
  if (codec.worker == nullptr) {
    return body.size();
  }
  scratch.compressed.clear();
  std::size_t const most = codec.algorithm->max_compressed_size(body.size());
  if (scratch.compressed.capacity() < most) {
    scratch.compressed.release(); // first, so that there are never two
    scratch.compressed.reserve(most);
  }
  return codec.worker->compress(body, {scratch.compressed.data(), scratch.compressed.capacity()});
}

COPYTO_DECL result<stored_page> store_page(bytes_view body, page_kind what, page_codec codec, page_scratch& scratch) {
  auto const size = stored_size(body, codec, scratch);
  if (!size) {
    return size.error();
  }
  bytes_view const stored = codec.worker == nullptr ? body : bytes_view(scratch.compressed.data(), *size);
  scratch.header.clear();
  thrift_writer header(scratch.header); // PageHeader
  header.i32(1, static_cast<int>(what.type));
  header.i32(2, static_cast<std::int64_t>(body.size()));
  header.i32(3, static_cast<std::int64_t>(stored.size()));
  if (codec.checksums) {
    header.i32(4, static_cast<std::int32_t>(crc32(stored)));
  }
  if (what.type == page_type::dictionary) {
    header.begin(7); // DictionaryPageHeader
    header.i32(1, static_cast<std::int64_t>(what.slots));
    header.i32(2, static_cast<int>(what.values));
  } else {
    header.begin(5); // DataPageHeader
    header.i32(1, static_cast<std::int64_t>(what.slots));
    header.i32(2, static_cast<int>(what.values));
    header.i32(3, static_cast<int>(encoding::rle));
    header.i32(4, static_cast<int>(encoding::rle));
  }
  header.end();
  header.end();
  return stored_page{
      .header = scratch.header.view(), .body = stored, .uncompressed_bytes = scratch.header.size() + body.size()};
}

} // namespace copyto::detail

#endif
