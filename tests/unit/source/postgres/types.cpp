// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/source/postgres/types.hpp>

#include <copyto/schema/schema.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

using namespace copyto;

std::string column(std::uint32_t oid, std::int32_t modifier = -1, bool is_enum = false,
                   std::optional<postgres_decimal> numeric = postgres_decimal{}) {
  detail::pg_column const c = detail::pg_column_of(oid, modifier, is_enum, numeric);
  EXPECT_EQ(c.oid, c.cast ? 25U : oid);
  return describe(field{.name = "c", .type = c.type}) + (c.cast ? " by cast" : "");
}
std::string numeric(int precision, int scale, std::optional<postgres_decimal> otherwise = postgres_decimal{}) {
  return column(1700, ((precision << 16) | (scale & 0x7FF)) + 4, false, otherwise);
}

TEST(pg_column_of, decodes_the_types_with_a_form_of_ours) {
  EXPECT_EQ(column(16), "bool");
  EXPECT_EQ(column(21), "int16");
  EXPECT_EQ(column(23), "int32");
  EXPECT_EQ(column(20), "int64");
  EXPECT_EQ(column(26), "uint32");
  EXPECT_EQ(column(700), "float");
  EXPECT_EQ(column(701), "double");
  EXPECT_EQ(column(17), "binary");
  EXPECT_EQ(column(2950), "uuid");
  EXPECT_EQ(column(1082), "date");
  EXPECT_EQ(column(1083), "time(us)");
  EXPECT_EQ(column(1114), "timestamp(us)");
  EXPECT_EQ(column(1184), "timestamp(us, utc)");
  EXPECT_EQ(column(1186), "interval");
  EXPECT_EQ(column(25), "string");
  EXPECT_EQ(column(1043, 24), "string");
  EXPECT_EQ(column(1042, 14), "string");
  EXPECT_EQ(column(114), "json");
  EXPECT_EQ(column(3802), "json");
}

TEST(pg_column_of, casts_every_other_type_to_text) {
  EXPECT_EQ(column(869), "string by cast");  // inet
  EXPECT_EQ(column(1007), "string by cast"); // integer[]
  EXPECT_EQ(column(1266), "string by cast"); // timetz
  EXPECT_EQ(column(16999), "string by cast");
  EXPECT_EQ(column(16999, -1, true), "enum");
}

TEST(pg_column_of, keeps_declared_digits) {
  EXPECT_EQ(numeric(15, 2), "decimal(15,2)");
  EXPECT_EQ(numeric(38, 38), "decimal(38,38)");
  EXPECT_EQ(numeric(1, 0), "decimal(1,0)");
  EXPECT_EQ(numeric(3, -5), "decimal(8,0)");
  EXPECT_EQ(numeric(30, -8), "decimal(38,0)");
  EXPECT_EQ(numeric(2, 5), "decimal(5,5)");
}

TEST(pg_column_of, takes_the_option_where_no_digits_are_declared) {
  EXPECT_EQ(column(1700), "decimal(38,10)");
  EXPECT_EQ(column(1700, -1, false, postgres_decimal{20, 3}), "decimal(20,3)");
  EXPECT_EQ(column(1700, -1, false, std::nullopt), "string by cast");
  EXPECT_EQ(numeric(39, 0), "decimal(38,10)");
  EXPECT_EQ(numeric(1000, 1000), "decimal(38,10)");
  EXPECT_EQ(numeric(31, -8), "decimal(38,10)");
  EXPECT_EQ(numeric(39, 0, std::nullopt), "string by cast");
  EXPECT_EQ(numeric(9, 2, std::nullopt), "decimal(9,2)");
}

} // namespace
