// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/identity.hpp>

#include <copyto/testing/fake_clock.hpp>
#include <copyto/testing/scripted_transport.hpp>

#include <gtest/gtest.h>

namespace {

using namespace copyto;

TEST(CallerIdentity, OfASessionIsItsRoleInATrustPolicy) {
  EXPECT_EQ((caller_identity{.account = "1", .arn = "arn:aws:iam::1:user/a/b"}.principal()), "arn:aws:iam::1:user/a/b");
  EXPECT_EQ((caller_identity{.account = "1", .arn = "arn:aws-cn:sts::1:assumed-role/work/me"}.principal()),
            "arn:aws-cn:iam::1:role/work");
}

TEST(CallerIdentity, IsAskedForBySignature) {
  copyto::testing::scripted_transport net;
  detail::provider_io_ptr const io = detail::make_provider_io(net, full_jitter(), copyto::testing::fake_clock());
  credentials const who{.access_key_id = "AKID", .secret_key = secret("VERY-SECRET-0123456789")};
  net.answer(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:x</Arn><Account>1</Account>"
                  "</GetCallerIdentityResult></GetCallerIdentityResponse>");
  auto const found = detail::who_am_i(*io, who, {.region = "eu-west-1"}, {});
  EXPECT_EQ(found->arn, "arn:x");
  EXPECT_EQ(net.requests().at(0).body, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(net.requests().at(0).request.host, "sts.eu-west-1.amazonaws.com");
  EXPECT_NE(net.requests().at(0).header("authorization").find("Credential=AKID/"), std::string::npos);
  net.answer(403, "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>VERY-SECRET-0123456789</Message></"
                  "Error></ErrorResponse>");
  auto const refused = detail::who_am_i(*io, who, {.region = "eu-west-1"}, {});
  EXPECT_TRUE(refused.error().is(errc::bad_credentials));
  EXPECT_EQ(refused.error().message().find("VERY-SECRET"), std::string::npos);
  net.answer(200, "<html>");
  EXPECT_TRUE(detail::who_am_i(*io, who, {.region = "eu-west-1"}, {}).error().is(errc::bad_answer));
}

} // namespace
