// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/store/service.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

/// "scheme://host[:port]root", or the error's message.
std::string where(s3_service const& s) {
  auto const e = resolve(s, s.region);
  if (!e) {
    return "error: " + e.error().message();
  }
  return e->scheme + "://" + e->host + (e->port != 0 ? ":" + std::to_string(e->port) : "") + e->root;
}

TEST(service, addresses_aws_buckets_by_host) {
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "eu-west-1"}), "https://lake.s3.eu-west-1.amazonaws.com/");
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "cn-north-1"}), "https://lake.s3.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "us-gov-west-1"}), "https://lake.s3.us-gov-west-1.amazonaws.com/");
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "us-isob-east-1"}), "https://lake.s3.us-isob-east-1.sc2s.sgov.gov/");
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "eu-west-1", .path_style = true}),
            "https://s3.eu-west-1.amazonaws.com/lake/");
}

TEST(service, addresses_by_path_where_the_bucket_is_no_host_name) {
  for (std::string const bucket : {"a.b.c", "Lake", "la_ke", "ab", "-lake", "lake-"}) {
    EXPECT_EQ(where(aws{.bucket = bucket, .region = "eu-west-1"}),
              "https://s3.eu-west-1.amazonaws.com/" + bucket + "/");
  }
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "x", .endpoint = "https://127.0.0.1:9000"}),
            "https://127.0.0.1:9000/lake/");
  EXPECT_EQ(where(aws{.bucket = "lake", .region = "x", .endpoint = "https://[::1]:9000"}), "https://[::1]:9000/lake/");
  // Without TLS no certificate has to fit.
  EXPECT_EQ(where(aws{.bucket = "a.b", .region = "x", .endpoint = "http://s3.test", .allow_http = true}),
            "http://a.b.s3.test/");
}

TEST(service, follows_another_region_where_the_endpoint_names_it) {
  s3_service const s = aws{.bucket = "lake", .region = "eu-west-1"};
  EXPECT_EQ(resolve(s, "us-east-2")->host, "lake.s3.us-east-2.amazonaws.com");
  s3_service const fixed = s3_compatible{.bucket = "lake", .endpoint = "https://s3.test"};
  EXPECT_EQ(resolve(fixed, "us-east-2")->host, "s3.test");
}

TEST(service, knows_google_and_cloudflare) {
  EXPECT_EQ(where(gcs{.bucket = "lake"}), "https://storage.googleapis.com/lake/");
  EXPECT_EQ(where(r2{.account = "0123abcd", .bucket = "lake"}), "https://0123abcd.r2.cloudflarestorage.com/lake/");
  EXPECT_EQ(where(r2{.account = "0123abcd", .bucket = "lake", .jurisdiction = "eu"}),
            "https://0123abcd.eu.r2.cloudflarestorage.com/lake/");
  EXPECT_NE(where(r2{.bucket = "lake"}).find("r2::account"), std::string::npos);
  EXPECT_TRUE(where(r2{.account = "evil.example/", .bucket = "lake"}).starts_with("error"));

  s3_service const cloudflare = r2{.account = "a", .bucket = "lake"};
  EXPECT_TRUE(cloudflare.limits.equal_parts);
  EXPECT_LT(cloudflare.limits.max_object, 5 * TiB);
  EXPECT_EQ(cloudflare.conditions, conditions::compare_and_swap);
  EXPECT_EQ(cloudflare.checksum, checksum::crc64nvme);
  s3_service const google = gcs{.bucket = "lake"};
  EXPECT_EQ(google.conditions, conditions::compare_and_swap);
  EXPECT_EQ(google.condition_form, condition_form::generation);
  EXPECT_EQ(google.checksum, checksum::goog_crc32c);
  EXPECT_EQ(google.signature.algorithm, "GOOG4-HMAC-SHA256");
  EXPECT_FALSE(google.session_tokens);
}

TEST(service, lets_parts_grow_where_the_service_does) {
  EXPECT_NE(s3_service(aws{.bucket = "b", .region = "eu-west-1"}).limits.parts_grow_after, 0U);
  EXPECT_NE(s3_service(gcs{.bucket = "b"}).limits.parts_grow_after, 0U);
  EXPECT_EQ(s3_service(r2{.account = "a", .bucket = "b"}).limits.parts_grow_after, 0U) << "equal parts";
  EXPECT_EQ(s3_service(s3_compatible{.bucket = "b"}).limits.parts_grow_after, 0U) << "not known";
}

