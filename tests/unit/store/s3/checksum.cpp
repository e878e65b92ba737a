// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/s3/detail/checksum.hpp>

#include "fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace copyto;
using namespace copyto::tests;
using copyto::detail::checksum_text;
using copyto::detail::declare_checksum;
using copyto::detail::declared_checksum;
using copyto::detail::joined_checksum;

constexpr std::string_view digits = "123456789";

TEST(s3_checksum, is_written_as_services_write_it) {
  EXPECT_EQ(checksum_text(checksum::none, as_bytes(digits)).value(), "");
  EXPECT_EQ(checksum_text(checksum::content_md5, as_bytes(digits)).value(), "JfnnlDI7RTiF9RgfG2JNCw==");
  EXPECT_EQ(checksum_text(checksum::crc64nvme, as_bytes(digits)).value(), "rosUhgp5mIg="); // AE8B14860A799888
  EXPECT_EQ(checksum_text(checksum::goog_crc32c, as_bytes(digits)).value(), "4waSgw==");   // E3069283
  EXPECT_EQ(checksum_text(checksum::crc64nvme, part_body(as_bytes(digits), 0)).value(), "AAAAAAAAAAA=")
      << "the caller's, not computed again";
}

TEST(s3_checksum, is_declared_in_the_words_of_the_service) {
  auto const headers = [](checksum kind) {
    std::vector<header> all;
    declare_checksum(kind, "TEXT", all);
    std::string text;
    for (header const& h : all) {
      text += h.name + ": " + h.value + "\n";
    }
    return text;
  };
  EXPECT_EQ(headers(checksum::none), "");
  EXPECT_EQ(headers(checksum::content_md5), "Content-MD5: TEXT\n");
  EXPECT_EQ(headers(checksum::crc64nvme), "x-amz-sdk-checksum-algorithm: CRC64NVME\nx-amz-checksum-crc64nvme: TEXT\n");
  EXPECT_EQ(headers(checksum::goog_crc32c), "x-goog-hash: crc32c=TEXT\n");
}

TEST(s3_checksum, is_found_in_answers) {
  response const amazon{.headers = {{"x-amz-checksum-crc64nvme", "abc="}}};
  EXPECT_EQ(declared_checksum(checksum::crc64nvme, amazon), "abc=");
  EXPECT_EQ(declared_checksum(checksum::goog_crc32c, amazon), std::nullopt);
  for (response const& google : {response{.headers = {{"x-goog-hash", "crc32c=abc==,md5=xyz=="}}},
                                 response{.headers = {{"x-goog-hash", "md5=xyz=="}, {"X-Goog-Hash", "crc32c=abc=="}}},
                                 response{.headers = {{"x-goog-hash", "md5=xyz==, crc32c=abc=="}}}}) {
    EXPECT_EQ(declared_checksum(checksum::goog_crc32c, google), "abc==");
  }
  EXPECT_EQ(declared_checksum(checksum::goog_crc32c, {.headers = {{"x-goog-hash", "md5=xyz=="}}}), std::nullopt);
  EXPECT_EQ(declared_checksum(checksum::content_md5, amazon), std::nullopt);
}

TEST(s3_checksum, of_all_parts_is_that_of_the_whole) {
  for (checksum const kind : {checksum::crc64nvme, checksum::goog_crc32c}) {
    std::string const text = "the quick brown fox jumps over the lazy dog and away";
    for (std::size_t const size : {1U, 5U, 17U, 52U}) {
      std::vector<part_tag> parts;
      for (std::size_t at = 0; at < text.size(); at += size) {
        bytes_view const body = as_bytes(std::string_view(text).substr(at, size));
        parts.push_back({.number = static_cast<std::uint32_t>(parts.size() + 1),
                         .size = body.size(),
                         .checksum = checksum_text(kind, body).value()});
      }
      EXPECT_EQ(joined_checksum(kind, parts), checksum_text(kind, as_bytes(text)).value());
      parts.front().checksum.clear(); // of an upload that another program has begun
      EXPECT_EQ(joined_checksum(kind, parts), std::nullopt);
      parts.front().checksum = "no base64";
      EXPECT_EQ(joined_checksum(kind, parts), std::nullopt);
    }
  }
  EXPECT_EQ(joined_checksum(checksum::content_md5, {}), std::nullopt);
}

// --- what a store does with them ------------------------------------------------------------------

