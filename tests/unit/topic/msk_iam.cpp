// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/topic/msk_iam.hpp>

#include <copyto/auth/digest.hpp>
#include <copyto/auth/keys.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

constexpr utc_time at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30) + 16h + 52min + 34s;

/// The URL that a token is, without what says who made it.
std::string url_of(kafka_token const& token) {
  std::string text(token.text.reveal());
  EXPECT_EQ(text.find_first_of("+/="), std::string::npos) << "base64 for URLs, without padding";
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.resize((text.size() + 3) / 4 * 4, '=');
  std::string url = unbase64(text).value();
  constexpr std::string_view made_by = "&User-Agent=copyto";
  EXPECT_TRUE(url.ends_with(made_by)) << url;
  return url.substr(0, url.size() - made_by.size());
}

credentials keys(std::string_view session = {}) {
  return {.access_key_id = "AKIDEXAMPLE",
          .secret_key = secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          .session_token = secret(session)};
}

// As botocore's SigV4QueryAuth signs it, which Amazon's signers for MSK use.
TEST(MskIam, ATokenIsASignedUrl) {
  auto const token = detail::msk_token(keys(), "eu-west-1", at);
  ASSERT_TRUE(token);
  EXPECT_EQ(url_of(*token),
            "https://kafka.eu-west-1.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&"
            "X-Amz-Credential=AKIDEXAMPLE%2F20261130%2Feu-west-1%2Fkafka-cluster%2Faws4_request&"
            "X-Amz-Date=20261130T165234Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&"
            "X-Amz-Signature=8e71b5405ce65fd9197ad62f53179b9fc59d215f70336371549dd7e9dca85dcc");
  EXPECT_EQ(token->expiry, at + 15min);
}

TEST(MskIam, SessionsTokensAreSigned) {
  auto const token = detail::msk_token(keys("a/session+token=="), "eu-west-1", at);
  ASSERT_TRUE(token);
  std::string const url = url_of(*token);
  EXPECT_NE(url.find("&X-Amz-Security-Token=a%2Fsession%2Btoken%3D%3D&"), std::string::npos) << url;
  EXPECT_TRUE(url.ends_with("&X-Amz-Signature=db2f14cb3bc66563943a79783defe46563b9be2cb0955a4e7f435828c46e6bd3"))
      << url;
}

TEST(MskIam, ATokenEndsWithItsKeys) {
  credentials who = keys("t");
  who.expiry = at + 5min;
  EXPECT_EQ(detail::msk_token(who, "eu-west-1", at)->expiry, at + 5min);
  who.expiry = at + 5h;
  EXPECT_EQ(detail::msk_token(who, "eu-west-1", at)->expiry, at + 15min);
}

TEST(MskIam, WithoutKeysOrRegionThereIsNone) {
  EXPECT_TRUE(detail::msk_token(keys(), "", at).error().is(errc::bad_credentials));
  EXPECT_TRUE(detail::msk_token({}, "eu-west-1", at).error().is(errc::bad_credentials));
}

struct fixed_clock {
  [[nodiscard]] utc_time now() const { return at; }
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return 0ns; }
  bool sleep(std::chrono::nanoseconds, std::stop_token) const { return true; }
};

TEST(MskIam, TheProviderIsAskedForEach) {
  auto const token =
      msk_iam(static_keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "eu-west-1", fixed_clock());
  auto const made = token();
  ASSERT_TRUE(made);
  EXPECT_EQ(url_of(*made), url_of(*detail::msk_token(keys(), "eu-west-1", at)));
}

} // namespace
