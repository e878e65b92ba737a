// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/detail/rope.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace copyto;
using namespace copyto::detail;

std::string contents(rope const& r) {
  memory_sink out;
  r.write_to(out).value();
  return std::string(as_text(out.contents()));
}

TEST(Rope, KeepsBytesInOrderAcrossBlocks) {
  block_pool pool(10, 2);
  rope r(pool);
  std::string expected;
  for (std::size_t n = 0; n != 30; ++n) {
    std::string const piece(n, static_cast<char>('a' + n % 26));
    r.append(as_bytes(piece));
    expected += piece;
    ASSERT_EQ(r.size(), expected.size());
  }
  EXPECT_EQ(contents(r), expected);
  EXPECT_EQ(contents(r), expected); // writing takes nothing away
  r.clear();
  EXPECT_EQ(r.size(), 0U);
  EXPECT_EQ(contents(r), "");
  r.append(as_bytes("again"));
  EXPECT_EQ(contents(r), "again");
}

TEST(Rope, BlocksAreUsedAgainByOthers) {
  block_pool pool(8, 1);
  block_pool::block* first = nullptr;
  {
    first = pool.take();
    pool.give_back(first);
  }
  EXPECT_EQ(pool.take(), first);
  pool.give_back(first);
  rope a(pool);
  rope b(pool);
  a.append(as_bytes("0123456789abcdef"));
  b.append(as_bytes("B"));
  rope moved = std::move(a);
  EXPECT_EQ(contents(moved), "0123456789abcdef");
  EXPECT_EQ(contents(b), "B");
}

TEST(Rope, AReaderGoesThroughItInAnySteps) {
  block_pool pool(8, 4);
  rope r(pool);
  r.append(as_bytes("0123456789abcdefghijklmnopqrstuvwxyz"));
  rope::reader reader(r);
  memory_sink out;
  char piece[16];
  reader.read(reinterpret_cast<std::byte*>(piece), 8); // just a block
  EXPECT_EQ(std::string_view(piece, 8), "01234567");
  reader.write_to(out, 11).value();
  EXPECT_EQ(as_text(out.contents()), "89abcdefghi");
  reader.read(reinterpret_cast<std::byte*>(piece), 0);
  reader.read(reinterpret_cast<std::byte*>(piece), 16);
  EXPECT_EQ(std::string_view(piece, 16), "jklmnopqrstuvwxy");
  reader.write_to(out, 1).value();
  EXPECT_EQ(as_text(out.contents()), "89abcdefghiz");
}

TEST(Rope, AnErrorOfTheSinkIsReturned) {
  class refusing final : public sink {
    result<void> take(bytes_view) override { return error(errc::io_failed, "no"); }
  };
  block_pool pool(8, 1);
  rope r(pool);
  r.append(as_bytes("text"));
  refusing out;
  EXPECT_TRUE(r.write_to(out).error().is(errc::io_failed));
  EXPECT_TRUE(rope::reader(r).write_to(out, 4).error().is(errc::io_failed));
}

} // namespace
