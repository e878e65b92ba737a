// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/topic_schemas.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {
using namespace copyto;

constexpr field fields[] = {{.name = "id", .type = {.id = kind::int32}},
                            {.name = "gone", .type = {.id = kind::boolean}},
                            {.name = "text", .type = {.id = kind::string}, .optional = true}};

TEST(TopicSchemas, TheValueHasAllColumnsAndTheKeyItsOwn) {
  topic_schemas const made =
      topic_avro_schemas(fields, {.key = {"text", "id"}}, {.record = "v"}, {.record = "k"}).value();
  EXPECT_EQ(made.value,
            R"({"type":"record","name":"v","fields":[{"name":"id","type":"int"},{"name":"gone","type":"boolean"},)"
            R"({"name":"text","type":["null","string"],"default":null}]})");
  EXPECT_EQ(made.key,
            R"({"type":"record","name":"k","fields":[{"name":"text","type":["null","string"],"default":null},)"
            R"({"name":"id","type":"int"}]})");
  EXPECT_EQ(topic_avro_schemas(fields, {}).value().key, "");
}

TEST(TopicSchemas, TheColumnThatDeletesIsNotInTheValue) {
  topic_schemas const made =
      topic_avro_schemas(fields, {.key = {"id"}, .envelope = topic_envelope::upsert, .deleted = "gone"}).value();
  EXPECT_EQ(made.value, R"({"type":"record","name":"row","fields":[{"name":"id","type":"int"},)"
                        R"({"name":"text","type":["null","string"],"default":null}]})");
}

TEST(TopicSchemas, AnEnvelopeIsAroundTheValue) {
  constexpr field one[] = {{.name = "id", .type = {.id = kind::int32}}};
  topic_schemas const made =
      topic_avro_schemas(one, {.key = {"id"}, .envelope = topic_envelope::debezium}, {.record = "r"}).value();
  EXPECT_EQ(
      made.value,
      R"({"type":"record","name":"r","fields":[)"
      R"({"name":"before","type":["null",{"type":"record","name":"r_before","fields":[{"name":"id","type":"int"}]}],"default":null},)"
      R"({"name":"after","type":["null",{"type":"record","name":"r_after","fields":[{"name":"id","type":"int"}]}],"default":null},)"
      R"({"name":"op","type":"string"},{"name":"ts_ms","type":"long"}]})");
}

TEST(TopicSchemas, WhatCannotBeIsNamed) {
  EXPECT_EQ(topic_avro_schemas(fields, {.key = {"nobody"}}).error()->column, "nobody");
  constexpr field odd[] = {{.name = "a b", .type = {.id = kind::int32}}};
  EXPECT_EQ(topic_avro_schemas(odd, {}).error()->column, "a b");
}

} // namespace
