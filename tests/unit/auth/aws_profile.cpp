// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/aws_profile.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <variant>

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
    std::remove((directory_ + "config").c_str());
    std::remove((directory_ + "credentials").c_str());
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

aws_profile::keys const& keys_of(aws_profile const& p) { return std::get<aws_profile::keys>(p.base); }

TEST_F(AwsProfile, HasKeysOfTheCredentialsFileAndSettingsOfTheOther) {
  auto const got = read("[profile lake]\nregion = eu-west-1\nendpoint_url = https://s3.example\n", keys).value();
  EXPECT_EQ(got.region, "eu-west-1");
  EXPECT_EQ(got.endpoint, "https://s3.example");
  EXPECT_EQ(got.sts_endpoint, "https://s3.example");
  EXPECT_EQ(keys_of(got).access_key_id, "AKID");
  EXPECT_EQ(keys_of(got).secret_access_key.reveal(), "hidden");
  EXPECT_TRUE(got.roles.empty());
}

TEST_F(AwsProfile, TheCredentialsFileGoesFirst) {
  EXPECT_EQ(keys_of(read("[profile lake]\naws_access_key_id = OTHER\nregion = a-1\n", keys).value()).access_key_id,
            "AKID");
}

TEST_F(AwsProfile, RolesComeInTheOrderInWhichTheyAreAssumed) {
  auto const got = read("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\nexternal_id = x\nsource_profile = middle\n"
                        "role_session_name = s\nduration_seconds = 900\n"
                        "[profile middle]\nrole_arn = arn:aws:iam::1:role/m\nsource_profile = base\n",
                        "[base]\naws_access_key_id = AKID\naws_secret_access_key = hidden\n")
                       .value();
  ASSERT_EQ(got.roles.size(), 2U);
  EXPECT_EQ(got.roles[0].role_arn, "arn:aws:iam::1:role/m");
  EXPECT_EQ(got.roles[1].role_arn, "arn:aws:iam::1:role/r");
  EXPECT_EQ(got.roles[1].external_id, "x");
  EXPECT_EQ(got.roles[1].session_name, "s");
  EXPECT_EQ(got.roles[1].duration, std::chrono::seconds(900));
  EXPECT_EQ(keys_of(got).access_key_id, "AKID");
}

TEST_F(AwsProfile, ARoleMayNameItsSource) {
  using ambient = aws_profile::ambient;
  for (auto const& [word, wanted] : {std::pair("Environment", ambient::environment),
                                     {"EcsContainer", ambient::container},
                                     {"Ec2InstanceMetadata", ambient::instance}}) {
    auto const got =
        read(fmt::format("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = {}\n", word), "");
    EXPECT_EQ(std::get<ambient>(got.value().base), wanted) << word;
  }
  auto const neither = read("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\n", "");
  EXPECT_EQ(std::get<ambient>(neither.value().base), ambient::environment);
}

TEST_F(AwsProfile, ARoleMayNameItsOwnKeys) {
  auto const got = read("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = lake\n", keys).value();
  EXPECT_EQ(keys_of(got).access_key_id, "AKID");
  EXPECT_EQ(got.roles.size(), 1U);
}

TEST_F(AwsProfile, KnowsTheOtherKinds) {
  auto const web = read("[profile lake]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = /t\n", "").value();
  EXPECT_EQ(std::get<web_identity_options>(web.base).token_file, "/t");
  EXPECT_EQ(std::get<web_identity_options>(web.base).role.role_arn, "arn:aws:iam::1:role/r");
  EXPECT_TRUE(web.roles.empty());
  auto const sso = read("[profile lake]\nsso_session = my\nsso_account_id = 1\nsso_role_name = r\n"
                        "[sso-session my]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
                        "")
                       .value();
  EXPECT_EQ(std::get<sso_options>(sso.base).session, "my");
  EXPECT_EQ(std::get<sso_options>(sso.base).start_url, "https://x");
  auto const process = read("[profile lake]\ncredential_process = \"/bin/a b\" c\n", "").value();
  EXPECT_EQ(std::get<process_options>(process.base).command, "\"/bin/a b\" c");
  // Keys of the credentials file go before a process, and that before keys of the config file.
  EXPECT_EQ(read("[profile lake]\ncredential_process = x\n", keys).value().base.index(), 1U);
  EXPECT_TRUE(std::holds_alternative<process_options>(
      read("[profile lake]\ncredential_process = x\naws_access_key_id = A\naws_secret_access_key = hidden\n", "")
          .value()
          .base));
}

