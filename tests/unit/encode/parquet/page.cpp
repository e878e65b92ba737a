// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet/page.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::string_literals;

std::string contents(rope const& r) {
  memory_sink out;
  r.write_to(out).value();
  return std::string(as_text(out.contents()));
}

TEST(Page, APlainPageIsAHeaderAndItsBody) {
  block_pool pool(16, 4);
  rope chunk(pool);
  page_scratch scratch;
  EXPECT_EQ(append_data_page(chunk, as_bytes("body"), 2, {}, scratch).value(), 21U);
  // type 0, sizes 4 and 4, then version 1's header: 2 values, PLAIN, RLE, RLE.
  EXPECT_EQ(contents(chunk), "\x15\x00\x15\x08\x15\x08\x2c\x15\x04\x15\x00\x15\x06\x15\x06\x00\x00"s + "body");
}

TEST(Page, ACompressedPageSaysBothSizes) {
  block_pool pool(1024, 4);
  rope chunk(pool);
  page_scratch scratch;
  codec const algorithm = snappy();
  auto const worker = algorithm.make_compressor();
  std::string const body(63, 'b');
  std::uint64_t const size = append_data_page(chunk, as_bytes(body), 3, {&algorithm, worker.get()}, scratch).value();
  std::string const page = contents(chunk);
  EXPECT_EQ(page.substr(0, 5), "\x15\x00\x15\x7e\x15"s);
  std::size_t const header = size - body.size();
  EXPECT_EQ(static_cast<unsigned char>(page[5]), 2 * (page.size() - header)); // zigzag
  std::string back(body.size(), '?');
  std::size_t back_size = back.size();
  ASSERT_EQ(snappy_uncompress(page.data() + header, page.size() - header, back.data(), &back_size), SNAPPY_OK);
  EXPECT_EQ(back, body);
}

TEST(Page, AnErrorOfTheCodecLeavesTheChunkAsItWas) {
  class broken final : public compressor {
    result<std::size_t> compress(bytes_view, std::span<std::byte>) override { return error(errc::io_failed, "broken"); }
  } worker;
  block_pool pool(16, 4);
  rope chunk(pool);
  page_scratch scratch;
  codec const algorithm;
  auto const appended = append_data_page(chunk, as_bytes("body"), 1, {&algorithm, &worker}, scratch);
  ASSERT_FALSE(appended);
  EXPECT_TRUE(appended.error().is(errc::io_failed));
  EXPECT_EQ(chunk.size(), 0U);
}

} // namespace
