// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/s3/detail/attribute_headers.hpp>

#include "fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace copyto;
using namespace copyto::tests;
using namespace std::chrono_literals;

/// Everything that Amazon S3 can be asked for at once, but for keys of one's own.
object_attributes everything() {
  return {.encryption = "aws:kms",
          .kms_key = "arn:aws:kms:eu-west-1:1:key/k",
          .kms_context = R"({"a": "b"})",
          .bucket_key = true,
          .tags = {{"a b", "c&d"}, {"e", ""}},
          .metadata = {{"origin", "nightly"}},
          .acl = "bucket-owner-full-control",
          .grants = {{"read", "id=1"}},
          .cache_control = "max-age=1",
          .content_disposition = "attachment",
          .content_language = "de",
          .lock_mode = "COMPLIANCE",
          .lock_until = std::chrono::sys_days(std::chrono::year(2099) / 1 / 2),
          .legal_hold = true,
          .expected_owner = "123456789012",
          .requester_pays = true};
}

class S3Attributes : public s3_fixture {
protected:
  /// Makes each kind of request once, and returns its headers by its name; which must not fail for want of an answer.
  template <class Store>
  std::map<std::string, copyto::testing::sent_request> each_request(Store store) {
    net.otherwise([this](copyto::testing::sent_request const& r) -> result<response> {
      std::string const line = r.line();
      std::string const body = line.find("uploads&prefix") != line.npos || line.find("?prefix") != line.npos
                                   ? "<ListMultipartUploadsResult></ListMultipartUploadsResult>"
                               : line.starts_with("POST") && line.find("uploads") != line.npos ? initiated("id")
                               : line.starts_with("POST")                                      ? completed()
                               : line.find("list-type") != line.npos ? "<ListBucketResult></ListBucketResult>"
                               : line.starts_with("GET")             ? "<ListPartsResult></ListPartsResult>"
                                                                     : "";
      return response{.status = 200,
                      .headers = {{"ETag", "\"e\""}, {"Content-Length", "0"}, {"x-goog-generation", "1"}},
                      .body = body};
    });
    std::map<std::string, copyto::testing::sent_request> sent;
    auto const note = [&](std::string const& name) { sent[name] = last(); };
    store.create_upload("k", {}, {}).value();
    note("create");
    part_tag const part = store.put_part("k", "id", 1, as_bytes("x"), {}).value();
    note("part");
    static_cast<void>(store.complete("k", "id", std::array{part}, {}, {}));
    note("complete");
    store.abort("k", "id").value();
    note("abort");
    store.put("k", as_bytes("x"), {}, {}, {}).value();
    note("put");
    store.put("k", as_bytes("x"), {.default_class = true}, {}, {}).value();
    note("control");
    static_cast<void>(store.head("k", {}));
    note("head");
    static_cast<void>(store.get("k", 100, {}));
    note("get");
    static_cast<void>(store.list("p", {}, {}));
    note("list");
    static_cast<void>(store.list_uploads("p", {}, {}));
    note("uploads");
    static_cast<void>(store.list_parts("k", "id", {}, {}));
    note("parts");
    static_cast<void>(store.remove("k", {}));
    note("remove");
    return sent;
  }
  /// The requests that have a header.
  static std::set<std::string> with(std::map<std::string, copyto::testing::sent_request> const& sent,
                                    std::string_view name) {
    std::set<std::string> found;
    for (auto const& [request, r] : sent) {
      if (!r.header(name).empty()) {
        found.insert(request);
      }
    }
    return found;
  }
};

using names = std::set<std::string>;

