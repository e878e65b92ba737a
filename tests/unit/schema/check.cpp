// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/check.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using copyto::check;
using copyto::field;
using copyto::kind;
using copyto::schema_fault;
using copyto::schema_rule;

constexpr field integer(std::string_view name) { return {.name = name, .type = {.id = kind::int32}}; }
constexpr field with_children(kind id, std::string_view name, field const* nodes, std::uint32_t count) {
  return {.name = name, .type = {.id = id}, .nodes = nodes, .node_count = count};
}

constexpr field good[] = {integer("a"), integer("b")};
static_assert(check(good) == schema_fault{}, "the validator works in a static_assert");

TEST(SchemaCheck, NamesTheFirstBrokenRuleAndItsColumn) {
  EXPECT_EQ(check({}), (schema_fault{schema_rule::no_columns, 0}));
  field const empty_name[] = {integer("a"), integer("")};
  EXPECT_EQ(check(empty_name), (schema_fault{schema_rule::empty_name, 1}));
  field const twice[] = {integer("a"), integer("b"), integer("a")};
  EXPECT_EQ(check(twice), (schema_fault{schema_rule::duplicate_name, 2}));
  field const case_differs[] = {integer("a"), integer("A")};
  EXPECT_EQ(check(case_differs), schema_fault{});
}

TEST(SchemaCheck, DecimalsHave1To38DigitsAndAScaleWithin) {
  auto const rule = [](std::uint8_t precision, std::uint8_t scale) {
    field const f[] = {{.name = "d", .type = {.id = kind::decimal, .precision = precision, .scale = scale}}};
    return check(f).rule;
  };
  EXPECT_EQ(rule(1, 0), schema_rule::ok);
  EXPECT_EQ(rule(38, 38), schema_rule::ok);
  EXPECT_EQ(rule(0, 0), schema_rule::bad_decimal);
  EXPECT_EQ(rule(39, 0), schema_rule::bad_decimal);
  EXPECT_EQ(rule(5, 6), schema_rule::bad_decimal);
}

TEST(SchemaCheck, FixedBinaryHasBytes) {
  field f[] = {{.name = "f", .type = {.id = kind::fixed_binary, .width = 0}}};
  EXPECT_EQ(check(f).rule, schema_rule::bad_width);
  f[0].type.width = 1;
  EXPECT_EQ(check(f).rule, schema_rule::ok);
}

TEST(SchemaCheck, NestedTypesHaveTheRightChildren) {
  field const one[] = {integer("")};
  field const two[] = {integer("k"), integer("v")};
  field const same[] = {integer("m"), integer("m")};
  auto const rule = [](field const& f) { return check({&f, 1}).rule; };
  EXPECT_EQ(rule(with_children(kind::list, "l", one, 1)), schema_rule::ok) << "an element needs no name";
  EXPECT_EQ(rule(with_children(kind::list, "l", two, 2)), schema_rule::bad_children);
  EXPECT_EQ(rule(with_children(kind::list, "l", nullptr, 0)), schema_rule::bad_children);
  EXPECT_EQ(rule(with_children(kind::map, "m", two, 2)), schema_rule::ok);
  EXPECT_EQ(rule(with_children(kind::map, "m", one, 1)), schema_rule::bad_children);
  EXPECT_EQ(rule(with_children(kind::structure, "s", two, 2)), schema_rule::ok);
  EXPECT_EQ(rule(with_children(kind::structure, "s", nullptr, 0)), schema_rule::bad_children);
  EXPECT_EQ(rule(with_children(kind::structure, "s", same, 2)), schema_rule::duplicate_name);
  EXPECT_EQ(rule(with_children(kind::structure, "s", one, 1)), schema_rule::empty_name);
  EXPECT_EQ(rule(with_children(kind::int32, "i", one, 1)), schema_rule::bad_children);
  field optional_key[] = {integer("k"), integer("v")};
  optional_key[0].optional = true;
  EXPECT_EQ(rule(with_children(kind::map, "m", optional_key, 2)), schema_rule::optional_key);
}

TEST(SchemaCheck, FindsFaultsBelowListsOfStructs) {
  field const bad[] = {{.name = "d", .type = {.id = kind::decimal, .precision = 50}}};
  field const inner[] = {with_children(kind::structure, "", bad, 1)};
  field const top[] = {integer("a"), with_children(kind::list, "l", inner, 1)};
  EXPECT_EQ(check(top), (schema_fault{schema_rule::bad_decimal, 1}));
}

struct integers_only {
  static constexpr bool supports(field const& f) { return f.type.id == kind::int32; }
};
TEST(SchemaCheck, FindsTheFirstColumnThatAnEncoderCannotWrite) {
  field const fields[] = {
      integer("a"), {.name = "t", .type = {.id = kind::string}}, {.name = "u", .type = {.id = kind::uuid}}};
  EXPECT_EQ(copyto::first_unsupported<integers_only>(fields), 1U);
  static_assert(copyto::first_unsupported<integers_only>(good) == 2);
}

TEST(SchemaCheck, EveryRuleHasASentence) {
  for (int i = 0; i <= static_cast<int>(schema_rule::optional_key); ++i) {
    EXPECT_FALSE(to_string(static_cast<schema_rule>(i)).empty());
  }
}

} // namespace
