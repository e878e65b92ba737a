// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/container.hpp>

#include "ambient_fixture.hpp"

namespace {

using namespace copyto;
using namespace std::chrono_literals;

static_assert(RefreshableProvider<container_credentials>);

class ContainerCredentials : public copyto::tests::ambient_fixture {
protected:
  [[nodiscard]] container_credentials make() const { return container_credentials(net, retry, clock); }
};

constexpr char const* relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr char const* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

TEST_F(ContainerCredentials, OfEcsAreOnAnAddressOfItsOwn) {
  set(relative, "/v2/credentials/x?a=b%20c");
  set(full, "https://elsewhere.example/x"); // the other one goes first
  net.answer(200, set_of("ASIA1"));
  container_credentials who = make();
  EXPECT_EQ(get(who)->access_key_id, "ASIA1");
  EXPECT_EQ(net.requests()[0].request.host, "169.254.170.2");
  EXPECT_EQ(net.requests()[0].request.path, "/v2/credentials/x");
  EXPECT_TRUE(net.requests()[0].request.direct);
}

TEST_F(ContainerCredentials, AreAskedForByTheirUrlAsItIs) {
  set(full, "http://127.0.0.1/keys?arn=arn%3Aaws%3Aiam&b=1&c=x+y&flag");
  net.answer(200, set_of("ASIA1"));
  container_credentials who = make();
  ASSERT_TRUE(get(who));
  EXPECT_EQ(net.requests()[0].line(), "GET /keys?arn=arn%3Aaws%3Aiam&b=1&c=x%20y&flag=");
  set(full, "http://127.0.0.1/a%2Fb"); // which no request of ours can ask for
  EXPECT_NE(refusal(make(), errc::invalid_argument).find("credentials URI"), std::string::npos);
}

TEST_F(ContainerCredentials, OfEksHaveATokenThatIsReadEachTime) {
  set(full, "http://169.254.170.23/v1/credentials");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file("token", "one\n"));
  net.answer(200, set_of("ASIA1")).answer(200, set_of("ASIA2", 2h));
  container_credentials who = make();
  get(who).value();
  EXPECT_EQ(net.requests()[0].header("authorization"), "one");
  file("token", "two");
  clock.advance(55min);
  EXPECT_EQ(get(who)->access_key_id, "ASIA2");
  EXPECT_EQ(net.requests()[1].header("authorization"), "two");
}

TEST_F(ContainerCredentials, GoToNobodyElse) {
  for (char const* good : {"http://127.0.0.1:1/x", "http://127.9.9.9/x", "http://localhost/x", "http://[::1]/x",
                           "http://[fd00:ec2::23]/x", "http://169.254.170.2/x", "https://anywhere.example/x"}) {
    set(full, good);
    net.answer(200, set_of("ASIA1"));
    container_credentials who = make();
    EXPECT_TRUE(get(who)) << good;
  }
  std::size_t const before = net.requests().size();
  for (char const* bad :
       {"http://example.com/x", "http://127.0.0.1.example.com/x", "http://127.example/x", "http://10.0.0.1/x",
        "ftp://127.0.0.1/x", "nonsense", "http://127.0.0.1/x\r\ny: z", "http://127.0.0.1@example.com/x"}) {
    set(full, bad);
    EXPECT_NE(refusal(make(), errc::invalid_argument).find("credentials URI"), std::string::npos) << bad;
  }
  set(full, "");
  for (char const* bad : {"@example.com/x", ":80@example.com/x", "x", ".example.com/x"}) {
    set(relative, bad);
    EXPECT_FALSE(refusal(make(), errc::invalid_argument).empty()) << bad;
  }
  EXPECT_EQ(net.requests().size(), before);
}

TEST_F(ContainerCredentials, SayWhatIsWrong) {
  EXPECT_NE(refusal(make()).find("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), std::string::npos);
  set(full, "http://127.0.0.1/x");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hidden\r\nx: y");
  EXPECT_NE(refusal(make(), errc::invalid_argument).find("holds a line end"), std::string::npos);
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home + "/none");
  EXPECT_NE(refusal(make()).find("cannot be read"), std::string::npos);
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file("token", "hidden"));
  net.answer(401, "hidden");
  EXPECT_NE(refusal(make()).find("refused"), std::string::npos);
  net.answer(200, "<html>hidden");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("no JSON"), std::string::npos);
  net.answer(200, "{}");
  EXPECT_NE(refusal(make(), errc::bad_answer).find("AccessKeyId is missing"), std::string::npos);
}

} // namespace