TEST_F(S3Attributes, AreOnTheRequestsThatTheApiWantsThemOn) {
  auto const sent = each_request(make(aws{.bucket = "lake", .region = "eu-west-1", .attributes = everything()}));
  names const made{"create", "put"};
  names const made_or_own{"create", "put", "control"};
  for (auto const& [name, value] : {std::pair("x-amz-tagging", "a%20b=c%26d&e="),
                                    {"x-amz-meta-origin", "nightly"},
                                    {"Cache-Control", "max-age=1"},
                                    {"Content-Disposition", "attachment"},
                                    {"Content-Language", "de"},
                                    {"x-amz-object-lock-mode", "COMPLIANCE"},
                                    {"x-amz-object-lock-retain-until-date", "2099-01-02T00:00:00Z"},
                                    {"x-amz-object-lock-legal-hold", "ON"}}) {
    EXPECT_EQ(with(sent, name), made) << name;
    EXPECT_EQ(sent.at("create").header(name), value);
  }
  for (auto const& [name, value] : {std::pair("x-amz-server-side-encryption", "aws:kms"),
                                    {"x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:eu-west-1:1:key/k"},
                                    {"x-amz-server-side-encryption-context", "eyJhIjogImIifQ=="},
                                    {"x-amz-server-side-encryption-bucket-key-enabled", "true"},
                                    {"x-amz-acl", "bucket-owner-full-control"},
                                    {"x-amz-grant-read", "id=1"}}) {
    EXPECT_EQ(with(sent, name), made_or_own) << name; // what a bucket's policy may demand of each object
    EXPECT_EQ(sent.at("control").header(name), value);
  }
  EXPECT_EQ(with(sent, "x-amz-expected-bucket-owner").size(), sent.size());
  EXPECT_EQ(with(sent, "x-amz-request-payer").size(), sent.size());
  for (auto const& [name, r] : sent) { // and all of it is signed
    std::string const signed_ones = r.header("authorization");
    for (header const& h : r.request.headers) {
      bool const matters =
          h.name.starts_with("x-amz-") || h.name.starts_with("Cache") || h.name.starts_with("Content-D");
      std::string lower = h.name;
      std::ranges::transform(lower, lower.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
      EXPECT_TRUE(!matters || signed_ones.find(lower) != signed_ones.npos) << name << ' ' << h.name;
    }
  }
}

TEST_F(S3Attributes, AKeyOfOnesOwnIsOnEachRequestWithContents) {
  object_attributes own{.customer_key = secret(std::string(32, 'k'))};
  auto const sent = each_request(make(aws{.bucket = "lake", .region = "eu-west-1", .attributes = own}));
  names const wanted{"create", "part", "complete", "put", "control", "head", "get"};
  for (auto const& [name, value] :
       {std::pair("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        {"x-amz-server-side-encryption-customer-key", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="},
        {"x-amz-server-side-encryption-customer-key-MD5", "9fiSRh7aCZHz5+5nC/AdHw=="}}) {
    EXPECT_EQ(with(sent, name), wanted) << name;
    if (std::string_view(name).ends_with("MD5") == false) {
      EXPECT_EQ(sent.at("part").header(name), value);
    }
  }
  EXPECT_FALSE(sent.at("part").header("x-amz-server-side-encryption-customer-key-MD5").empty());
  EXPECT_TRUE(with(sent, "x-amz-server-side-encryption").empty());
  for (auto const& [name, r] : sent) {
    for (header const& h : r.request.headers) {
      EXPECT_EQ(h.sensitive && h.name.ends_with("customer-key"), h.name.ends_with("customer-key")) << name;
    }
  }
}

TEST_F(S3Attributes, OfGoogleHaveItsWords) {
  gcs const google{.bucket = "lake",
                   .attributes = {.kms_key = "projects/p/k", .metadata = {{"a", "b"}}, .acl = "private"}};
  auto const sent = each_request(store_type(google, static_keys("AKID", test_secret), net, no_jitter{}, clock));
  EXPECT_EQ(sent.at("create").header("x-goog-encryption-kms-key-name"), "projects/p/k");
  EXPECT_EQ(sent.at("create").header("x-goog-meta-a"), "b");
  EXPECT_EQ(sent.at("create").header("x-goog-acl"), "private");
}

TEST_F(S3Attributes, ALockInThePastIsRefusedBeforeAnyRequest) {
  object_attributes past{.lock_mode = "GOVERNANCE", .lock_until = clock.now() - 1s};
  auto store = make(aws{.bucket = "lake", .region = "eu-west-1", .attributes = past});
  EXPECT_NE(store.check().error().message().find(".lock_until lies in the past"), std::string::npos);
  EXPECT_FALSE(store.create_upload("k", {}, {}));
  EXPECT_TRUE(net.requests().empty());
}

TEST(AttributeRules, RefuseWhatTheServiceLacks) {
  using change = std::function<void(object_attributes&)>;
  struct one {
    change set;
    bool google;
    bool cloudflare;
  };
  one const each[] = {
      {[](auto& a) { a.encryption = "AES256"; }, false, false},
      {[](auto& a) { a.kms_key = "projects/x"; }, true, false},
      {[](auto& a) { a.customer_key = secret(std::string(32, 'k')); }, true, true},
      {[](auto& a) {
         a.tags = {{"a", "b"}};
       },
       false, false},
      {[](auto& a) {
         a.metadata = {{"a", "b"}};
       },
       true, true},
      {[](auto& a) { a.acl = "private"; }, true, false},
      {[](auto& a) {
         a.grants = {{"read", "id=1"}};
       },
       true, false},
      {[](auto& a) {
         a.lock_mode = "GOVERNANCE";
         a.lock_until = utc_time(100h);
       },
       true, false},
      {[](auto& a) { a.legal_hold = true; }, false, false},
      {[](auto& a) { a.expected_owner = "123456789012"; }, false, false},
      {[](auto& a) { a.requester_pays = true; }, false, false},
      {[](auto& a) { a.cache_control = "no-store"; }, true, true},
  };
  for (one const& e : each) {
    object_attributes wanted;
    e.set(wanted);
    EXPECT_EQ(resolve(gcs{.bucket = "b", .attributes = wanted}, "auto").has_value(), e.google) << &e - each;
    EXPECT_EQ(resolve(r2{.account = "a", .bucket = "b", .attributes = wanted}, "auto").has_value(), e.cloudflare)
        << &e - each;
  }
}

TEST(AttributeRules, NameWhatCannotBeRight) {
  using change = std::function<void(object_attributes&)>;
  std::pair<char const*, change> const wrong[] = {
      {".encryption is none of", [](auto& a) { a.encryption = "AES"; }},
      {".kms_key has no effect", [](auto& a) { a.kms_key = "k"; }},
      {".bucket_key does not go with",
       [](auto& a) {
         a.encryption = "aws:kms:dsse";
         a.bucket_key = true;
       }},
      {".customer_key is not 32 bytes", [](auto& a) { a.customer_key = secret("short"); }},
      {"both say how to encrypt",
       [](auto& a) {
         a.encryption = "AES256";
         a.customer_key = secret(std::string(32, 'k'));
       }},
      {".tags has more than 10",
       [](auto& a) {
         for (int i = 0; i != 11; ++i) {
           a.tags.emplace_back(std::to_string(i), "");
         }
       }},
      {".tags has a name that",
       [](auto& a) {
         a.tags = {{std::string(129, 'x'), ""}};
       }},
      {".tags has a name twice",
       [](auto& a) {
         a.tags = {{"a", ""}, {"a", "b"}};
       }},
      {".metadata has a name",
       [](auto& a) {
         a.metadata = {{"a b", ""}};
       }},
      {".metadata has a name",
       [](auto& a) {
         a.metadata = {{"Copyto-Token", "x"}};
       }},
      {".metadata has 1973 bytes", // the export's own are 76
       [](auto& a) {
         a.metadata = {{"a", std::string(1972, 'x')}};
       }},
      {".metadata has 2049 bytes",
       [](auto& a) {
         a.metadata = {{"a", std::string(2048, 'x')}};
       }},
      {".metadata holds a character",
       [](auto& a) {
         a.metadata = {{"a", "x\ny"}};
       }},
      {".lock_until needs both", [](auto& a) { a.lock_until = utc_time(1h); }},
      {".lock_mode needs both", [](auto& a) { a.lock_mode = "GOVERNANCE"; }},
      {".lock_mode is neither",
       [](auto& a) {
         a.lock_mode = "governance";
         a.lock_until = utc_time(1h);
       }},
      {".expected_owner is no account", [](auto& a) { a.expected_owner = "1234"; }},
      {".grants has another permission",
       [](auto& a) {
         a.grants = {{"write", "id=1"}};
       }},
      {".grants holds a character",
       [](auto& a) {
         a.grants = {{"read", "id=\r\n"}};
       }},
      {".cache_control holds a character", [](auto& a) { a.cache_control = "a\r\nb: c"; }},
  };
  for (auto const& [words, change] : wrong) {
    object_attributes wanted;
    change(wanted);
    auto const refused = copyto::detail::check_attributes(wanted, {}, "it", true);
    EXPECT_FALSE(refused) << words;
    EXPECT_NE(refused.error().message().find(words), std::string::npos) << refused.error().message();
  }
  object_attributes own{.customer_key = secret(std::string(32, 'k'))};
  EXPECT_FALSE(copyto::detail::check_attributes(own, {}, "it", false));
  EXPECT_TRUE(copyto::detail::check_attributes(own, {}, "it", true));
  EXPECT_TRUE(copyto::detail::check_attributes(everything(), {}, "it", false));
  EXPECT_FALSE(own == object_attributes());
}

} // namespace
