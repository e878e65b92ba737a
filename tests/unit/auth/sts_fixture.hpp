// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTS_UNIT_AUTH_STS_FIXTURE_HPP
#define COPYTO_TESTS_UNIT_AUTH_STS_FIXTURE_HPP

#include <copyto/auth/assume_role.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/testing/fake_clock.hpp>
#include <copyto/testing/scripted_transport.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

namespace copyto::tests {

inline constexpr std::string_view base_secret = "VERY-SECRET-BASE-KEY-0123456789";
inline constexpr std::string_view base_token = "VERY-SECRET-BASE-TOKEN-0123456789";
inline constexpr std::string_view role = "arn:aws:iam::123456789012:role/exporter";

/// As in an XML answer.
inline std::string iso(utc_time t) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", std::chrono::time_point_cast<std::chrono::seconds>(t));
}
/// As in a Date header.
inline std::string http_date(utc_time t) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", std::chrono::time_point_cast<std::chrono::seconds>(t));
}

/// The answer of AWS, from the API reference.
inline std::string session_body(std::string_view id, utc_time expiry) {
  return fmt::format(
      R"(<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>ARO123:x</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/x/y</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>{0}</AccessKeyId>
      <SecretAccessKey>SESSION-SECRET-{0}+/</SecretAccessKey>
      <SessionToken>SESSION-TOKEN-{0}==</SessionToken>
      <Expiration>{1}</Expiration>
    </Credentials>
    <PackedPolicySize>6</PackedPolicySize>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</AssumeRoleResponse>)",
      id, iso(expiry));
}
inline std::string sts_error(std::string_view code, std::string_view text = "what it says") {
  return fmt::format(R"(<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>)"
                     R"(<Code>{}</Code><Message>{}</Message></Error><RequestId>REQ-1</RequestId></ErrorResponse>)",
                     code, text);
}

/// A provider over a script, a clock that does not sleep, and a policy of 4 attempts without chance.
class sts_fixture : public ::testing::Test {
protected:
  struct no_jitter {
    [[nodiscard]] std::optional<std::chrono::nanoseconds> delay(failed_attempt const& a, std::uint64_t) const {
      if (a.number >= 4) {
        return std::nullopt;
      }
      return a.retry_after.value_or(std::chrono::milliseconds(a.throttled ? 1000 : 50) * a.number);
    }
  };
  using net_type = copyto::testing::scripted_transport;
  using clock_type = copyto::testing::fake_clock;
  template <class Base>
  using provider = assume_role<Base, net_type, clock_type, no_jitter>;

  template <class Base>
  [[nodiscard]] provider<Base> make(Base base, assume_role_options options = {.role_arn = std::string(role)}) {
    return provider<Base>(std::move(base), std::move(options), net, no_jitter{}, clock);
  }
  [[nodiscard]] provider<static_keys> make(assume_role_options options = {.role_arn = std::string(role)}) {
    return make(static_keys("BASEID", base_secret, base_token), std::move(options));
  }

  /// From now on each request gets a session of its own: S1, S2, ...
  void give_sessions(std::chrono::seconds life = std::chrono::hours(1)) {
    net.otherwise([this, life, n = 0](auto const&) mutable -> result<response> {
      return response{.status = 200, .body = session_body(fmt::format("S{}", ++n), clock.now() + life)};
    });
  }
  /// Id of the set handed out now, or the error.
  template <class Provider>
  std::string id(Provider& p) {
    auto const set = p.get(clock.now(), {});
    return set ? set->access_key_id : set.error().message();
  }
  [[nodiscard]] std::size_t requests() const { return net.requests().size(); }

  net_type net;
  clock_type clock;
};

} // namespace copyto::tests

#endif
