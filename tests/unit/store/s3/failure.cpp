// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/s3/detail/failure.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::detail;
using namespace std::chrono_literals;

service_failure of(int status, std::string_view code = "", s3_operation const& operation = s3_operations::put) {
  std::string body;
  if (!code.empty()) {
    body = "<Error><Code>" + std::string(code) + "</Code><Message>text</Message></Error>";
  }
  return classify({.status = status, .body = body}, operation);
}

TEST(s3_failure, takes_no_proxys_word_for_that_an_object_is_not_there) {
  for (char const* const body :
       {"404 page not found\n", "<html><head><title>404 Not Found</title></head></html>", "{}"}) {
    for (auto const* const operation : {&s3_operations::get, &s3_operations::put, &s3_operations::remove,
                                        &s3_operations::abort, &s3_operations::complete, &s3_operations::list}) {
      service_failure const f = classify({.status = 404, .body = body}, *operation);
      EXPECT_EQ(f.code, errc::bad_answer) << body << operation->name();
      EXPECT_EQ(f.remedy, remedy::repeat) << body;
      EXPECT_TRUE(f.may_have_happened) << body;
    }
  }
}

TEST(s3_failure, reads_the_code_first) {
  EXPECT_EQ(of(403, "InvalidAccessKeyId").code, errc::bad_credentials);
  EXPECT_EQ(of(403, "SignatureDoesNotMatch").code, errc::bad_credentials);
  EXPECT_EQ(of(403, "AccessDenied").code, errc::access_denied);
  EXPECT_EQ(of(404, "NoSuchBucket").code, errc::not_found);
  EXPECT_EQ(of(404, "NoSuchUpload").code, errc::no_such_upload);
  EXPECT_EQ(of(412, "PreconditionFailed").code, errc::precondition_failed);
  EXPECT_EQ(of(409, "ConditionalRequestConflict").code, errc::conflict);
  EXPECT_EQ(of(409, "ConditionalRequestConflict").remedy, remedy::repeat);
  EXPECT_EQ(of(409, "ConcurrentModification").code, errc::conflict);
  EXPECT_EQ(of(409, "ConcurrentModification").remedy, remedy::repeat);
  EXPECT_EQ(of(503, "SlowDown").remedy, remedy::slow_down);
  EXPECT_FALSE(of(503, "SlowDown").may_have_happened);
  EXPECT_EQ(of(400, "RequestTimeout").remedy, remedy::repeat);
  EXPECT_EQ(of(400, "ExpiredToken").remedy, remedy::credentials);
  EXPECT_EQ(of(403, "InvalidAccessKeyId").remedy, remedy::session);
  EXPECT_EQ(of(400, "RequestExpired").remedy, remedy::session);
  EXPECT_EQ(of(403, "RequestTimeTooSkewed").remedy, remedy::clock);
  EXPECT_EQ(of(301, "PermanentRedirect").remedy, remedy::region);
  EXPECT_EQ(of(400, "InvalidPart").remedy, remedy::none);
  EXPECT_TRUE(of(500, "InternalError").may_have_happened);
}

TEST(s3_failure, reads_the_status_where_there_is_no_code) {
  EXPECT_EQ(of(403).code, errc::access_denied);
  EXPECT_EQ(of(404).code, errc::not_found);
  EXPECT_EQ(of(412).code, errc::precondition_failed);
  EXPECT_EQ(of(429).remedy, remedy::slow_down);
  EXPECT_EQ(of(503).code, errc::throttled);
  EXPECT_TRUE(of(503).may_have_happened); // by whom ever it was sent
  EXPECT_EQ(of(400).remedy, remedy::region);
  for (int status : {500, 502, 504, 520, 408, 499}) {
    EXPECT_EQ(of(status).remedy, remedy::repeat) << status;
  }
  EXPECT_EQ(of(418).remedy, remedy::none);
}

TEST(s3_failure, reads_proxies_pages_and_cut_xml_by_their_status) {
  auto const page = classify({.status = 502, .body = "<html><body>Bad<br>Gateway"}, s3_operations::put);
  EXPECT_EQ(page.remedy, remedy::repeat);
  EXPECT_EQ(page.service_code, "");
  auto const cut = classify({.status = 403, .body = "<Error><Code>AccessDe"}, s3_operations::put);
  EXPECT_EQ(cut.code, errc::access_denied);
  EXPECT_EQ(cut.service_code, "");
}

TEST(s3_failure, means_the_upload_where_the_request_is_about_one) {
  EXPECT_EQ(of(404, "NoSuchKey", s3_operations::list_parts).code, errc::no_such_upload);
  EXPECT_EQ(of(404, "", s3_operations::abort).code, errc::no_such_upload);
  EXPECT_EQ(of(404, "NoSuchBucket", s3_operations::abort).code, errc::not_found);
  EXPECT_EQ(of(404, "NoSuchKey", s3_operations::get).code, errc::not_found);
}

