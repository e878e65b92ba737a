// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/core/crc.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/detail/page.hpp>

#include "walk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

std::string contents(stored_page const& p) { return std::string(as_text(p.header)) + std::string(as_text(p.body)); }

TEST(Page, APlainPageIsAHeaderAndItsBody) {
  page_scratch scratch;
  auto const page = store_page(as_bytes("body"), {.slots = 2}, {.checksums = false}, scratch);
  EXPECT_EQ(page->uncompressed_bytes, 21U);
  EXPECT_EQ(page->size(), 21U);
  // type 0, sizes 4 and 4, then version 1's header: 2 values, PLAIN, RLE, RLE.
  EXPECT_EQ(contents(*page), "\x15\x00\x15\x08\x15\x08\x2c\x15\x04\x15\x00\x15\x06\x15\x06\x00\x00"s + "body");
}

TEST(Page, ADictionaryPageHasItsOwnHeader) {
  page_scratch scratch;
  auto const page =
      store_page(as_bytes("body"), {.type = page_type::dictionary, .slots = 3}, {.checksums = false}, scratch);
  EXPECT_EQ(contents(*page), "\x15\x04\x15\x08\x15\x08\x4c\x15\x06\x15\x00\x00\x00"s + "body");
}

TEST(Page, ACompressedPageSaysBothSizes) {
  page_scratch scratch;
  codec const algorithm = snappy();
  auto const worker = algorithm.make_compressor();
  std::string const body(63, 'b');
  auto const stored = store_page(as_bytes(body), {.slots = 3}, {&algorithm, worker.get()}, scratch);
  std::string const page = contents(*stored);
  walk::value const header = walk::thrift(page).structure();
  EXPECT_EQ(header[2].number, 63);
  EXPECT_EQ(header[3].number, static_cast<std::int64_t>(stored->body.size()));
  EXPECT_EQ(stored->uncompressed_bytes, stored->header.size() + 63);
  std::string back(body.size(), '?');
  std::size_t back_size = back.size();
  std::size_t const from = stored->header.size();
  ASSERT_EQ(snappy_uncompress(page.data() + from, page.size() - from, back.data(), &back_size), SNAPPY_OK);
  EXPECT_EQ(back, body);
}

TEST(Page, TheChecksumIsOfTheBodyAsStored) {
  page_scratch scratch;
  auto const plain = store_page(as_bytes("123456789"), {.slots = 1}, {}, scratch);
  // 0xCBF43926 as a signed number.
  EXPECT_EQ(walk::thrift(as_text(plain->header)).structure()[4].number,
            std::int64_t{0xCBF43926} - (std::int64_t{1} << 32));
  codec const algorithm = snappy();
  auto const worker = algorithm.make_compressor();
  std::string const body(100, 'c');
  auto const stored = store_page(as_bytes(body), {.slots = 1}, {&algorithm, worker.get()}, scratch);
  EXPECT_EQ(static_cast<std::uint32_t>(walk::thrift(as_text(stored->header)).structure()[4].number),
            crc32(stored->body));
}

TEST(Page, AnErrorOfTheCodecIsReturned) {
  class broken final : public compressor {
    result<std::size_t> compress(bytes_view, std::span<std::byte>) override { return error(errc::io_failed, "broken"); }
  } worker;
  page_scratch scratch;
  codec const algorithm;
  auto const stored = store_page(as_bytes("body"), {.slots = 1}, {&algorithm, &worker}, scratch);
  ASSERT_FALSE(stored);
  EXPECT_TRUE(stored.error().is(errc::io_failed));
}

} // namespace
