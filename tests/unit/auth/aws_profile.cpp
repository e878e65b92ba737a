// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/aws_profile.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace {

using namespace copyto;

/// Two files that the environment names, while it lives.
class AwsProfile : public testing::Test {
protected:
  void SetUp() override {
    ::setenv("AWS_CONFIG_FILE", (directory_ + "config").c_str(), 1);
    ::setenv("AWS_SHARED_CREDENTIALS_FILE", (directory_ + "credentials").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("AWS_CONFIG_FILE");
    ::unsetenv("AWS_SHARED_CREDENTIALS_FILE");
  }
  result<aws_profile> read(std::string const& config, std::string const& credentials, std::string_view name = "lake") {
    std::ofstream(directory_ + "config") << config;
    std::ofstream(directory_ + "credentials") << credentials;
    return read_aws_profile(name);
  }
  std::string refusal(std::string const& config, std::string const& credentials) {
    auto const got = read(config, credentials);
    EXPECT_FALSE(got) << config << credentials;
    std::string const text = got ? std::string() : got.error().message();
    EXPECT_EQ(text.find("hidden"), text.npos) << "a secret: " << text;
    return text;
  }

private:
  std::string directory_ = testing::TempDir() + "aws_profile_" + std::to_string(::getpid()) + "_";
};

constexpr char const* keys = "[lake]\naws_access_key_id = AKID\naws_secret_access_key = hidden\n";

TEST_F(AwsProfile, HasKeysOfTheCredentialsFileAndSettingsOfTheOther) {
  auto const got = read("[profile lake]\nregion = eu-west-1\nendpoint_url = https://s3.example\n", keys).value();
  EXPECT_EQ(got.region, "eu-west-1");
  EXPECT_EQ(got.endpoint, "https://s3.example");
  EXPECT_EQ(got.own->access_key_id, "AKID");
  EXPECT_EQ(got.own->secret_access_key.reveal(), "hidden");
  EXPECT_EQ(got.role_arn, "");
}

TEST_F(AwsProfile, TheCredentialsFileGoesFirst) {
  EXPECT_EQ(read("[profile lake]\naws_access_key_id = OTHER\nregion = a-1\n", keys)->own->access_key_id, "AKID");
}

TEST_F(AwsProfile, MayBeARoleThatAnothersKeysAskFor) {
  auto const got = read("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\nexternal_id = x\nsource_profile = base\n"
                        "role_session_name = s\n",
                        "[base]\naws_access_key_id = AKID\naws_secret_access_key = hidden\n")
                       .value();
  EXPECT_EQ(got.role_arn, "arn:aws:iam::1:role/r");
  EXPECT_EQ(got.external_id, "x");
  EXPECT_EQ(got.role_session_name, "s");
  EXPECT_EQ(got.own->access_key_id, "AKID");
}

TEST_F(AwsProfile, MayBeARoleThatTheEnvironmentAsksFor) {
  auto const got = read("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n", "");
  EXPECT_FALSE(got.value().own);
}

TEST_F(AwsProfile, SaysWhatIsWrongAndNeverASecret) {
  EXPECT_NE(refusal("", "").find("there is no AWS profile `lake`"), std::string::npos);
  EXPECT_NE(refusal("nonsense", "").find("cannot be read"), std::string::npos);
  EXPECT_NE(refusal("", "[lake]\naws_secret_access_key = hidden\n").find("aws_access_key_id is missing"),
            std::string::npos);
  EXPECT_NE(refusal("", "[lake]\naws_access_key_id = AKID\n").find("aws_secret_access_key is missing"),
            std::string::npos);
  EXPECT_NE(refusal("[profile lake]\nrole_arn = r\n", keys).find("has keys and a role"), std::string::npos);
  EXPECT_NE(refusal("[profile lake]\nregion = a-1\n", "").find("neither keys nor a role"), std::string::npos);
  EXPECT_NE(refusal("[profile lake]\nexternal_id = x\n", keys).find("sets external_id without a role"),
            std::string::npos);
  EXPECT_NE(refusal("[profile lake]\nrole_arn = r\nsource_profile = none\n", "").find("no AWS profile `none`"),
            std::string::npos);
  for (std::string const other :
       {"sso_session", "sso_start_url", "credential_process", "web_identity_token_file", "mfa_serial", "services"}) {
    EXPECT_NE(refusal("[profile lake]\n" + other + " = x\n", keys).find("sets " + other), std::string::npos);
  }
}

} // namespace
