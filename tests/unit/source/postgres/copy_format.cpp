// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/detail/copy_format.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace std::string_literals;
using outcome = detail::pg_row::outcome;

std::string const header = "PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\0"s;

TEST(pg_copy_header, skips_the_extension) {
  EXPECT_EQ(detail::pg_copy_header(header), 19U);
  EXPECT_EQ(detail::pg_copy_header(header + "\0\1"s), 19U);
  EXPECT_EQ(detail::pg_copy_header("PGCOPY\n\xFF\r\n\0\0\0\xFF\xFF\0\0\0\3abcd"s), 22U);
}

TEST(pg_copy_header, refuses_other_signatures_flags_and_cuts) {
  for (std::size_t size = 0; size != header.size(); ++size) {
    EXPECT_FALSE(detail::pg_copy_header(header.substr(0, size))) << size;
  }
  EXPECT_FALSE(detail::pg_copy_header("PGCOPX\n\xFF\r\n\0\0\0\0\0\0\0\0\0"s));
  EXPECT_FALSE(detail::pg_copy_header("PGCOPY\n\xFF\n\0\0\0\0\0\0\0\0\0\0"s));
  EXPECT_FALSE(detail::pg_copy_header("PGCOPY\n\xFF\r\n\0\0\1\0\0\0\0\0\0"s)); // with oids
  EXPECT_FALSE(detail::pg_copy_header("PGCOPY\n\xFF\r\n\0\0\0\0\0\0\0\0\3ab"s));
  EXPECT_FALSE(detail::pg_copy_header("PGCOPY\n\xFF\r\n\0\0\0\0\0\xFF\xFF\xFF\xFF"s));
}

/// Columns id int4, name text.
struct table {
  std::vector<detail::pg_column> columns = {detail::pg_column_of(23, -1, false, {}),
                                            detail::pg_column_of(25, -1, false, {})};
  field fields[2] = {{.name = "id", .type = {.id = kind::int32}, .optional = true},
                     {.name = "name", .type = {.id = kind::string}, .optional = true}};
  batch rows = batch(fields);
};

std::string const row = "\0\2\0\0\0\4\xFF\xFF\xFF\xFE\0\0\0\3abc"s;

TEST(pg_append_row, appends_values_and_nulls) {
  table t;
  detail::pg_row const first = detail::pg_append_row(t.rows, t.columns, row + "rest");
  EXPECT_EQ(first.is, outcome::appended);
  EXPECT_EQ(first.size, row.size());
  EXPECT_EQ(first.copied, 3U);
  std::string const nulls = "\0\2\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s;
  EXPECT_EQ(detail::pg_append_row(t.rows, t.columns, nulls).is, outcome::appended);
  std::string const empty = "\0\2\0\0\0\4\0\0\0\7\0\0\0\0"s;
  EXPECT_EQ(detail::pg_append_row(t.rows, t.columns, empty).is, outcome::appended);
  t.rows.close(3);
  EXPECT_EQ(t.rows.column(0).data<std::int32_t>()[0], -2);
  EXPECT_EQ(t.rows.column(1).bytes(0), "abc");
  EXPECT_TRUE(t.rows.column(0).is_null(1));
  EXPECT_TRUE(t.rows.column(1).is_null(1));
  EXPECT_EQ(t.rows.column(0).data<std::int32_t>()[2], 7);
  EXPECT_FALSE(t.rows.column(1).is_null(2));
  EXPECT_EQ(t.rows.column(1).bytes(2), "");
}

TEST(pg_append_row, knows_the_trailer) {
  table t;
  detail::pg_row const end = detail::pg_append_row(t.rows, t.columns, detail::pg_copy_trailer);
  EXPECT_EQ(end.is, outcome::trailer);
  EXPECT_EQ(end.size, 2U);
}

TEST(pg_append_row, refuses_a_row_cut_anywhere) {
  for (std::size_t size = 0; size != row.size(); ++size) {
    table t;
    // On the heap, so that a read behind the end is seen.
    std::vector<char> const cut(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(detail::pg_append_row(t.rows, t.columns, {cut.data(), cut.size()}).is, outcome::malformed) << size;
  }
}

TEST(pg_append_row, refuses_other_counts_and_sizes) {
  for (std::string const& bad :
       {"\0\1\0\0\0\4\0\0\0\7"s, "\0\3\0\0\0\4\0\0\0\7\0\0\0\0\0\0\0\0"s, "\0\0"s, "\xFF\xFE"s, "\x80\0"s,
        "\0\2\xFF\xFF\xFF\xFE\0\0\0\0"s, "\0\2\x80\0\0\0\0\0\0\0"s, "\0\2\x7F\xFF\xFF\xFF\0\0\0\0"s}) {
    table t;
    EXPECT_EQ(detail::pg_append_row(t.rows, t.columns, bad).is, outcome::malformed) << testing::PrintToString(bad);
  }
}

TEST(pg_append_row, names_the_column_of_a_misfit) {
  table t;
  std::string const data = "\0\2\0\0\0\2ab\0\0\0\0"s; // the row refers to it
  detail::pg_row const bad = detail::pg_append_row(t.rows, t.columns, data);
  EXPECT_EQ(bad.is, outcome::misfit);
  EXPECT_EQ(bad.why, detail::pg_misfit::malformed);
  EXPECT_EQ(bad.column, 0U);
  EXPECT_EQ(bad.value, "ab");
}

} // namespace
