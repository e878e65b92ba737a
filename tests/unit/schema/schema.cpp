// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/schema/schema.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

using copyto::field;
using copyto::kind;
using copyto::schema;
using copyto::time_unit;

TEST(Schema, OwnsItsNamesAndNodes) {
  std::optional<schema> first;
  {
    std::string names[] = {"a long name, so that it is on the heap: id", "and another one, for the list: items"};
    field const member[] = {{.name = names[0], .type = {.id = kind::int64}, .optional = true}};
    field const element[] = {{.name = "element", .type = {.id = kind::structure}, .nodes = member, .node_count = 1}};
    field const fields[] = {{.name = names[0], .type = {.id = kind::int64}},
                            {.name = names[1], .type = {.id = kind::list}, .id = 7, .nodes = element, .node_count = 1}};
    first.emplace(copyto::schema_view(fields));
    names[0].assign(names[0].size(), '#');
  }
  schema const copy = *first;
  copyto::schema_view const view = copy.view();
  EXPECT_EQ(view.data(), first->view().data()) << "copies share one tree";
  first.reset();
  ASSERT_EQ(view.size(), 2U);
  EXPECT_EQ(view[0].name, "a long name, so that it is on the heap: id");
  EXPECT_EQ(view[1].id, 7);
  ASSERT_EQ(view[1].children().size(), 1U);
  ASSERT_EQ(view[1].nodes[0].children().size(), 1U);
  EXPECT_EQ(view[1].nodes[0].nodes[0].name, view[0].name);
  EXPECT_TRUE(view[1].nodes[0].nodes[0].optional);
}

TEST(Schema, MayBeEmpty) {
  EXPECT_TRUE(schema().view().empty());
  EXPECT_TRUE(schema(copyto::schema_view()).view().empty());
}

TEST(Schema, TypesAreDescribedForMessages) {
  field const text[] = {{.name = "element", .type = {.id = kind::string}}};
  field const entries[] = {{.name = "key", .type = {.id = kind::string}},
                           {.name = "value", .type = {.id = kind::decimal, .precision = 15, .scale = 2}}};
  EXPECT_EQ(copyto::describe(entries[1]), "decimal(15,2)");
  EXPECT_EQ(copyto::describe({.type = {.id = kind::timestamp, .unit = time_unit::nano, .utc = true}}),
            "timestamp(ns, utc)");
  EXPECT_EQ(copyto::describe({.type = {.id = kind::time, .unit = time_unit::milli}}), "time(ms)");
  EXPECT_EQ(copyto::describe({.type = {.id = kind::fixed_binary, .width = 16}}), "fixed binary(16)");
  EXPECT_EQ(copyto::describe({.type = {.id = kind::list}, .nodes = text, .node_count = 1}), "list<string>");
  EXPECT_EQ(copyto::describe({.type = {.id = kind::map}, .nodes = entries, .node_count = 2}),
            "map<string, decimal(15,2)>");
  EXPECT_EQ(copyto::describe({.type = {.id = kind::uuid}}), "uuid");
}

} // namespace