class s3_integrity : public s3_fixture {
protected:
  // A part of 9 digits, and what the whole of two of them must be.
  [[nodiscard]] static std::vector<part_tag> two_parts(checksum kind) {
    std::string const one = checksum_text(kind, as_bytes(digits)).value();
    return {{.number = 1, .size = 9, .tag = "a", .checksum = one},
            {.number = 2, .size = 9, .tag = "b", .checksum = one}};
  }
  [[nodiscard]] static std::string whole(checksum kind) {
    return checksum_text(kind, as_bytes("123456789123456789")).value();
  }
  [[nodiscard]] static std::string completed_with(std::string_view crc64nvme) {
    return "<CompleteMultipartUploadResult><ETag>&quot;done&quot;</ETag><ChecksumCRC64NVME>" + std::string(crc64nvme) +
           "</ChecksumCRC64NVME></CompleteMultipartUploadResult>";
  }
};

TEST_F(s3_integrity, repeats_a_part_of_which_the_store_says_another_checksum) {
  net.answer(200, "", {{"ETag", "a"}, {"x-amz-checksum-crc64nvme", "AAAAAAAAAAA="}})
      .answer(200, "", {{"ETag", "a"}, {"x-amz-checksum-crc64nvme", "rosUhgp5mIg="}});
  auto const part = make_aws().put_part("k", "id", 1, as_bytes(digits), {});
  ASSERT_TRUE(part) << part.error().message();
  EXPECT_EQ(part->checksum, "rosUhgp5mIg=");
  EXPECT_EQ(net.requests().size(), 2U);
}

TEST_F(s3_integrity, tells_amazon_what_the_whole_object_must_be) {
  net.answer(200, completed_with(whole(checksum::crc64nvme)));
  auto const done = make_aws().complete("k", "id", two_parts(checksum::crc64nvme), {}, {});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(*done, "done");
  EXPECT_EQ(last().header("x-amz-checksum-crc64nvme"), whole(checksum::crc64nvme));
  EXPECT_EQ(last().header("x-amz-checksum-type"), "FULL_OBJECT");
  EXPECT_EQ(last().header("x-amz-mp-object-size"), "18");
  EXPECT_EQ(net.requests().size(), 1U) << "the answer said enough";
}

TEST_F(s3_integrity, does_not_believe_in_an_object_with_another_checksum) {
  net.answer(200, completed_with("AAAAAAAAAAA="));
  auto const e = make_aws().complete("k", "id", two_parts(checksum::crc64nvme), {}, {}).error();
  EXPECT_TRUE(e.is(errc::damaged));
  EXPECT_EQ(e->key, "s3://lake/k");
  EXPECT_NE(e.message().find("the object is there, but its checksum is AAAAAAAAAAA="), std::string::npos)
      << e.message();
  EXPECT_NE(e.message().find("delete it"), std::string::npos);
}

TEST_F(s3_integrity, looks_at_the_object_where_the_answer_says_nothing) {
  auto store = make(s3_compatible{.bucket = "lake", .endpoint = "https://s3.test"});
  auto const complete = [&] { return store.complete("k", "id", two_parts(checksum::content_md5), {}, {}); };
  net.answer(200, completed()).answer(200, "", {{"ETag", "\"e\""}, {"Content-Length", "18"}});
  EXPECT_EQ(complete().value(), "done-1");
  EXPECT_EQ(last().request.method, "HEAD");
  net.answer(200, completed()).answer(200, "", {{"ETag", "\"e\""}, {"Content-Length", "17"}});
  auto const e = complete().error();
  EXPECT_TRUE(e.is(errc::damaged));
  EXPECT_NE(e.message().find("its size is 17, and what was sent has 18"), std::string::npos) << e.message();
  net.answer(200, completed()).answer(403);
  EXPECT_TRUE(complete()) << "who may write but not look takes the store's word";
  net.answer(200, completed()).answer(404);
  EXPECT_TRUE(complete().error().in_doubt()) << "completed, and not there";
}

class google_integrity : public s3_integrity {
protected:
  [[nodiscard]] auto google() const {
    return s3_store(gcs{.bucket = "lake"}, static_keys("GOOG1ID", test_secret), net, no_jitter{}, clock);
  }
};

