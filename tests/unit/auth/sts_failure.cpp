// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/sts_failure.hpp>

#include "sts_fixture.hpp"

namespace {

using namespace copyto;
using namespace std::chrono_literals;
using copyto::detail::remedy;
using copyto::detail::service_failure;

service_failure of(int status, std::string_view code, bool temporary = true) {
  return sts::classify({.status = status, .body = tests::sts_error(code)}, temporary);
}

TEST(sts_failure, reads_code_text_and_request_id_of_aws) {
  auto const f = of(403, "AccessDenied");
  EXPECT_EQ(f.code, errc::access_denied);
  EXPECT_EQ(f.service_code, "AccessDenied");
  EXPECT_EQ(f.service_text, "what it says");
  EXPECT_EQ(f.request_id, "REQ-1");
}

TEST(sts_failure, reads_the_bare_error_of_rados_gateway) {
  auto const f = sts::classify(
      {.status = 403, .body = "<Error><Code>AccessDenied</Code><RequestId>tx1</RequestId><HostId>h</HostId></Error>"},
      true);
  EXPECT_EQ(f.code, errc::access_denied);
  EXPECT_EQ(f.request_id, "tx1");
  EXPECT_EQ(f.service_text, "");
}

TEST(sts_failure, reads_the_request_id_of_a_header) {
  EXPECT_EQ(sts::classify({.status = 500, .headers = {{"x-amzn-RequestId", "H"}}}, true).request_id, "H");
}

TEST(sts_failure, knows_what_may_cure_it) {
  EXPECT_EQ(of(403, "AccessDenied").remedy, remedy::none);
  EXPECT_EQ(of(400, "ExpiredToken").remedy, remedy::credentials);
  EXPECT_EQ(of(400, "ExpiredToken").code, errc::bad_credentials);
  EXPECT_EQ(of(403, "InvalidClientTokenId").remedy, remedy::credentials);
  EXPECT_EQ(of(403, "InvalidClientTokenId", false).remedy, remedy::none);
  EXPECT_EQ(of(403, "SignatureDoesNotMatch").remedy, remedy::clock);
  EXPECT_EQ(of(400, "Throttling").remedy, remedy::slow_down);
  EXPECT_EQ(of(400, "IDPCommunicationError").remedy, remedy::repeat);
  EXPECT_EQ(of(500, "InternalFailure").remedy, remedy::repeat);
  EXPECT_EQ(of(400, "MalformedPolicyDocument").code, errc::invalid_argument);
  EXPECT_EQ(of(404, "NoSuchEntity").code, errc::access_denied);
  EXPECT_EQ(of(418, "NobodyKnows").remedy, remedy::none);
}

TEST(sts_failure, reads_the_status_where_there_is_no_code) {
  for (int const status : {500, 502, 503, 504, 408}) {
    EXPECT_EQ(sts::classify({.status = status, .body = "<html>busy"}, true).remedy, remedy::repeat) << status;
  }
  EXPECT_EQ(sts::classify({.status = 429}, true).remedy, remedy::slow_down);
  EXPECT_EQ(sts::classify({.status = 301}, true).remedy, remedy::none);
  EXPECT_EQ(sts::classify({.status = 404, .body = "<html>"}, true).code, errc::bad_answer);
  EXPECT_EQ(sts::classify({.status = 503, .headers = {{"Retry-After", "7"}}}, true).retry_after, 7s);
}

std::string advice(service_failure const& f, bool external_id = true) {
  return sts::describe(f, sts::action::assume_role, external_id).advice;
}

TEST(sts_failure, says_what_to_check) {
  EXPECT_NE(advice(of(403, "AccessDenied"))
                .find("trust policy allows sts:AssumeRole to these credentials with exactly "
                      "this external id"),
            std::string::npos);
  EXPECT_NE(advice(of(403, "AccessDenied"), false).find("if it asks for one, none was given"), std::string::npos);
  EXPECT_NE(advice(of(403, "InvalidClientTokenId")).find("the session may be over"), std::string::npos);
  EXPECT_NE(advice(of(403, "SignatureDoesNotMatch")).find("secret key and this machine's clock"), std::string::npos);
  EXPECT_NE(advice(of(403, "RegionDisabledException")).find("region that is on"), std::string::npos);
  EXPECT_NE(advice(of(400, "PackedPolicyTooLarge")).find("session policy"), std::string::npos);
  EXPECT_NE(advice(of(400, "ValidationError")).find("maximum duration"), std::string::npos);
  EXPECT_NE(advice(sts::classify({.status = 404, .body = "<html>"}, true)).find("check the STS endpoint"),
            std::string::npos);
}

} // namespace