TEST(service, goes_to_the_domain_of_the_regions_partition) {
  auto const host = [](std::string const& region) {
    return resolve(aws{.bucket = "lake", .region = region}, region)->host;
  };
  EXPECT_EQ(host("eu-west-1"), "lake.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(host("us-gov-west-1"), "lake.s3.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host("cn-north-1"), "lake.s3.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(host("us-iso-east-1"), "lake.s3.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(host("us-isob-east-1"), "lake.s3.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(host("us-isof-south-1"), "lake.s3.us-isof-south-1.csp.hci.ic.gov");
  EXPECT_EQ(host("eu-isoe-west-1"), "lake.s3.eu-isoe-west-1.cloud.adc-e.uk");
  EXPECT_EQ(host("eusc-de-east-1"), "lake.s3.eusc-de-east-1.amazonaws.eu");
}

TEST(service, is_recognised_by_whole_labels_at_the_end_of_a_host) {
  for (std::string_view const host :
       {"s3.eu-west-1.amazonaws.com", "bucket.S3.Amazonaws.COM", "amazonaws.com", "s3.cn-north-1.amazonaws.com.cn",
        "s3.eusc-de-east-1.amazonaws.eu", "s3.us-iso-east-1.c2s.ic.gov"}) {
    EXPECT_EQ(service_at(host), "aws") << host;
  }
  EXPECT_EQ(service_at("storage.googleapis.com"), "gcs");
  EXPECT_EQ(service_at("lake.storage.googleapis.com"), "gcs");
  EXPECT_EQ(service_at("0123.eu.r2.cloudflarestorage.com"), "r2");
  for (std::string_view const host :
       {"", "localhost", "127.0.0.1", "notamazonaws.com", "amazonaws.com.example.org", "s3.amazonaws.com.evil",
        "xr2.cloudflarestorage.com", "mystorage.googleapis.com.example", "storage-googleapis.com"}) {
    EXPECT_EQ(service_at(host), "s3-compatible") << host;
  }
}

TEST(service, knows_the_storage_classes_of_its_service) {
  aws glacier{.bucket = "lake", .region = "eu-west-1", .storage_class = "GLACIER_IR"};
  EXPECT_TRUE(resolve(glacier, "eu-west-1"));
  glacier.storage_class = "NEARLINE"; // Google's word
  auto const wrong = resolve(glacier, "eu-west-1");
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().is(errc::invalid_argument));
  EXPECT_NE(wrong.error().message().find("Amazon S3 has no storage class `NEARLINE`"), std::string::npos);
  EXPECT_NE(wrong.error().message().find("GLACIER_IR"), std::string::npos) << "names those that there are";
  EXPECT_TRUE(resolve(gcs{.bucket = "lake", .storage_class = "NEARLINE"}, "auto"));
  EXPECT_FALSE(resolve(gcs{.bucket = "lake", .storage_class = "STANDARD_IA"}, "auto"));
  EXPECT_TRUE(resolve(r2{.account = "a", .bucket = "lake", .storage_class = "STANDARD_IA"}, "auto"));
  EXPECT_FALSE(resolve(r2{.account = "a", .bucket = "lake", .storage_class = "GLACIER"}, "auto"));
  EXPECT_TRUE(resolve(s3_compatible{.bucket = "l", .endpoint = "https://s3.test", .storage_class = "ODD"}, "r"));
}

TEST(service, keeps_port_and_prefix_of_a_custom_endpoint) {
  auto const at = [](std::string endpoint) {
    return where(s3_compatible{.bucket = "b-1", .endpoint = std::move(endpoint)});
  };
  EXPECT_EQ(at("https://s3.test"), "https://s3.test/b-1/");
  EXPECT_EQ(at("https://s3.test/"), "https://s3.test/b-1/");
  EXPECT_EQ(at("https://s3.test:8443/a%20b/c"), "https://s3.test:8443/a b/c/b-1/");
  for (std::string const bad :
       {"s3.test", "ftp://s3.test", "https://", "https://:80", "https://h:0", "https://h:65536", "https://h:x",
        "https://user:pass@h", "https://h?x=1", "https://h/#x", "https://[::1", "https://a b", "https://h/%zz"}) {
    EXPECT_TRUE(at(bad).starts_with("error: ")) << bad << ": " << at(bad);
    EXPECT_EQ(at(bad).find("pass"), std::string::npos);
  }
}

TEST(service, refuses_http_unless_it_is_allowed) {
  s3_compatible s{.bucket = "lake", .endpoint = "http://s3.test"};
  EXPECT_NE(where(s).find(".allow_http"), std::string::npos);
  s.allow_http = true;
  EXPECT_EQ(where(s), "http://s3.test/lake/");
}

TEST(service, refuses_what_cannot_be_a_bucket_or_region) {
  for (std::string const bucket : {"", "a/b", "a b", "a?b", "a#b", "..", "a\nb", "s3://lake"}) {
    auto const e = resolve(aws{.bucket = bucket, .region = "eu-west-1"}, "eu-west-1");
    ASSERT_FALSE(e) << bucket;
    EXPECT_TRUE(e.error().is(errc::invalid_argument));
  }
  struct refused {
    std::string bucket;
    std::string_view says;
  };
  for (refused const& r :
       {refused{"arn:aws:s3:eu-west-1:1:accesspoint/x", "this ARN is not supported"},
        refused{"arn:aws:s3-outposts:eu-west-1:123456789012:outpost/o/accesspoint/x", "this ARN is not supported"},
        refused{"arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/x", "this ARN is not supported"},
        refused{"arn:aws:s3::1:accesspoint/m.mrap", "multi-region access point is not supported: it takes SigV4A"},
        refused{"lake--euw1-az1--x-s3", "S3 Express directory bucket"}}) {
    auto const e = resolve(aws{.bucket = r.bucket, .region = "eu-west-1"}, "eu-west-1");
    ASSERT_FALSE(e);
    EXPECT_TRUE(e.error().is(errc::unsupported));
    EXPECT_NE(e.error().message().find(r.says), std::string::npos) << e.error().message();
  }
  for (std::string const region : {"", "a.b", "a/b", "-a", "a-", "evil.com#"}) {
    EXPECT_FALSE(resolve(aws{.bucket = "lake", .region = region}, region)) << region;
  }
}

TEST(service, says_at_compile_time_whose_credentials_it_takes) {
  static_assert(aws::accepts.holds(issuer::aws) && !aws::accepts.holds(issuer::r2));
  static_assert(!r2::accepts.holds(issuer::aws) && r2::accepts.holds(issuer::r2));
  static_assert(!gcs::accepts.holds(issuer::aws) && gcs::accepts.holds(issuer::any));
  static_assert(s3_compatible::accepts.holds(issuer::aws));
  EXPECT_FALSE(s3_service(gcs{}).issuers.holds(issuer::aws));
}

TEST(service, knows_the_endpoints_of_amazon) { // integration/endpoints.py holds all of them against botocore's rules
  auto const at = [](aws const& bucket) {
    s3_service const service = bucket;
    auto const found = resolve(service, service.region);
    return found ? found->host + found->root + " " + service.region : "! " + found.error().message();
  };
  EXPECT_EQ(at({.bucket = "lake", .region = "eu-west-1", .fips = true, .dual_stack = true}),
            "lake.s3-fips.dualstack.eu-west-1.amazonaws.com/ eu-west-1");
  EXPECT_EQ(at({.bucket = "lake", .region = "eu-west-1", .accelerate = true}),
            "lake.s3-accelerate.amazonaws.com/ eu-west-1");
  EXPECT_EQ(at({.bucket = "arn:aws:s3:eu-west-1:123456789012:accesspoint/lake", .region = "us-east-1"}),
            "lake-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/ eu-west-1");
  for (auto const& [bucket, words] :
       {std::pair(aws{.bucket = "lake", .region = "cn-north-1", .fips = true}, "no FIPS endpoints in China"),
        {aws{.bucket = "lake", .region = "eu-west-1", .endpoint = "https://x.example", .fips = true},
         ".endpoint names another"},
        {aws{.bucket = "my.lake", .region = "eu-west-1", .accelerate = true}, "leave .accelerate out"},
        {aws{.bucket = "arn:aws:s3:eu-west-1:123456789012:accesspoint/lake", .region = "cn-north-1"},
         "another partition"},
        {aws{.bucket = "arn:aws:s3:eu-west-1:123456789012:accesspoint/lake", .path_style = true},
         "leave .path_style out"}}) {
    EXPECT_NE(at(bucket).find(words), std::string::npos) << at(bucket);
  }
}

} // namespace