TEST(s3_failure, takes_ids_regions_and_pauses_from_headers) {
  auto const f =
      classify({.status = 503,
                .headers = {{"x-amz-request-id", "ID"}, {"x-amz-bucket-region", "eu-west-1"}, {"Retry-After", "3"}},
                .body = "<Error><Code>SlowDown</Code><RequestId>other</RequestId></Error>"},
               s3_operations::put);
  EXPECT_EQ(f.request_id, "ID");
  EXPECT_EQ(f.region, "eu-west-1");
  EXPECT_EQ(f.retry_after, 3s);
  auto const g = classify({.status = 400,
                           .headers = {{"x-amz-retry-after", "250"}, {"Retry-After", "soon"}},
                           .body = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-1</Region>"
                                   "<RequestId>XML</RequestId></Error>"},
                          s3_operations::put);
  EXPECT_EQ(g.request_id, "XML");
  EXPECT_EQ(g.region, "eu-north-1");
  EXPECT_EQ(g.retry_after, 250ms);
}

TEST(s3_failure, keeps_a_servers_text_on_one_short_line) {
  auto const f =
      classify({.status = 400,
                .body = "<Error><Code>X</Code><Message>a\n\x1b[31mb" + std::string(5000, 'y') + "</Message></Error>"},
               s3_operations::put);
  EXPECT_TRUE(f.service_text.starts_with("a  [31mb"));
  EXPECT_LT(f.service_text.size(), 500u);
}

TEST(s3_failure, is_described_with_what_to_do) {
  auto const denied = describe(of(403, "AccessDenied"), s3_operations::abort);
  EXPECT_EQ(denied.operation, "AbortMultipartUpload");
  EXPECT_NE(denied.advice.find("s3:AbortMultipartUpload"), std::string::npos);
  EXPECT_EQ(denied.message, "cannot abort the upload: access is denied");
  EXPECT_EQ(denied.service_text, "text");
  EXPECT_EQ(denied.http_status, 403);
  EXPECT_NE(describe(of(404, "NoSuchBucket"), s3_operations::put).advice.find("create the bucket"), std::string::npos);
}

TEST(s3_failure, begins_with_its_cause_where_every_operation_would_fail) { // B9
  for (auto const& operation : {s3_operations::remove, s3_operations::put, s3_operations::list}) {
    EXPECT_EQ(describe(of(404, "NoSuchBucket"), operation).message, "the bucket does not exist");
    EXPECT_EQ(describe(of(403, "InvalidAccessKeyId"), operation).message, "the credentials are not accepted");
    EXPECT_EQ(describe(of(403, "SignatureDoesNotMatch"), operation).message, "the credentials are not accepted");
    EXPECT_EQ(describe(of(400, "ExpiredToken"), operation).message, "the credentials are not accepted");
    EXPECT_TRUE(describe(of(403, "RequestTimeTooSkewed"), operation).message.starts_with("the clocks of this machine"));
    EXPECT_TRUE(
        describe(of(301, "PermanentRedirect"), operation).message.starts_with("the store sent the request away"));
    EXPECT_TRUE(describe(of(403, "AccessDenied"), operation).message.starts_with(operation.failed));
  }
}

TEST(s3_failure, of_an_operation_that_a_store_lacks_is_unsupported) { // B6
  for (int const status : {400, 405, 501}) {
    EXPECT_EQ(of(status, "NotImplemented", s3_operations::list_uploads).code, errc::unsupported);
  }
  EXPECT_EQ(of(405, "MethodNotAllowed", s3_operations::abort).code, errc::unsupported);
  for (int const status : {405, 501}) {
    EXPECT_EQ(of(status, "", s3_operations::head).code, errc::unsupported);
    EXPECT_EQ(of(status, "", s3_operations::head).remedy, remedy::none) << "it is asked once";
  }
  // A server that does not know `?uploads` lists objects instead.
  auto const other = classify_bad_success({.status = 200, .body = "<ListBucketResult></ListBucketResult>"},
                                          s3_operations::list_uploads);
  EXPECT_EQ(other.code, errc::unsupported);
  EXPECT_EQ(other.remedy, remedy::none);
  EXPECT_FALSE(other.may_have_happened);
}

TEST(s3_failure, of_a_success_with_an_error_inside_is_that_error) {
  auto const inside = classify_bad_success({.status = 200, .body = "  <Error><Code>InternalError</Code></Error>"},
                                           s3_operations::complete);
  EXPECT_EQ(inside.code, errc::service_failed);
  EXPECT_EQ(inside.remedy, remedy::repeat);
  auto const empty = classify_bad_success({.status = 200}, s3_operations::complete);
  EXPECT_EQ(empty.code, errc::bad_answer);
  EXPECT_TRUE(empty.may_have_happened);
}

} // namespace
