// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

// The store contract on a real S3 server: tests/servers/rgw, or any that the same S3_TEST_* variables
// describe. Start it with
//
//     tests/servers/rgw up && eval "$(tests/servers/rgw env)"
//
// Without these variables every test fails: a server that is not there proves nothing.
#include <copyto/testing/store_contract.hpp>

#include <copyto/auth/keys.hpp>
#include <copyto/store/any.hpp>
#include <copyto/store/s3.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace {

using copyto::testing::check_store_contract;
using copyto::testing::contract_options;

std::string variable(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

class s3_store_contract : public testing::Test {
protected:
  void SetUp() override {
    for (char const* name : {"S3_TEST_ENDPOINT", "S3_TEST_ENDPOINT_TLS", "S3_TEST_CA_FILE", "S3_TEST_BUCKET",
                             "S3_TEST_REGION", "S3_TEST_ACCESS_KEY", "S3_TEST_SECRET_KEY"}) {
      ASSERT_FALSE(variable(name).empty())
          << name << " is not set; start a server: tests/servers/rgw up && eval \"$(tests/servers/rgw env)\"";
    }
  }

  // The server under test, declared as tests/servers/rgw says it is.
  [[nodiscard]] static copyto::s3_compatible service(char const* endpoint) {
    return {.bucket = variable("S3_TEST_BUCKET"),
            .region = variable("S3_TEST_REGION"),
            .endpoint = variable(endpoint),
            .allow_http = true,
            .conditions = copyto::conditions::compare_and_swap,
            .condition_form = is_old() ? copyto::condition_form::bare : copyto::condition_form::quoted};
  }
  // Ceph 16.2 takes If-Match without quotes only.
  [[nodiscard]] static bool is_old() { return variable("S3_TEST_RGW_VERSION").starts_with("16."); }

  [[nodiscard]] static auto store(copyto::s3_compatible const& service) {
    return copyto::s3_store(service,
                            copyto::static_keys(variable("S3_TEST_ACCESS_KEY"), variable("S3_TEST_SECRET_KEY")),
                            copyto::curl_transport({.ca_file = variable("S3_TEST_CA_FILE")}));
  }
  // Below a prefix of its own, so that tests may run at once. Ceph, 16.2 and 20.2, answers a Complete of an upload that
  // was aborted with 500.
  [[nodiscard]] static contract_options options() {
    std::random_device random;
    return {.prefix = fmt::format("contract/{:08x}{:08x}/", random(), random()), .aborted_is_gone = false};
  }
};

TEST_F(s3_store_contract, holds_over_http) {
  auto const report = check_store_contract(store(service("S3_TEST_ENDPOINT")), options());
  EXPECT_TRUE(report.ok()) << report.text();
}

TEST_F(s3_store_contract, holds_where_the_form_is_not_declared) {
  auto either = service("S3_TEST_ENDPOINT");
  either.condition_form = copyto::condition_form::either;
  auto const report = check_store_contract(store(either), options());
  EXPECT_TRUE(report.ok()) << report.text();
}

TEST_F(s3_store_contract, holds_over_https) {
  auto const report = check_store_contract(store(service("S3_TEST_ENDPOINT_TLS")), options());
  EXPECT_TRUE(report.ok()) << report.text();
}

TEST_F(s3_store_contract, holds_with_the_bucket_in_the_host_name) {
  auto virtual_hosted = service("S3_TEST_ENDPOINT_TLS");
  virtual_hosted.path_style = false;
  auto const report = check_store_contract(store(virtual_hosted), options());
  EXPECT_TRUE(report.ok()) << report.text();
}

TEST_F(s3_store_contract, holds_with_other_checksums) {
  for (auto const checksum : {copyto::checksum::none, copyto::checksum::crc64nvme}) {
    auto other = service("S3_TEST_ENDPOINT_TLS");
    other.checksum = checksum;
    auto const report = check_store_contract(store(other), options());
    EXPECT_TRUE(report.ok()) << report.text();
  }
}

/// Turns a bit of each body that is sent.
struct turning {
  copyto::curl_transport inner;
  copyto::result<copyto::response> perform(copyto::request r, std::stop_token stop) {
    r.text = copyto::as_text(r.content());
    if (!r.text.empty()) {
      r.text.back() ^= 1;
    }
    return inner.perform(r, std::move(stop));
  }
};
template <class T>
bool is_refused(copyto::result<T> const& done) {
  return !done &&
         (done.error()->service_code == "BadDigest" || done.error()->service_code == "XAmzContentChecksumMismatch");
}
TEST_F(s3_store_contract, the_server_refuses_a_turned_bit) { // over TLS no signature covers the body
  for (auto const checksum : {copyto::checksum::content_md5, copyto::checksum::crc64nvme}) {
    if (checksum == copyto::checksum::crc64nvme && is_old()) { // it does not look at this one
      continue;
    }
    auto checked = service("S3_TEST_ENDPOINT_TLS");
    checked.checksum = checksum;
    auto const keys = copyto::static_keys(variable("S3_TEST_ACCESS_KEY"), variable("S3_TEST_SECRET_KEY"));
    copyto::s3_store broken(checked, keys, turning{copyto::curl_transport({.ca_file = variable("S3_TEST_CA_FILE")})});
    std::string const at = options().prefix + "object";
    std::string const body(100, 'x');
    auto const put = broken.put(at, copyto::as_bytes(body), {}, {}, {});
    EXPECT_TRUE(is_refused(put)) << (put ? "it was stored" : put.error().message());
    auto const upload = broken.create_upload(at, {}, {}).value();
    auto const part = broken.put_part(at, upload, 1, copyto::as_bytes(body), {});
    EXPECT_TRUE(is_refused(part)) << (part ? "it was stored" : part.error().message());
    EXPECT_TRUE(broken.abort(at, upload));
    EXPECT_FALSE(broken.head(at, {}));
  }
}

TEST_F(s3_store_contract, holds_over_several_pages_of_a_listing) {
  auto many = options();
  many.listed = 1003; // S3 lists 1000 on a page
  auto const report = check_store_contract(copyto::any_store(store(service("S3_TEST_ENDPOINT"))), many);
  EXPECT_TRUE(report.ok()) << report.text();
}

} // namespace
