// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/s3.hpp>

#include "s3/fixture.hpp"

#include <copyto/store/ref.hpp>

namespace {

using namespace copyto;

using deduced = decltype(s3_store{aws{.bucket = "lake", .region = "eu-west-1"}, environment_keys{}});
static_assert(std::same_as<deduced, s3_store<environment_keys>>);
static_assert(std::same_as<decltype(s3_store{std::declval<deduced&>()}), deduced>);
static_assert(ObjectStore<deduced> && Reading<deduced> && Listing<deduced> && Deleting<deduced> &&
              Conditional<deduced>);
static_assert(!deduced::is_rejected);

// What a store becomes that cannot be made; only naming it is no error.
struct session_of_aws {
  static constexpr issuer issued_by = issuer::aws;
  result<credentials> get(utc_time, std::stop_token) { return credentials{}; }
};
template <class Service, class Credentials, class Http = curl_transport, class Time = system_clock,
          class Retry = full_jitter>
constexpr detail::s3_verdict why = detail::why_store<Service, Credentials, Http, Time, Retry>();
static_assert(why<aws, session_of_aws> == detail::s3_verdict::ok);
static_assert(why<s3_compatible, session_of_aws> == detail::s3_verdict::ok);
static_assert(why<r2, session_of_aws> == detail::s3_verdict::foreign_issuer);
static_assert(why<gcs, session_of_aws> == detail::s3_verdict::foreign_issuer);
static_assert(why<gcs, static_keys> == detail::s3_verdict::ok);
static_assert(why<aws, int> == detail::s3_verdict::no_credentials);
static_assert(why<aws, static_keys, int> == detail::s3_verdict::no_transport);
static_assert(why<aws, static_keys, curl_transport, int> == detail::s3_verdict::no_clock);
static_assert(why<aws, static_keys, curl_transport, system_clock, int> == detail::s3_verdict::no_retry);

using s3 = copyto::tests::s3_fixture;

TEST_F(s3, puts_an_object_with_type_token_and_checksum) {
  net.answer(200, "", {{"ETag", "\"tag-1\""}});
  auto store = make_aws();
  auto const tag = store.put("a b/c", as_bytes("123456789"), {.content_type = "text/csv", .token = "tok"}, {}, {});
  ASSERT_TRUE(tag) << tag.error().message();
  EXPECT_EQ(*tag, "tag-1");
  EXPECT_EQ(last().line(), "PUT /a%20b/c");
  EXPECT_EQ(last().request.host, "lake.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(last().body, "123456789");
  EXPECT_EQ(last().header("Content-Type"), "text/csv");
  EXPECT_EQ(last().header("x-amz-meta-copyto-token"), "tok");
  EXPECT_EQ(last().header("x-amz-checksum-crc64nvme"), "rosUhgp5mIg="); // of 0xAE8B14860A799888
  EXPECT_EQ(last().header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(last().header("x-amz-security-token"), copyto::tests::test_token);
  EXPECT_EQ(last().header("content-md5"), "");
  EXPECT_TRUE(last().header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKID/"));
}

TEST_F(s3, signs_the_body_where_no_tls_protects_it) {
  net.answer(200, "", {{"ETag", "x"}});
  auto store = make(s3_compatible{.bucket = "lake", .endpoint = "http://127.0.0.1:7480", .allow_http = true});
  ASSERT_TRUE(store.put("k", as_bytes("abc"), {}, {}, {}));
  EXPECT_EQ(last().line(), "PUT /lake/k");
  EXPECT_EQ(last().header("x-amz-content-sha256"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(last().header("content-md5"), "kAFQmDzST7DWlj99KOF/cg==");
  EXPECT_EQ(last().header("x-amz-checksum-crc64nvme"), "");
}

TEST_F(s3, puts_conditionally_in_the_words_of_the_service) {
  net.otherwise([](auto const&) -> result<response> {
    return response{.status = 200, .headers = {{"ETag", "\"n\""}}};
  });
  auto store = make_aws();
  ASSERT_TRUE(store.put("k", {}, {}, put_condition::absent(), {}));
  EXPECT_EQ(last().header("if-none-match"), "*");
  ASSERT_TRUE(store.put("k", {}, {}, put_condition::matches("old"), {}));
  EXPECT_EQ(last().header("if-match"), "\"old\"");
  auto bare = make(s3_compatible{.bucket = "lake",
                                 .endpoint = "https://s3.test",
                                 .conditions = conditions::compare_and_swap,
                                 .condition_form = condition_form::bare});
  ASSERT_TRUE(bare.put("k", {}, {}, put_condition::matches("old"), {}));
  EXPECT_EQ(last().header("if-match"), "old");
}

TEST_F(s3, tries_both_forms_of_a_tag_where_the_right_one_is_not_known) {
  net.answer(412, error_body("PreconditionFailed")).answer(200, "", {{"ETag", "\"n\""}});
  auto store = make(s3_compatible{.bucket = "lake", .endpoint = "https://s3.test"});
  EXPECT_EQ(store.put_conditions(), conditions::unknown);
  ASSERT_TRUE(store.put("k", {}, {}, put_condition::matches("old"), {}));
  EXPECT_EQ(nth(0).header("if-match"), "\"old\"");
  EXPECT_EQ(nth(1).header("if-match"), "old");

  // Not after a lost answer: the first form may have been met.
  net.fail(disposition::in_doubt).answer(412, error_body("PreconditionFailed"));
  auto const lost = store.put("k", {}, {}, put_condition::matches("old"), {});
  EXPECT_TRUE(lost.error().is(errc::precondition_failed) && lost.error().in_doubt());
  EXPECT_EQ(last().header("if-match"), "\"old\"");
}

TEST_F(s3, refuses_conditions_that_the_service_would_ignore) {
  auto google = make(gcs{.bucket = "lake"});
  EXPECT_EQ(google.put_conditions(), conditions::compare_and_swap);
  EXPECT_FALSE(google.limits().complete_creates_only);
  EXPECT_TRUE(google.complete("k", "id", {}, put_condition::absent(), {}).error().is(errc::unsupported));
  EXPECT_TRUE(make_aws().complete("k", "id", {}, put_condition::matches("x"), {}).error().is(errc::unsupported));
  auto creating =
      make(s3_compatible{.bucket = "lake", .endpoint = "https://s3.test", .conditions = conditions::create_only});
  EXPECT_TRUE(creating.put("k", {}, {}, put_condition::matches("x"), {}).error().is(errc::unsupported));
  EXPECT_TRUE(make_aws().put("k", {}, {}, put_condition::matches(""), {}).error().is(errc::invalid_argument));
  EXPECT_TRUE(net.requests().empty());
}

TEST_F(s3, says_precondition_failed_also_where_the_object_to_replace_is_gone) {
  net.answer(412, error_body("PreconditionFailed"))
      .answer(404, error_body("NoSuchKey"))
      .answer(404, error_body("NoSuchBucket"));
  auto store = make_aws();
  auto const first = store.put("k", {}, {}, put_condition::matches("x"), {});
  EXPECT_TRUE(first.error().is(errc::precondition_failed));
  EXPECT_EQ(first.error()->disposition, disposition::permanent);
  EXPECT_TRUE(store.put("k", {}, {}, put_condition::matches("x"), {}).error().is(errc::precondition_failed));
  EXPECT_TRUE(store.put("k", {}, {}, put_condition::matches("x"), {}).error().is(errc::not_found));
}

TEST_F(s3, uploads_in_parts) {
  net.answer(200, initiated("id/1+2"))
      .answer(200, "", {{"ETag", "\"p1\""}})
      .answer(200, "", {{"ETag", "\"p2\""}})
      .answer(200, completed());
  auto store = make_aws();
  auto const id = store.create_upload("k", {.content_type = "text/csv", .token = "tok"}, {});
  ASSERT_TRUE(id) << id.error().message();
  EXPECT_EQ(*id, "id/1+2");
  EXPECT_EQ(last().line(), "POST /k?uploads=");
  EXPECT_EQ(last().header("x-amz-meta-copyto-token"), "tok");
  EXPECT_EQ(last().header("x-amz-checksum-algorithm"), "CRC64NVME");
  auto const one = store.put_part("k", *id, 1, as_bytes("abc"), {});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->tag, "p1");
  EXPECT_EQ(one->size, 3u);
  EXPECT_EQ(last().line(), "PUT /k?partNumber=1&uploadId=id%2F1%2B2");
  EXPECT_EQ(last().header("x-amz-meta-copyto-token"), "");
  auto const two = store.put_part("k", *id, 2, as_bytes("de"), {});
  ASSERT_TRUE(two);
  part_tag const parts[] = {*one, *two};
  auto const done = store.complete("k", *id, parts, {}, {});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(*done, "done-1");
  EXPECT_EQ(last().line(), "POST /k?uploadId=id%2F1%2B2");
  EXPECT_EQ(last().header("x-amz-mp-object-size"), "5");
  EXPECT_NE(last().header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_NE(last().body.find("<PartNumber>2</PartNumber><ETag>&quot;p2&quot;</ETag>"), std::string::npos);
  EXPECT_EQ(net.left(), 0u);
}

TEST_F(s3, waits_longer_for_a_complete_than_for_a_part) {
  net.answer(200, "", {{"ETag", "x"}}).answer(200, completed());
  auto store = make_aws();
  ASSERT_TRUE(store.put_part("k", "id", 1, as_bytes("x"), {}));
  auto const part = last().request.patience.low_speed_time;
  part_tag const parts[] = {{.number = 1, .size = 1, .tag = "x"}};
  ASSERT_TRUE(store.complete("k", "id", parts, {}, {}));
  EXPECT_GT(last().request.patience.low_speed_time, 5 * part);
}

TEST_F(s3, aborts_an_upload_that_is_gone_already) {
  net.answer(204)
      .answer(404, error_body("NoSuchUpload"))
      .answer(404, error_body("NoSuchKey"))
      .answer(403, error_body("AccessDenied"));
  auto store = make_aws();
  EXPECT_TRUE(store.abort("k", "id"));
  EXPECT_EQ(last().line(), "DELETE /k?uploadId=id");
  EXPECT_TRUE(store.abort("k", "id"));
  EXPECT_TRUE(store.abort("k", "id"));
  auto const denied = store.abort("k", "id");
  ASSERT_FALSE(denied);
  EXPECT_NE(denied.error()->advice.find("s3:AbortMultipartUpload"), std::string::npos);
}

TEST_F(s3, reads_objects_back) {
  std::vector<header> const headers = {{"ETag", "\"t\""}, {"Content-Length", "3"}, {"x-amz-meta-copyto-token", "tok"}};
  net.answer(200, "", headers).answer(200, "abc", headers).answer(404).answer(404, error_body("NoSuchKey"));
  auto store = make_aws();
  auto const head = store.head("k", {});
  ASSERT_TRUE(head) << head.error().message();
  EXPECT_EQ(last().line(), "HEAD /k");
  EXPECT_EQ(head->key, "k");
  EXPECT_EQ(head->size, 3u);
  EXPECT_EQ(head->tag, "t");
  EXPECT_EQ(head->token, "tok");
  auto const got = store.get("k", 3, {});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "abc");
  EXPECT_EQ(got->info.size, 3u);
  EXPECT_EQ(got->info.token, "tok");
  EXPECT_TRUE(store.head("k", {}).error().is(errc::not_found));
  EXPECT_TRUE(store.get("k", 3, {}).error().is(errc::not_found));
}

TEST_F(s3, reads_no_more_than_it_may) {
  net.answer(200, "abcd").fail(disposition::permanent, errc::limit_exceeded);
  auto store = make_aws();
  auto const got = store.get("k", 3, {});
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().is(errc::limit_exceeded));
  EXPECT_NE(got.error().message().find("longer than 3 bytes"), std::string::npos);
  EXPECT_NE(store.get("k", 100'000, {}).error().message().find("longer than 100000 bytes"), std::string::npos);
  EXPECT_EQ(last().request.max_answer, 100'000u);
}

TEST_F(s3, reads_metadata_in_googles_words) {
  net.answer(200, "", {{"ETag", "t"}, {"Content-Length", "0"}, {"x-goog-meta-copyto-token", "tok"}});
  s3_store store(gcs{.bucket = "lake"}, static_keys("id", "key"), net, no_jitter{}, clock);
  EXPECT_EQ(store.head("k", {})->token, "tok");
}

TEST_F(s3, lists_page_by_page) {
  net.answer(200, "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>n+1</NextContinuationToken>"
                  "<Contents><Key>p/a</Key><Size>1</Size></Contents></ListBucketResult>")
      .answer(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
  auto store = make(s3_compatible{.bucket = "lake", .endpoint = "https://s3.test"});
  auto const first = store.list("p/", "", {});
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(last().line(), "GET /lake?encoding-type=url&list-type=2&prefix=p%2F");
  ASSERT_EQ(first->items.size(), 1u);
  auto const second = store.list("p/", first->next, {});
  ASSERT_TRUE(second);
  EXPECT_EQ(last().line(), "GET /lake?continuation-token=n%2B1&encoding-type=url&list-type=2&prefix=p%2F");
  EXPECT_EQ(second->next, "");
}

TEST_F(s3, lists_uploads_and_parts_page_by_page) {
  net.answer(200, "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a b</NextKeyMarker>"
                  "<NextUploadIdMarker>i/d</NextUploadIdMarker></ListMultipartUploadsResult>")
      .answer(200, "<ListMultipartUploadsResult/>")
      .answer(200, "<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>7</NextPartNumberMarker>"
                   "</ListPartsResult>")
      .answer(200, "<ListPartsResult/>")
      .answer(404, error_body("NoSuchUpload"));
  auto store = make_aws();
  auto const uploads = store.list_uploads("p", "", {});
  ASSERT_TRUE(uploads);
  EXPECT_EQ(last().line(), "GET /?prefix=p&uploads=");
  ASSERT_TRUE(store.list_uploads("p", uploads->next, {}));
  EXPECT_EQ(last().line(), "GET /?key-marker=a%20b&prefix=p&upload-id-marker=i%2Fd&uploads=");
  EXPECT_TRUE(store.list_uploads("p", "nonsense", {}).error().is(errc::invalid_argument));
  auto const parts = store.list_parts("k", "id", "", {});
  ASSERT_TRUE(parts);
  EXPECT_EQ(last().line(), "GET /k?uploadId=id");
  ASSERT_TRUE(store.list_parts("k", "id", parts->next, {}));
  EXPECT_EQ(last().line(), "GET /k?part-number-marker=7&uploadId=id");
  EXPECT_TRUE(store.list_parts("k", "id", "", {}).error().is(errc::no_such_upload));
}

TEST_F(s3, removes_what_is_gone_already) {
  net.answer(204).answer(404, error_body("NoSuchKey")).answer(404, error_body("NoSuchBucket"));
  auto store = make_aws();
  EXPECT_TRUE(store.remove("k", {}));
  EXPECT_EQ(last().line(), "DELETE /k");
  EXPECT_TRUE(store.remove("k", {}));
  EXPECT_TRUE(store.remove("k", {}).error().is(errc::not_found));
}

TEST_F(s3, checks_keys_before_it_sends_anything) {
  auto store = make_aws();
  std::string const long_key(1025, 'k');
  for (std::string_view key : {std::string_view(""), std::string_view("a\0b", 3), std::string_view("\xff"),
                               std::string_view("\xc3"), std::string_view(long_key)}) {
    for (error const& e :
         {store.put(key, {}, {}, {}, {}).error(), store.create_upload(key, {}, {}).error(),
          store.put_part(key, "id", 1, bytes_view(), {}).error(), store.complete(key, "id", {}, {}, {}).error(),
          store.abort(key, "id").error(), store.head(key, {}).error(), store.get(key, 1, {}).error(),
          store.list_parts(key, "id", "", {}).error(), store.remove(key, {}).error()}) {
      EXPECT_TRUE(e.is(errc::invalid_argument)) << e.message();
      EXPECT_FALSE(e->operation.empty());
    }
  }
  EXPECT_TRUE(net.requests().empty());
  net.answer(200, "", {{"ETag", "t"}});
  EXPECT_TRUE(store.put(std::string(1024, 'k'), {}, {}, {}, {}));
}

TEST_F(s3, sends_odd_keys_as_they_are) {
  net.otherwise([](auto const&) -> result<response> { return response{.status = 200, .headers = {{"ETag", "t"}}}; });
  auto store = make_aws();
  for (auto const& [key, path] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"/lead", "//lead"},
                                                                            {"a//b", "/a//b"},
                                                                            {"a/../b", "/a/../b"},
                                                                            {".", "/."},
                                                                            {"a/", "/a/"},
                                                                            {"a+b%2F", "/a%2Bb%252F"},
                                                                            {"\xf0\x9f\x98\x80", "/%F0%9F%98%80"},
                                                                            {"\x01\r", "/%01%0D"}}) {
    ASSERT_TRUE(store.put(key, {}, {}, {}, {}));
    EXPECT_EQ(last().line(), "PUT " + std::string(path));
  }
}

TEST_F(s3, says_what_cannot_be_right_in_its_settings) {
  auto store = make(aws{.bucket = "lake"});
  auto const checked = store.check();
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message().find("no region is named"), std::string::npos);
  auto const put = store.put("k", {}, {}, {}, {});
  ASSERT_FALSE(put);
  EXPECT_TRUE(put.error().is(errc::invalid_argument));
  EXPECT_EQ(put.error()->key, "s3://lake/k");
  EXPECT_TRUE(net.requests().empty());
  EXPECT_TRUE(make_aws().check());
}

TEST_F(s3, checks_the_issuer_at_run_time_where_the_service_is_chosen_then) {
  s3_store store(s3_service(r2{.account = "a", .bucket = "lake"}), session_of_aws{}, net);
  EXPECT_TRUE(store.check().error().is(errc::bad_credentials));
}

TEST_F(s3, refuses_a_body_that_is_too_large_for_one_put) {
  s3_compatible small{.bucket = "lake", .endpoint = "https://s3.test"};
  small.limits.max_put = 3;
  EXPECT_TRUE(make(small).put("k", as_bytes("1234"), {}, {}, {}).error().is(errc::limit_exceeded));
  EXPECT_EQ(make(small).limits().max_put, 3u);
}

TEST_F(s3, is_a_shared_handle_for_the_exporter) {
  net.answer(200, "", {{"ETag", "t"}});
  auto store = make_aws();
  auto copy = store;
  store_ref const ref(copy);
  EXPECT_TRUE(ref.reads() && ref.lists() && ref.deletes());
  EXPECT_EQ(ref.put_conditions(), conditions::compare_and_swap);
  EXPECT_EQ(ref.uri("a/b"), "s3://lake/a/b");
  EXPECT_TRUE(ref.put("k", {}, {}, {}, {}));
}

} // namespace
