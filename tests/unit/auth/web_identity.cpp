// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/web_identity.hpp>

#include "ambient_fixture.hpp"

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<web_identity>);

class WebIdentity : public copyto::tests::ambient_fixture {
protected:
  [[nodiscard]] web_identity make(web_identity_options options = {}) const {
    return web_identity(std::move(options), net, retry, clock);
  }
  void answer_well(std::string_view id) {
    net.answer(
        200,
        fmt::format("<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>{}</"
                    "AccessKeyId>"
                    "<SecretAccessKey>hidden</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{}</Expiration>"
                    "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
                    id, later(1h)));
  }
  void refuse(int status, std::string_view code) {
    net.answer(status,
               fmt::format("<ErrorResponse><Error><Code>{}</Code><Message>m</Message></Error></ErrorResponse>", code));
  }
  void describe_pod() {
    set("AWS_WEB_IDENTITY_TOKEN_FILE", file("token", "hidden.web.token\n"));
    set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
    set("AWS_ROLE_SESSION_NAME", "pod-1");
    set("AWS_REGION", "eu-west-1");
  }
};

TEST_F(WebIdentity, IsATokenThatIsReadAnewAndNotSigned) {
  describe_pod();
  answer_well("ASIA1");
  web_identity who = make();
  EXPECT_EQ(get(who)->access_key_id, "ASIA1");
  auto const first = net.requests().at(0);
  EXPECT_EQ(first.request.host, "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(first.body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpod"
            "&RoleSessionName=pod-1&DurationSeconds=3600&WebIdentityToken=hidden.web.token");
  EXPECT_EQ(first.header("authorization"), "");
  file("token", "next");
  clock.advance(55min);
  answer_well("ASIA2");
  EXPECT_EQ(get(who)->access_key_id, "ASIA2");
  EXPECT_NE(net.requests().at(1).body.find("WebIdentityToken=next"), std::string::npos);
}

TEST_F(WebIdentity, SaysWhatIsWrong) {
  EXPECT_FALSE(make().check());
  EXPECT_NE(refusal(make(), errc::invalid_argument).find("web identity"), std::string::npos);
  describe_pod();
  refuse(400, "InvalidIdentityToken");
  EXPECT_NE(refusal(make()).find("its token is not accepted"), std::string::npos);
  refuse(400, "ExpiredTokenException");
  EXPECT_NE(refusal(make()).find("token file is renewed in time"), std::string::npos);
  refuse(403, "IDPRejectedClaim");
  EXPECT_NE(refusal(make(), errc::access_denied).find("sts:AssumeRoleWithWebIdentity"), std::string::npos);
  refuse(400, "IDPCommunicationError");
  answer_well("ASIA1");
  web_identity patient = make();
  EXPECT_TRUE(get(patient)); // that one is asked again
  set("AWS_WEB_IDENTITY_TOKEN_FILE", file("token", "two words"));
  EXPECT_NE(refusal(make()).find("no token has"), std::string::npos);
  set("AWS_WEB_IDENTITY_TOKEN_FILE", home);
  EXPECT_NE(refusal(make()).find("a directory"), std::string::npos);
  set("AWS_WEB_IDENTITY_TOKEN_FILE", file("token", "\n"));
  EXPECT_NE(refusal(make()).find("is empty"), std::string::npos);
}

} // namespace
