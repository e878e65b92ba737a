// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/columns.hpp>

#include <copyto/schema/check.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

struct trade {
  std::int64_t id = 0;
  std::optional<std::string> note;
  double unused = 0;
};
struct opaque {};
struct odd_row {
  opaque what;
};

} // namespace

template <>
struct copyto::schema_of<trade>
    : copyto::columns<copyto::column<"remark", &trade::note>, copyto::column<"trade id", &trade::id>> {};
template <>
struct copyto::schema_of<odd_row> : copyto::columns<copyto::column<"what", &odd_row::what>> {};

namespace {

using table = copyto::schema_of<trade>;

static_assert(copyto::DescribedRow<trade>);
static_assert(!copyto::DescribedRow<opaque>);
static_assert(table::mapped && !copyto::schema_of<odd_row>::mapped);
static_assert(copyto::check(table::fields) == copyto::schema_fault{}, "the schema is a constant");

TEST(Columns, HaveTheListedNamesAndOrder) {
  ASSERT_EQ(table::fields.size(), 2U);
  EXPECT_EQ(table::fields[0].name, "remark");
  EXPECT_TRUE(table::fields[0].optional);
  EXPECT_EQ(table::fields[1].name, "trade id");
  EXPECT_EQ(table::fields[1].type.id, copyto::kind::int64);
  EXPECT_FALSE(table::fields[1].optional);
}

TEST(Columns, AppendRowsByColumn) {
  trade const rows[] = {{.id = 7, .note = "x", .unused = 0}, {.id = 8, .note = std::nullopt, .unused = 0}};
  copyto::batch out(table::fields);
  table::append(out, 2, [&](std::size_t i) -> trade const& { return rows[i]; });
  out.close(2);
  EXPECT_EQ(out.column(0).bytes(0).data(), rows[0].note->data()) << "strings are borrowed";
  EXPECT_TRUE(out.column(0).is_null(1));
  EXPECT_EQ(out.column(1).data<std::int64_t>()[1], 8);
  EXPECT_EQ(table::held(rows[0]), 1U);
  EXPECT_EQ(table::held(rows[1]), 0U);
}

} // namespace
