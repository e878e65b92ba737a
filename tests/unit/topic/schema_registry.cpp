// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/schema_registry.hpp>

#include <copyto/testing/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace copyto;
using copyto::testing::scripted_transport;

constexpr std::string_view schema = R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"}]})";

schema_registry const registry{
    .url = "https://registry.example:8081/", .user = "me", .password = secret("tr0ub4dor&3")};

/// The error of an answer, which never holds the password.
error refused(int status, std::string body, schema_registry const& by = registry) {
  scripted_transport t;
  t.answer(status, std::move(body));
  result<std::uint32_t> const id = register_schema(t, by, "trades-value", schema);
  EXPECT_FALSE(id);
  EXPECT_EQ(id.error().message().find(by.password.reveal()), std::string::npos) << id.error().message();
  return id.error();
}

TEST(RegisterSchema, SendsTheSchemaAndReturnsItsNumber) {
  scripted_transport t;
  t.answer(200, R"({"id":100001})");
  EXPECT_EQ(register_schema(t, registry, "trades-value", schema).value(), 100001U);
  copyto::testing::sent_request const sent = t.requests().at(0);
  EXPECT_EQ(url(sent.request), "https://registry.example:8081/subjects/trades-value/versions");
  EXPECT_EQ(sent.line(), "POST /subjects/trades-value/versions");
  EXPECT_EQ(sent.body,
            R"({"schema":"{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}"})");
  EXPECT_EQ(sent.header("Content-Type"), "application/vnd.schemaregistry.v1+json");
  EXPECT_EQ(sent.header("Authorization"), "Basic bWU6dHIwdWI0ZG9yJjM=");
  for (header const& h : sent.request.headers) {
    EXPECT_EQ(h.sensitive, h.name == "Authorization");
  }
}

TEST(RegisterSchema, KnowsAnswersWithMore) { // Confluent Platform 7.9 and newer
  scripted_transport t;
  t.answer(200, R"({"id":3,"version":1,"guid":"x","schemaType":"AVRO","schema":"{}"})");
  EXPECT_EQ(register_schema(t, registry, "s", schema).value(), 3U);
}

TEST(RegisterSchema, APrefixStays) {
  scripted_transport t;
  t.answer(200, R"({"id":1})");
  EXPECT_TRUE(register_schema(t, {.url = "http://h/apis/ccompat/v7/"}, "s", schema));
  EXPECT_EQ(url(t.requests().at(0).request), "http://h/apis/ccompat/v7/subjects/s/versions");
  EXPECT_EQ(t.requests().at(0).header("Authorization"), "");
}

TEST(RegisterSchema, SaysWhatTheRegistrySays) {
  error const bad = refused(422, R"({"error_code":42201,"message":"Input schema is an invalid Avro schema"})");
  EXPECT_EQ(bad.code(), errc::invalid_argument);
  EXPECT_EQ(bad->http_status, 422);
  EXPECT_EQ(bad->service_code, "42201");
  EXPECT_EQ(bad->service_text, "Input schema is an invalid Avro schema");
  EXPECT_EQ(bad->key, "trades-value");
  EXPECT_NE(bad.message().find("42201"), std::string::npos) << bad.message();
  EXPECT_NE(bad.message().find("Input schema is an invalid Avro schema"), std::string::npos) << bad.message();

  error const other = refused(409, R"({"error_code":409,"message":"Schema being registered is incompatible"})");
  EXPECT_EQ(other.code(), errc::invalid_argument);
  EXPECT_FALSE(other.retryable());
  EXPECT_NE(other->advice.find("another subject"), std::string::npos);
}

TEST(RegisterSchema, TellsWhatARepetitionMayCure) {
  EXPECT_TRUE(refused(401, R"({"error_code":401,"message":"Unauthorized"})").is(errc::bad_credentials));
  EXPECT_TRUE(refused(403, "").is(errc::access_denied));
  EXPECT_TRUE(refused(404, "<html>").is(errc::not_found));
  EXPECT_TRUE(refused(301, "").is(errc::service_failed));
  EXPECT_TRUE(refused(429, "").is(errc::throttled));
  for (int const status : {401, 403, 404, 301, 405}) {
    EXPECT_FALSE(refused(status, "").retryable()) << status;
  }
  for (int const status : {429, 500, 502, 503, 504}) {
    EXPECT_TRUE(refused(status, R"({"error_code":50001,"message":"Error in the backend data store"})").retryable());
  }
  scripted_transport cut;
  cut.fail(disposition::in_doubt);
  error const lost = register_schema(cut, registry, "s", schema).error();
  EXPECT_TRUE(lost.retryable());
  EXPECT_EQ(lost->operation, "RegisterSchema");
}

TEST(RegisterSchema, AnAnswerWithoutANumberIsAnError) {
  for (char const* body : {"", "{}", "<html></html>", R"({"id":-1})", R"({"id":4294967296})", R"({"id":"x"})", "[1]"}) {
    EXPECT_TRUE(refused(200, body).is(errc::bad_answer)) << body;
  }
  EXPECT_TRUE(refused(200, std::string(100'000, '[')).is(errc::bad_answer));
}

TEST(RegisterSchema, ThePasswordIsInNoError) {
  error const e = refused(400, R"({"error_code":"tr0ub4dor&3","message":"is it tr0ub4dor&3?"})");
  EXPECT_EQ(e->service_text, "is it [redacted]?");
  schema_registry weak = registry;
  weak.password = secret("abc");
  EXPECT_EQ(refused(400, R"({"message":"is it abc?"})", weak)->service_text, "[redacted]");
  scripted_transport unused;
  schema_registry within = registry;
  within.url = "https://me:tr0ub4dor&3@registry.example";
  error const url = register_schema(unused, within, "s", schema).error();
  EXPECT_TRUE(url.is(errc::invalid_argument));
  EXPECT_EQ(url.message().find("tr0ub"), std::string::npos);
  EXPECT_TRUE(unused.requests().empty());
}

TEST(RegisterSchema, RefusesWhatCannotBeSent) {
  scripted_transport unused;
  for (char const* subject : {"", "a/b", ".."}) {
    EXPECT_TRUE(register_schema(unused, registry, subject, schema).error().is(errc::invalid_argument)) << subject;
  }
  EXPECT_TRUE(
      register_schema(unused, {.url = "https://h", .user = "a:b"}, "s", schema).error().is(errc::invalid_argument));
  EXPECT_TRUE(register_schema(unused, {.url = "registry"}, "s", schema).error().is(errc::invalid_argument));
  EXPECT_TRUE(unused.requests().empty());
}

TEST(RegisterSchema, StopsOnRequest) {
  scripted_transport t;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(register_schema(t, registry, "s", schema, stop.get_token()).error().is(errc::stopped));
}

} // namespace
