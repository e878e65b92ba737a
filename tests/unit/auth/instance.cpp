// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/instance.hpp>

#include "ambient_fixture.hpp"

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<instance_credentials>);

class InstanceCredentials : public copyto::tests::ambient_fixture {
protected:
  [[nodiscard]] instance_credentials make(instance_options options = {}) const {
    return instance_credentials(options, net, retry, clock);
  }
  void answer_well() { net.answer(200, "IMDS-hidden").answer(200, "exporter").answer(200, set_of("ASIA1")); }
};

TEST_F(InstanceCredentials, AreAskedForByASessionToken) {
  answer_well();
  instance_credentials who = make();
  credentials const got = get(who).value();
  EXPECT_EQ(got.access_key_id, "ASIA1");
  EXPECT_EQ(got.secret_key.reveal(), "hidden");
  EXPECT_EQ(got.session_token.reveal(), "hidden-token");
  EXPECT_EQ(got.expiry, clock.now() + 1h);
  auto const sent = net.requests();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].line(), "PUT /latest/api/token");
  EXPECT_EQ(sent[0].header("x-aws-ec2-metadata-token-ttl-seconds"), "300");
  EXPECT_EQ(sent[1].line(), "GET /latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(sent[2].line(), "GET /latest/meta-data/iam/security-credentials/exporter");
  EXPECT_EQ(sent[2].header("x-aws-ec2-metadata-token"), "IMDS-hidden");
  for (auto const& one : sent) {
    EXPECT_EQ(one.request.host, "169.254.169.254");
    EXPECT_TRUE(one.request.direct); // past any proxy
    EXPECT_EQ(one.request.patience.connect, 1s);
    EXPECT_EQ(one.request.patience.whole, 3s);
  }
}

TEST_F(InstanceCredentials, AreKeptUntilTheyAreDue) {
  answer_well();
  instance_credentials who = make();
  get(who).value();
  clock.advance(30min);
  EXPECT_EQ(get(who)->access_key_id, "ASIA1");
  EXPECT_EQ(net.requests().size(), 3U);
  net.answer(200, "t").answer(200, "exporter").answer(200, set_of("ASIA2"));
  clock.advance(20min);
  EXPECT_EQ(get(who)->access_key_id, "ASIA2");
}

TEST_F(InstanceCredentials, TheServiceMayBeElsewhere) {
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
  answer_well();
  instance_credentials six = make();
  get(six).value();
  EXPECT_EQ(net.requests().back().request.host, "[fd00:ec2::254]");
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/x/");
  answer_well();
  instance_credentials other = make();
  get(other).value();
  EXPECT_EQ(net.requests().back().line(), "GET /x/latest/meta-data/iam/security-credentials/exporter");
  EXPECT_EQ(net.requests().back().request.port, 1338);
}

TEST_F(InstanceCredentials, AreAskedForWithoutATokenOnlyWhereThatIsAllowed) {
  net.answer(404);
  EXPECT_NE(refusal(make()).find("IMDSv2"), std::string::npos);
  net.answer(404).answer(200, "exporter").answer(200, set_of("ASIA1"));
  instance_credentials who = make({.allow_v1 = true});
  EXPECT_EQ(get(who)->access_key_id, "ASIA1");
  EXPECT_EQ(net.requests().back().header("x-aws-ec2-metadata-token"), "");
  net.answer(400);
  EXPECT_FALSE(refusal(make({.allow_v1 = true})).empty()); // that is no old service
}

TEST_F(InstanceCredentials, NobodyIsAskedTwiceForLong) {
  net.otherwise([](auto const&) {
    return error({.code = errc::unreachable, .disposition = disposition::transient, .message = "no route"});
  });
  EXPECT_NE(refusal(make(), errc::unreachable).find("hop limit"), std::string::npos);
  EXPECT_EQ(net.requests().size(), 2U);
}

TEST_F(InstanceCredentials, MayBeSwitchedOff) {
  set("AWS_EC2_METADATA_DISABLED", "True");
  EXPECT_NE(refusal(make()).find("AWS_EC2_METADATA_DISABLED"), std::string::npos);
  EXPECT_TRUE(net.requests().empty());
}

TEST_F(InstanceCredentials, SayWhatIsWrong) {
  net.answer(200, "t").answer(404);
  EXPECT_NE(refusal(make()).find("attach an IAM role"), std::string::npos);
  net.answer(200, "<html>hidden");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("no such service"), std::string::npos);
  net.answer(200, "t").answer(200, "<html>");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("no such service"), std::string::npos);
  net.answer(200, "t").answer(200, "");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("names no role"), std::string::npos);
  net.answer(200, "t").answer(200, "r").answer(200, R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "hidden"})");
  EXPECT_NE(refusal(make()).find("AssumeRoleUnauthorizedAccess"), std::string::npos);
  net.answer(200, "t").answer(200, "r").answer(200, "{\"AccessKeyId\": \"hidden\"}");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("SecretAccessKey is missing"), std::string::npos);
  net.answer(200, "t").answer(200, "r").answer(
      200, R"({"AccessKeyId": "a", "SecretAccessKey": "hidden", "Token": "hidden"})");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("Expiration is missing"), std::string::npos);
  net.answer(200, "t").answer(200, "r").answer(200, set_of("ASIA1", -1s));
  EXPECT_NE(refusal(make()).find("have ended already"), std::string::npos);
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "somewhere");
  EXPECT_NE(refusal(make(), errc::invalid_argument).find("is no URL"), std::string::npos);
}

TEST_F(InstanceCredentials, AreAskedForAgainWhereTheServiceFails) {
  net.answer(500).answer(200, "t").answer(503).answer(200, "r").answer(429).answer(200, set_of("ASIA1"));
  instance_credentials who = make();
  EXPECT_EQ(get(who)->access_key_id, "ASIA1");
  net.otherwise([](auto const&) { return response{.status = 500, .body = "hidden"}; });
  EXPECT_NE(refusal(make()).find("failed"), std::string::npos);
}

} // namespace