TEST_F(AwsProfile, EndpointsMayStandInASectionOfServices) {
  std::string const services = "services = mine\nendpoint_url = https://all\n[services mine]\ns3 =\n  "
                               "endpoint_url = https://s3.example\n  addressing_style = path\n";
  auto const got = read("[profile lake]\n" + services, keys).value();
  EXPECT_EQ(got.endpoint, "https://s3.example");
  EXPECT_EQ(got.sts_endpoint, "https://all");
  auto const none = read("[profile lake]\nignore_configured_endpoint_urls = true\n" + services, keys).value();
  EXPECT_EQ(none.endpoint + none.sts_endpoint, "");
}

TEST_F(AwsProfile, SaysWhichEndpointsAndWhereTheBucketIs) {
  auto const got = read("[profile lake]\nuse_fips_endpoint = True\nuse_dualstack_endpoint = false\ns3 =\n  "
                        "addressing_style = path\n",
                        keys)
                       .value();
  EXPECT_EQ(got.network, (aws_network{.fips = true}));
  EXPECT_TRUE(got.path_style);
  ::setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
  EXPECT_EQ(read("[profile lake]\ns3 =\n  addressing_style = virtual\n", keys).value().network,
            (aws_network{.dual_stack = true}));
  EXPECT_FALSE(read("[profile lake]\ns3 =\n  addressing_style = virtual\n", keys).value().path_style);
  EXPECT_EQ(read("[profile lake]\nuse_dualstack_endpoint = false\n", keys).value().network, aws_network());
  ::unsetenv("AWS_USE_DUALSTACK_ENDPOINT");
}

TEST_F(AwsProfile, TheCurrentOneIsNamedByTheEnvironment) {
  EXPECT_FALSE(read("", "[default]\naws_access_key_id = D\naws_secret_access_key = hidden\n", "none"));
  EXPECT_EQ(keys_of(read_current_aws_profile().value()).access_key_id, "D");
  ::setenv("AWS_PROFILE", "none", 1);
  EXPECT_TRUE(read_current_aws_profile().error().is(errc::not_found));
  ::unsetenv("AWS_PROFILE");
  EXPECT_FALSE(read("", "", "none"));
  EXPECT_FALSE(read_current_aws_profile().value().has_credentials());
  ::setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/t", 1);
  EXPECT_FALSE(read_current_aws_profile()); // a token, and no role
  ::setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/e", 1);
  EXPECT_EQ(std::get<web_identity_options>(read_current_aws_profile().value().base).role.role_arn,
            "arn:aws:iam::1:role/e");
  ::unsetenv("AWS_WEB_IDENTITY_TOKEN_FILE");
  ::unsetenv("AWS_ROLE_ARN");
}

TEST_F(AwsProfile, SaysWhatIsWrongAndNeverASecret) {
  std::string const role = "[profile lake]\nrole_arn = arn:aws:iam::1:role/r\n";
  struct {
    std::string config;
    std::string credentials;
    std::string words;
  } const cases[] = {
      {"", "", "there is no AWS profile `lake`"},
      {"nonsense", "", "cannot be read"},
      {"", "[lake]\naws_secret_access_key = hidden\n", "aws_access_key_id is missing"},
      {"", "[lake]\naws_access_key_id = AKID\n", "aws_secret_access_key is missing"},
      {role, keys, "has keys and a role"},
      {"[profile lake]\nexternal_id = x\n", keys, "sets external_id without a role"},
      {role + "source_profile = none\n", "", "no AWS profile `none`"},
      {role + "source_profile = a\ncredential_source = Environment\n", "", "sets source_profile and credential_source"},
      {role + "credential_source = environment\n", "", "is none that there is"},
      {role + "mfa_serial = x\ncredential_source = Environment\n", "", "sets mfa_serial"},
      {role + "duration_seconds = 1h\ncredential_source = Environment\n", "", "is no number"},
      {role + "source_profile = b\n[profile b]\nregion = a-1\n", "", "`b`, which a role names as its source_profile"},
      {role + "source_profile = b\n[profile b]\nrole_arn = r\nsource_profile = lake\n", "",
       "leads in a circle, back to `lake`"},
      {role + "source_profile = lake\n", "", "leads in a circle"},
      {"[profile lake]\nsso_account_id = 1\n", "", "sso_start_url is missing"},
      {"[profile lake]\nsso_session = my\nsso_account_id = 1\n", "", "an sso-session that is not there"},
      {"[profile lake]\nsso_session = my\nsso_account_id = 1\nsso_region = a-1\n[sso-session my]\nsso_region = "
       "b-1\nsso_start_url = u\n",
       "", "sso_region of the AWS profile `lake` is another than that"},
      {"[profile lake]\nweb_identity_token_file = /t\n", "", "and no role"},
  };
  for (auto const& c : cases) {
    EXPECT_NE(refusal(c.config, c.credentials).find(c.words), std::string::npos)
        << c.config << c.credentials << refusal(c.config, c.credentials);
  }
}

} // namespace
