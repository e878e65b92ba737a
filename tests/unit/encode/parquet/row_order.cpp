// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/encode/parquet/detail/row_order.hpp>

#include <copyto/encode/parquet.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace copyto;

constexpr field columns[] = {{.name = "n", .type = {.id = kind::int32}, .optional = true},
                             {.name = "t", .type = {.id = kind::string}},
                             {.name = "x", .type = {.id = kind::float64}},
                             {.name = "d", .type = {.id = kind::decimal, .precision = 38}}};

using row = std::pair<std::optional<int>, std::string>;

void fill(batch& to, std::vector<row> const& rows) {
  to.clear();
  for (auto const& [n, t] : rows) {
    if (n) {
      to.buffer(0).append_fixed(*n);
    } else {
      to.buffer(0).append_null();
    }
    to.buffer(1).append_copy(t);
    to.buffer(2).append_fixed(0.0);
    to.buffer(3).append_fixed(int128{-static_cast<int128>(n.value_or(0)) << 80});
  }
  to.close(rows.size());
}

/// The row that breaks the order, counted from 0.
std::optional<std::uint64_t> broken(std::vector<detail::sorting_column> const& by, std::vector<row> const& rows,
                                    std::size_t batch_rows = 100) {
  detail::row_order order(columns, by);
  batch of(columns);
  for (std::size_t first = 0; first < rows.size(); first += batch_rows) {
    std::size_t const last = std::min(rows.size(), first + batch_rows);
    fill(of, {rows.begin() + static_cast<std::ptrdiff_t>(first), rows.begin() + static_cast<std::ptrdiff_t>(last)});
    if (auto const taken = order.append(of, 0, last - first); !taken) {
      EXPECT_TRUE(taken.error().is(errc::invalid_argument));
      return first + *taken.error()->row;
    }
  }
  return std::nullopt;
}

TEST(RowOrder, NamesTheFirstRowThatBreaksIt) {
  for (std::size_t const batch_rows : {1, 2, 100}) {
    EXPECT_EQ(broken({{.column = 0}}, {{1, ""}, {1, ""}, {5, ""}, {std::nullopt, ""}}, batch_rows), std::nullopt);
    EXPECT_EQ(broken({{.column = 0}}, {{1, ""}, {3, ""}, {2, ""}}, batch_rows), 2);
    EXPECT_EQ(broken({{.column = 0}}, {{1, ""}, {std::nullopt, ""}, {2, ""}}, batch_rows), 2);
    EXPECT_EQ(broken({{.column = 0, .nulls_first = true}}, {{std::nullopt, ""}, {-7, ""}, {2, ""}}, batch_rows),
              std::nullopt);
    EXPECT_EQ(broken({{.column = 0, .nulls_first = true}}, {{1, ""}, {std::nullopt, ""}}, batch_rows), 1);
    EXPECT_EQ(broken({{.column = 0, .descending = true}}, {{9, ""}, {-1, ""}, {std::nullopt, ""}}, batch_rows),
              std::nullopt);
    EXPECT_EQ(broken({{.column = 0, .descending = true}}, {{1, ""}, {2, ""}}, batch_rows), 1);
    EXPECT_EQ(broken({{.column = 3}}, {{9, ""}, {-1, ""}}, batch_rows), std::nullopt) << "decimals of 38 digits";
    EXPECT_EQ(broken({{.column = 3}}, {{-1, ""}, {9, ""}}, batch_rows), 1);
  }
}

TEST(RowOrder, TheNextColumnDecidesWhereOneIsEqual) {
  std::vector<detail::sorting_column> const by = {{.column = 0}, {.column = 1, .descending = true}};
  EXPECT_EQ(broken(by, {{1, "b"}, {1, "a"}, {2, "c"}, {std::nullopt, "z"}, {std::nullopt, ""}}), std::nullopt);
  EXPECT_EQ(broken(by, {{1, "a"}, {1, "b"}}), 1);
  EXPECT_EQ(broken({{.column = 1}}, {{1, "a"}, {1, "\x7f"}, {1, "\xff"}}), std::nullopt) << "bytes are unsigned";
  EXPECT_EQ(broken({{.column = 1}}, {{1, "ab"}, {1, "a"}}), 1);
}

class counting final : public sink {
public:
  counting() : sink(no_limit, 0) {}

private:
  result<void> take(bytes_view) override { return {}; }
};

/// Blocks of `block_rows` rows each, from two writers, put together to a file.
result<void> in_blocks(parquet_options const& options, std::vector<row> const& rows, std::size_t block_rows) {
  parquet const encoder(options);
  auto first = encoder.block_writer(columns, sink::no_limit);
  auto second = first;
  parquet file(options);
  counting to;
  EXPECT_TRUE(file.begin(columns, to));
  batch of(columns);
  for (std::size_t at = 0; at < rows.size(); at += block_rows) {
    auto& writer = at / block_rows % 2 == 0 ? first : second;
    std::size_t const last = std::min(rows.size(), at + block_rows);
    fill(of, {rows.begin() + static_cast<std::ptrdiff_t>(at), rows.begin() + static_cast<std::ptrdiff_t>(last)});
    if (auto const taken = writer.write(of, 0, last - at); !taken) {
      return taken.error();
    }
    auto const block = writer.end();
    if (!block) {
      return block.error();
    }
    if (auto const placed = file.place(*block, to); !placed) {
      return placed.error();
    }
  }
  auto const done = file.end(to);
  return done ? result<void>() : done.error();
}

TEST(RowOrder, IsWatchedAcrossRowGroups) {
  parquet_options const by{.sorted_by = {{.column = "n"}}};
  EXPECT_TRUE(in_blocks(by, {{1, ""}, {2, ""}, {2, ""}, {3, ""}, {4, ""}}, 2));
  auto const done = in_blocks(by, {{1, ""}, {5, ""}, {4, ""}, {6, ""}}, 2); // each of the row groups is sorted
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error()->row, 0);
  EXPECT_EQ(done.error()->column, "n");
  EXPECT_EQ(done.error()->message, "rows are not sorted as parquet_options::sorted_by says: ascending, NULLs last");
  EXPECT_TRUE(in_blocks({}, {{1, ""}, {5, ""}, {4, ""}, {6, ""}}, 2)) << "nothing is claimed";
}

TEST(RowOrder, WhatHasNoneIsRefused) {
  auto const refused = [](std::vector<parquet_sorting> by, std::string_view part) {
    auto const done = parquet({.sorted_by = std::move(by)}).check(columns, sink::no_limit);
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().is(errc::invalid_argument));
    EXPECT_NE(done.error().message().find(part), std::string::npos) << done.error().message();
  };
  refused({{.column = "x"}}, "a column of type double, which has no order");
  refused({{.column = "m"}}, "names a column that the schema does not have");
  refused({{.column = "n"}, {.column = "n"}}, "names a column twice");
  EXPECT_TRUE(
      parquet({.sorted_by = {{.column = "n"}, {.column = "t"}, {.column = "d"}}}).check(columns, sink::no_limit));
}

} // namespace
