// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/sso.hpp>

#include "ambient_fixture.hpp"

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<sso_credentials>);

class SsoCredentials : public copyto::tests::ambient_fixture {
protected:
  [[nodiscard]] sso_credentials make(sso_options options) const {
    return sso_credentials(std::move(options), net, retry, clock);
  }
  /// SHA-1 of "corp", and of the URL.
  static constexpr char const* by_session = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
  void cache(std::string const& expiry) {
    file(by_session, fmt::format(R"({{"accessToken": "hidden-bearer", "expiresAt": "{}"}})", expiry));
  }
  void answer_well() {
    net.answer(
        200, fmt::format(
                 R"({{"roleCredentials": {{"accessKeyId": "ASIA1", "secretAccessKey": "hidden", "sessionToken": "t",)"
                 R"( "expiration": {}}}}})",
                 std::chrono::duration_cast<std::chrono::milliseconds>((clock.now() + 1h).time_since_epoch()).count()));
  }
  sso_options corp = {.start_url = "https://x.awsapps.com/start",
                      .region = "eu-central-1",
                      .account_id = "123456789012",
                      .role_name = "Reader",
                      .session = "corp"};
};

TEST_F(SsoCredentials, AreAskedForByTheTokenOfTheSession) {
  cache(later(1h));
  answer_well();
  sso_credentials who = make(corp);
  credentials const got = get(who).value();
  EXPECT_EQ(got.access_key_id, "ASIA1");
  EXPECT_EQ(got.expiry, clock.now() + 1h);
  auto const sent = net.requests().at(0);
  EXPECT_EQ(sent.request.host, "portal.sso.eu-central-1.amazonaws.com");
  EXPECT_EQ(sent.line(), "GET /federation/credentials?account_id=123456789012&role_name=Reader");
  EXPECT_EQ(sent.header("x-amz-sso_bearer_token"), "hidden-bearer");
  EXPECT_FALSE(sent.request.direct);
}

TEST_F(SsoCredentials, SayToSignIn) {
  EXPECT_NE(refusal(make(corp)).find("aws sso login --sso-session corp"), std::string::npos);
  cache(later(-1s));
  EXPECT_NE(refusal(make(corp)).find("has ended"), std::string::npos);
  cache("soon");
  EXPECT_NE(refusal(make(corp)).find("does not say when it ends"), std::string::npos);
  file(by_session, "{\"accessToken\": [\"hidden\"]}");
  EXPECT_NE(refusal(make(corp)).find("aws sso login"), std::string::npos);
  cache(later(1h));
  net.answer(401, R"({"message": "hidden"})");
  EXPECT_NE(refusal(make(corp)).find("aws sso login"), std::string::npos);
  corp.session = "";
  EXPECT_NE(refusal(make(corp)).find("`aws sso login`"), std::string::npos); // by the URL there is none
}

TEST_F(SsoCredentials, AreRefusedWhereSomethingIsMissing) {
  cache(later(1h));
  for (std::string sso_options::*one :
       {&sso_options::start_url, &sso_options::account_id, &sso_options::role_name, &sso_options::region}) {
    sso_options without = corp;
    without.*one = "";
    EXPECT_FALSE(refusal(make(without), errc::invalid_argument).empty());
  }
  corp.endpoint = "http://127.0.0.1/";
  EXPECT_NE(refusal(make(corp), errc::invalid_argument).find("not encrypted"), std::string::npos);
  EXPECT_TRUE(net.requests().empty());
  corp.endpoint = "";
  net.answer(200, "<html>");
  EXPECT_NE(refusal(make(corp), errc::bad_answer).find("no JSON"), std::string::npos);
}

} // namespace
