// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/describe.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)

struct base {
  std::int32_t shard = 0;
};
BOOST_DESCRIBE_STRUCT(base, (), (shard))
struct quote : base {
  std::string symbol;
  std::optional<side> way;
};
BOOST_DESCRIBE_STRUCT(quote, (base), (symbol, way))

using table = copyto::schema_of<quote>;

TEST(Describe, NamesAndOrderAreThoseOfTheMacroBasesFirst) {
  ASSERT_EQ(table::fields.size(), 3U);
  EXPECT_EQ(table::fields[0].name, "shard");
  EXPECT_EQ(table::fields[1].name, "symbol");
  EXPECT_EQ(table::fields[2].name, "way");
  EXPECT_EQ(table::fields[2].type.id, copyto::kind::enumeration);
  EXPECT_TRUE(table::fields[2].optional);
}

TEST(Describe, EnumeratorsAreWrittenByName) {
  quote rows[3];
  rows[0].way = side::sell;
  rows[2].way = static_cast<side>(7);
  copyto::batch out(table::fields);
  table::append(out, 2, [&](std::size_t i) -> quote const& { return rows[i]; });
  out.close(2);
  EXPECT_EQ(out.column(2).bytes(0), "sell");
  EXPECT_TRUE(out.column(2).is_null(1));
  out.clear();
  EXPECT_THROW(table::append(out, 1, [&](std::size_t) -> quote const& { return rows[2]; }), copyto::failure);
}

} // namespace
