// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_STORE_S3_FIXTURE_HPP
#define COPYTO_TESTS_UNIT_STORE_S3_FIXTURE_HPP

#include <copyto/auth/keys.hpp>
#include <copyto/store/s3.hpp>
#include <copyto/testing/fake_clock.hpp>
#include <copyto/testing/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace copyto::tests {

inline constexpr std::string_view test_secret = "VERY-SECRET-KEY-0123456789";
inline constexpr std::string_view test_token = "SESSION-TOKEN-0123456789";

/// A store over a script, a clock that does not sleep, and a policy of 5 attempts without chance.
class s3_fixture : public ::testing::Test {
protected:
  struct no_jitter {
    int attempts = 5;
    [[nodiscard]] std::optional<std::chrono::nanoseconds> delay(failed_attempt const& a, std::uint64_t) const {
      if (a.number >= attempts) {
        return std::nullopt;
      }
      return a.retry_after.value_or(std::chrono::milliseconds(a.throttled ? 1000 : 50) * a.number);
    }
  };
  using store_type = s3_store<static_keys, copyto::testing::scripted_transport, copyto::testing::fake_clock, no_jitter>;

  template <class Service>
  [[nodiscard]] store_type make(Service const& service) const {
    return store_type(service, static_keys("AKID", test_secret, test_token), net, no_jitter{}, clock);
  }
  [[nodiscard]] store_type make_aws() const { return make(aws{.bucket = "lake", .region = "eu-west-1"}); }

  [[nodiscard]] static std::string error_body(std::string_view code, std::string_view more = "") {
    return "<?xml version=\"1.0\"?><Error><Code>" + std::string(code) + "</Code><Message>what it says</Message>" +
           std::string(more) + "</Error>";
  }
  [[nodiscard]] static std::string completed(std::string_view tag = "done-1") {
    return "<CompleteMultipartUploadResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Key>k</Key><ETag>&quot;" +
           std::string(tag) + "&quot;</ETag></CompleteMultipartUploadResult>";
  }
  [[nodiscard]] static std::string initiated(std::string_view id) {
    return "<InitiateMultipartUploadResult><UploadId>" + std::string(id) +
           "</UploadId></InitiateMultipartUploadResult>";
  }
  [[nodiscard]] copyto::testing::sent_request last() const { return net.requests().back(); }
  [[nodiscard]] copyto::testing::sent_request nth(std::size_t n) const { return net.requests().at(n); }

  copyto::testing::scripted_transport net;
  copyto::testing::fake_clock clock;
};

} // namespace copyto::tests

#endif
