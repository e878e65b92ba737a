// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/export/detail/row_codec.hpp>

#include <copyto/schema/describe.hpp>

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include <sys/mman.h>

namespace {

struct two_texts {
  std::string_view a;
  std::string_view b;
};
BOOST_DESCRIBE_STRUCT(two_texts, (), (a, b))
using table = copyto::schema_of<two_texts>;

TEST(RowCodec, RefusesARowOf4GiB) {
  std::size_t const size = std::size_t{3} << 30U; // two of them are more than 32 bits can say
  void* const there = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(there, MAP_FAILED);
  std::string_view const text(static_cast<char const*>(there), size);
  std::vector<two_texts> const values = {{"one", "two"}, {text, text}};
  copyto::batch rows(table::fields, values.size());
  table::append(rows, values.size(), [&](std::size_t i) -> two_texts const& { return values[i]; });
  rows.close(values.size());

  std::vector<copyto::column_view> const columns = {rows.column(0), rows.column(1)};
  copyto::detail::row_codec codec(table::fields);
  copyto::byte_buffer out;
  std::vector<std::uint64_t> starts;
  ASSERT_TRUE(codec.write(columns, 0, 2, copyto::MiB, true, out, starts));
  EXPECT_EQ(starts, std::vector<std::uint64_t>{0}) << "the second is for the next call";
  auto const written = codec.write(columns, 1, 1, copyto::MiB, true, out, starts);
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().is(copyto::errc::limit_exceeded));
  EXPECT_NE(written.error().message().find("a row of 6442450952 bytes"), std::string_view::npos)
      << written.error().message();
  ::munmap(there, size);
}

} // namespace