TEST_F(google_integrity, declares_and_compares_a_parts_crc32c) {
  net.answer(200, "", {{"ETag", "a"}, {"x-goog-hash", "crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw=="}});
  auto const part = google().put_part("k", "id", 1, as_bytes(digits), {});
  ASSERT_TRUE(part) << part.error().message();
  EXPECT_EQ(part->checksum, "4waSgw==");
  EXPECT_EQ(last().header("x-goog-hash"), "crc32c=4waSgw==");
  for (std::string_view const none :
       {"content-md5", "x-amz-checksum-crc64nvme", "x-amz-date", "x-amz-content-sha256"}) {
    EXPECT_EQ(last().header(none), "") << none;
  }
  EXPECT_TRUE(last().header("authorization").starts_with("GOOG4-HMAC-SHA256 Credential=GOOG1ID/"));
  EXPECT_NE(last()
                .header("authorization")
                .find("/auto/storage/goog4_request,SignedHeaders=host;x-goog-content-sha256;"
                      "x-goog-date;x-goog-hash,"),
            std::string::npos)
      << last().header("authorization");
  for (int i = 0; i != 5; ++i) {
    net.answer(200, "", {{"ETag", "a"}, {"x-goog-hash", "crc32c=AAAAAA=="}});
  }
  auto const never = google().put_part("k", "id", 1, as_bytes(digits), {});
  EXPECT_TRUE(never.error().is(errc::damaged)) << never.error().message();
  EXPECT_EQ(never.error()->attempts, 5);
}

TEST_F(google_integrity, compares_the_whole_by_the_answer_or_by_looking) {
  auto const sum = "crc32c=" + whole(checksum::goog_crc32c);
  auto const complete = [&] { return google().complete("k", "id", two_parts(checksum::goog_crc32c), {}, {}); };
  net.answer(200, completed(), {{"x-goog-hash", sum}, {"x-goog-generation", "77"}});
  EXPECT_EQ(complete().value(), "77");
  EXPECT_EQ(net.requests().size(), 1U);
  net.answer(200, completed())
      .answer(200, "", {{"x-goog-hash", sum}, {"x-goog-generation", "78"}, {"Content-Length", "18"}});
  EXPECT_EQ(complete().value(), "78");
  net.answer(200, completed())
      .answer(200, "", {{"x-goog-hash", "crc32c=AAAAAA=="}, {"x-goog-generation", "78"}, {"Content-Length", "18"}});
  EXPECT_TRUE(complete().error().is(errc::damaged));
}

TEST_F(google_integrity, puts_conditionally_by_generation) {
  auto store = google();
  net.answer(200, "", {{"ETag", "\"e\""}, {"x-goog-generation", "1699"}});
  EXPECT_EQ(store.put("k", as_bytes("x"), {.token = "t"}, put_condition::absent(), {}).value(), "1699");
  EXPECT_EQ(last().header("x-goog-if-generation-match"), "0");
  EXPECT_EQ(last().header("x-goog-meta-copyto-token"), "t");
  EXPECT_EQ(last().header("if-none-match"), "");
  net.answer(412, error_body("PreconditionFailed"));
  EXPECT_TRUE(
      store.put("k", as_bytes("x"), {}, put_condition::matches("1699"), {}).error().is(errc::precondition_failed));
  EXPECT_EQ(last().header("x-goog-if-generation-match"), "1699");
  net.answer(200, "body", {{"ETag", "\"e\""}, {"x-goog-generation", "1700"}});
  EXPECT_EQ(store.get("k", 100, {})->info.tag, "1700");
  net.answer(200, "", {{"ETag", "\"e\""}}); // no generation: nothing that could be compared later
  net.answer(200, "", {{"ETag", "\"e\""}, {"x-goog-generation", "1701"}});
  EXPECT_EQ(store.put("k", as_bytes("x"), {}, {}, {}).value(), "1701");
}

TEST_F(s3_integrity, a_storage_class_is_for_data_not_for_control_objects) {
  auto store = make(aws{.bucket = "lake", .region = "eu-west-1", .storage_class = "GLACIER_IR"});
  net.answer(200, initiated("i")).answer(200, "", {{"ETag", "e"}}).answer(200, "", {{"ETag", "e"}});
  ASSERT_TRUE(store.create_upload("k", {}, {}));
  EXPECT_EQ(last().header("x-amz-storage-class"), "GLACIER_IR");
  ASSERT_TRUE(store.put("k", {}, {}, {}, {}));
  EXPECT_EQ(last().header("x-amz-storage-class"), "GLACIER_IR");
  ASSERT_TRUE(store.put("k", {}, {.default_class = true}, {}, {}));
  EXPECT_EQ(last().header("x-amz-storage-class"), "");
}

} // namespace
