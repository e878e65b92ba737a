// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/sigv4.hpp>

#include "vectors.hpp"
#include <copyto/http/date.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#ifndef COPYTO_TEST_DATA
#define COPYTO_TEST_DATA ""
#endif

namespace {

using namespace copyto;

utc_time at(char const* iso) { return parse_iso_time(iso).value(); }

// --- Amazon S3 API Reference, "Signature Calculations for the Authorization Header" ------------

credentials manual_keys() {
  return {.access_key_id = "AKIAIOSFODNN7EXAMPLE", .secret_key = secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
}
sigv4::scope manual_scope() { return {.region = "us-east-1", .time = at("2013-05-24T00:00:00Z")}; }
request manual_request(std::string method, std::string path) {
  return {.method = std::move(method), .host = "examplebucket.s3.amazonaws.com", .path = std::move(path)};
}
std::string authorization(request const& r) { return std::string(find_header(r.headers, "authorization").value()); }

TEST(sigv4, signs_the_get_object_of_the_s3_manual) {
  request r = manual_request("GET", "/test.txt");
  r.headers = {{.name = "Range", .value = "bytes=0-9"}};
  sigv4::sign(r, manual_keys(), manual_scope(), sigv4::empty_payload);
  EXPECT_EQ(authorization(r), "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                              "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                              "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(sigv4, signs_the_put_object_of_the_s3_manual) {
  request r = manual_request("PUT", "/test$file.text");
  r.headers = {{.name = "Date", .value = "Fri, 24 May 2013 00:00:00 GMT"},
               {.name = "x-amz-storage-class", .value = "REDUCED_REDUNDANCY"}};
  std::string const payload = hex(sha256(as_bytes("Welcome to Amazon S3.")));
  EXPECT_EQ(payload, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  sigv4::sign(r, manual_keys(), manual_scope(), payload);
  EXPECT_TRUE(authorization(r).ends_with("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(sigv4, signs_the_bucket_requests_of_the_s3_manual) {
  request lifecycle = manual_request("GET", "/");
  lifecycle.query = {{.name = "lifecycle"}};
  sigv4::sign(lifecycle, manual_keys(), manual_scope(), sigv4::empty_payload);
  EXPECT_TRUE(authorization(lifecycle).ends_with("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));

  request list = manual_request("GET", "/");
  list.query = {{.name = "prefix", .value = "J"}, {.name = "max-keys", .value = "2"}};
  EXPECT_EQ(encoded_query(list), "max-keys=2&prefix=J");
  sigv4::sign(list, manual_keys(), manual_scope(), sigv4::empty_payload);
  EXPECT_TRUE(authorization(list).ends_with("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

// --- AWS Signature Version 4 test suite ---------------------------------------------------------

std::string suite_signature(request r) {
  credentials const keys{.access_key_id = "AKIDEXAMPLE",
                         .secret_key = secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
  r.host = "example.amazonaws.com";
  sigv4::sign(r, keys, {.region = "us-east-1", .service = "service", .time = at("2015-08-30T12:36:00Z")},
              sigv4::empty_payload);
  std::string const text = authorization(r);
  return text.substr(text.find("Signature=") + 10);
}

TEST(sigv4, agrees_with_the_test_suite_of_aws) {
  // get-vanilla, post-vanilla
  EXPECT_EQ(suite_signature({}), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(suite_signature({.method = "POST"}), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  // get-vanilla-query-order-key-case
  EXPECT_EQ(suite_signature({.query = {{"Param2", "value2"}, {"Param1", "value1"}}}),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  // get-vanilla-utf8-query
  EXPECT_EQ(suite_signature({.query = {{"\xe1\x88\xb4", "bar"}}}),
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
  // get-unreserved
  EXPECT_EQ(suite_signature({.path = "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}),
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
  // get-header-key-duplicate: in the order of arrival
  EXPECT_EQ(
      suite_signature({.headers = {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}}}),
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
  // get-header-value-trim
  EXPECT_EQ(suite_signature({.headers = {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}}),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

TEST(sigv4, builds_the_canonical_request_of_get_vanilla_step_by_step) {
  request r{.host = "example.amazonaws.com", .headers = {{"X-Amz-Date", "20150830T123600Z"}}};
  std::string const canonical = sigv4::canonical_request(r, sigv4::empty_payload);
  EXPECT_EQ(canonical, "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"
                       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  sigv4::scope const scope{.region = "us-east-1", .service = "service", .time = at("2015-08-30T12:36:00Z")};
  EXPECT_EQ(sigv4::string_to_sign(canonical, scope),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n"
            "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
}

// --- botocore, over random requests -------------------------------------------------------------

TEST(sigv4, agrees_with_botocore_over_random_requests) {
  auto path = std::filesystem::path(COPYTO_TEST_DATA) / "auth" / "sigv4_vectors.txt";
  if (!std::filesystem::exists(path)) {
    path = std::filesystem::path(__FILE__).parent_path() / "sigv4_vectors.txt";
  }
  std::ifstream file(path);
  ASSERT_TRUE(file.is_open()) << path;

  int vectors = 0;
  while (auto v = sigv4_tests::next_vector(file)) {
    EXPECT_EQ(v->signed_by_us(), v->expected) << "vector " << vectors << ", " << url(v->asked);
    ++vectors;
  }
  EXPECT_GE(vectors, 300);
}

TEST(sigv4, signs_a_session_token_and_marks_it_as_sensitive) {
  request r{.host = "h"};
  sigv4::sign(r, {.access_key_id = "id", .secret_key = secret("key"), .session_token = secret("token")}, manual_scope(),
              sigv4::empty_payload);
  EXPECT_EQ(sigv4::signed_headers(r), "host;x-amz-content-sha256;x-amz-date;x-amz-security-token");
  for (header const& h : r.headers) {
    EXPECT_EQ(h.sensitive, h.name == "X-Amz-Security-Token" || h.name == "Authorization") << h.name;
  }
}

TEST(sigv4, leaves_headers_unsigned_that_proxies_change) {
  request const r{.host = "h",
                  .headers = {{"Accept-Encoding", "gzip"},
                              {"User-Agent", "x"},
                              {"Expect", "y"},
                              {"TE", "z"},
                              {"Content-Type", "text/csv"}}};
  EXPECT_EQ(sigv4::signed_headers(r), "content-type;host");
}

TEST(sigv4, derives_another_key_for_each_day_and_region) {
  secret const key("key");
  auto const sign = [&](char const* time, std::string_view region) {
    return sigv4::signing_key(key, {.region = region, .time = at(time)}).sign("text");
  };
  EXPECT_EQ(sign("2026-01-01T00:00:00Z", "a"), sign("2026-01-01T23:59:59Z", "a"));
  EXPECT_NE(sign("2026-01-01T23:59:59Z", "a"), sign("2026-01-02T00:00:00Z", "a"));
  EXPECT_NE(sign("2026-01-01T00:00:00Z", "a"), sign("2026-01-01T00:00:00Z", "b"));
}

} // namespace
