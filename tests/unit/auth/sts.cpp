// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include <copyto/auth/sts.hpp>

#include <copyto/http/date.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {

using namespace copyto;
using namespace std::chrono_literals;

std::string const arn = "arn:aws:iam::123456789012:role/path/exporter";

assume_role_options good() { return {.role_arn = arn, .session_name = "nightly@host"}; }

/// The message with the advice, or nothing where the options are accepted.
std::string refusal(assume_role_options const& options, bool chained = false) {
  auto const checked = sts::check(options, chained);
  if (checked) {
    return "";
  }
  EXPECT_TRUE(checked.error().is(errc::invalid_argument));
  return checked.error().message();
}

/// Expects that a value is refused in the name of the option.
void expect_refused(std::string assume_role_options::*option, std::string_view name, std::string const& value) {
  assume_role_options options = good();
  options.*option = value;
  std::string const message = refusal(options);
  EXPECT_NE(message.find("the option \"" + std::string(name) + "\""), std::string::npos) << value << ": " << message;
}
void expect_accepted(std::string assume_role_options::*option, std::string const& value) {
  assume_role_options options = good();
  options.*option = value;
  EXPECT_EQ(refusal(options), "") << value;
}

TEST(sts_parameters, role_arn_is_the_arn_of_a_role_of_20_to_2048_characters) {
  auto const option = &assume_role_options::role_arn;
  for (std::string const& bad :
       {std::string(), std::string("exporter"), std::string("arn:aws:iam::1:role"), std::string("arn:aws:iam::1:role/"),
        std::string("arn:aws:iam::123456789012:user/exporter"), std::string("arn:aws:s3:::bucket/role/exporter"),
        std::string("arn::iam::123456789012:role/exporter"), std::string("arn:aws:iam::1234:role/ex porter"),
        std::string("arn:aws:iam::1234:role/exp\xc3\xb6rter"), std::string("ARN:aws:iam::123456789012:role/exporter"),
        std::string("arn:aws:iam::1:role/") + std::string(2029, 'x')}) {
    expect_refused(option, "role_arn", bad);
  }
  expect_accepted(option, "arn:aws:iam:::role/exporter");
  expect_accepted(option, "arn:aws:iam::1:role/x"); // 21
  expect_accepted(option, "arn:aws:iam::1:role/" + std::string(2028, 'x'));
  expect_accepted(option, "arn:aws-cn:iam::123456789012:role/exporter");
}

TEST(sts_parameters, session_name_has_2_to_64_characters_of_its_alphabet) {
  auto const option = &assume_role_options::session_name;
  for (std::string const& bad : {std::string("x"), std::string(65, 'x'), std::string("a b"), std::string("a/b"),
                                 std::string("a:b"), std::string("\xc3\xa4\xc3\xb6"), std::string("a\nb")}) {
    expect_refused(option, "session_name", bad);
  }
  expect_accepted(option, "aZ09_+=,.@-");
  expect_accepted(option, "xy");
  expect_accepted(option, std::string(64, 'x'));
}

TEST(sts_parameters, external_id_has_2_to_1224_characters_of_its_alphabet) {
  auto const option = &assume_role_options::external_id;
  for (std::string const& bad : {std::string("x"), std::string(1225, 'x'), std::string("a b"), std::string("a*b"),
                                 std::string("a%20b"), std::string("\xc3\xa4\xc3\xb6"), std::string("a\\b")}) {
    expect_refused(option, "external_id", bad);
  }
  expect_accepted(option, "aZ09_+=,.@:/-");
  expect_accepted(option, "mz_1234abcd-0000-0000-0000-000000000000_u123");
  expect_accepted(option, std::string(1224, 'x'));
}

TEST(sts_parameters, what_is_wrong_is_not_repeated) {
  assume_role_options options = good();
  options.external_id = "hunter2 hunter2";
  EXPECT_EQ(refusal(options).find("hunter2"), std::string::npos);
  options = good();
  options.endpoint = "https://user:hunter2@host";
  EXPECT_EQ(refusal(options).find("hunter2"), std::string::npos);
  options = good();
  options.role_arn = "hunter2hunter2hunter2hunter2";
  EXPECT_EQ(refusal(options).find("hunter2"), std::string::npos);
}

TEST(sts_parameters, duration_is_within_the_limits_of_the_service) {
  assume_role_options options = good();
  for (auto const duration : {899s, 43'201s, 0s, -1s}) {
    options.duration = duration;
    EXPECT_NE(refusal(options).find("the option \"duration\" is " + std::to_string(duration.count()) +
                                    " s; give 900 to 43200 s"),
              std::string::npos)
        << refusal(options);
  }
  for (auto const duration : {900s, 3600s, 43'200s}) {
    options.duration = duration;
    EXPECT_EQ(refusal(options), "");
  }
  options.limits = any_sts;
  options.duration = 1s;
  EXPECT_EQ(refusal(options), "");
  options.duration = 0s;
  EXPECT_NE(refusal(options), "");
}

TEST(sts_parameters, a_chained_role_has_one_hour) {
  assume_role_options options = good();
  options.duration = 3601s;
  EXPECT_EQ(refusal(options), "");
  EXPECT_NE(refusal(options, true).find("role chaining allows at most 3600 s"), std::string::npos);
  options.duration = 3600s;
  EXPECT_EQ(refusal(options, true), "");
}

TEST(sts_parameters, policy_has_2048_characters_of_utf_8) {
  auto const option = &assume_role_options::policy;
  std::string wide;
  for (int i = 0; i != 2048; ++i) {
    wide += "\xc3\xa4";
  }
  expect_accepted(option, std::string(2048, 'x'));
  expect_accepted(option, wide);
  expect_refused(option, "policy", std::string(2049, 'x'));
  expect_refused(option, "policy", "\xc3");
}

TEST(sts_parameters, tags_are_counted_in_characters) {
  auto const tagged = [](std::size_t name, std::size_t value) {
    assume_role_options options = good();
    std::string text;
    for (std::size_t i = 0; i != std::max(name, value); ++i) {
      text += "\xe6\x97\xa5"; // one character of three bytes
    }
    options.tags = {{text.substr(0, 3 * name), text.substr(0, 3 * value)}};
    return refusal(options);
  };
  EXPECT_EQ(tagged(128, 256), "");
  EXPECT_NE(tagged(129, 1).find("tags"), std::string::npos);
  EXPECT_NE(tagged(1, 257).find("tags"), std::string::npos);
}

TEST(sts_parameters, region_and_endpoint_can_be_right) {
  expect_refused(&assume_role_options::region, "region", "eu-west-1.evil.example/");
  expect_accepted(&assume_role_options::region, "eu-west-1");
  expect_refused(&assume_role_options::endpoint, "endpoint", "sts.example.com");
  expect_refused(&assume_role_options::endpoint, "endpoint", "http://sts.example.com");
  expect_accepted(&assume_role_options::endpoint, "https://sts.example.com:8443/sts");
  assume_role_options options = good();
  options.role_arn = "arn:aws-iso:iam::123456789012:role/exporter";
  EXPECT_NE(refusal(options).find("the option \"region\""), std::string::npos);
  options.region = "us-iso-east-1";
  EXPECT_EQ(refusal(options), "");
  options = good();
  options.endpoint = "http://127.0.0.1:7482";
  options.allow_http = true;
  EXPECT_EQ(refusal(options), "");
}

TEST(sts_request, goes_to_the_regions_own_endpoint) {
  assume_role_options options = good();
  EXPECT_EQ(url(sts::make_request(options)), "https://sts.us-east-1.amazonaws.com/");
  options.region = "eu-west-1";
  EXPECT_EQ(url(sts::make_request(options)), "https://sts.eu-west-1.amazonaws.com/");
  options.region = "cn-north-1";
  EXPECT_EQ(url(sts::make_request(options)), "https://sts.cn-north-1.amazonaws.com.cn/");
  options.region = "";
  options.role_arn = "arn:aws-cn:iam::123456789012:role/exporter";
  EXPECT_EQ(url(sts::make_request(options)), "https://sts.cn-north-1.amazonaws.com.cn/");
  options.role_arn = "arn:aws-us-gov:iam::123456789012:role/exporter";
  EXPECT_EQ(url(sts::make_request(options)), "https://sts.us-gov-west-1.amazonaws.com/");
}

TEST(sts_request, goes_to_validated_endpoints_where_it_is_told_to) {
  assume_role_options options = good();
  options.region = "eu-west-1";
  options.network = {.fips = true, .dual_stack = true};
  EXPECT_EQ(sts::make_request(options).host, "sts-fips.eu-west-1.api.aws");
  options.endpoint = "https://sts.example"; // named by the user
  EXPECT_EQ(sts::make_request(options).host, "sts.example");
}

TEST(sts_request, keeps_scheme_port_and_path_of_an_endpoint) {
  assume_role_options options = good();
  for (std::string const& endpoint : {std::string("https://sts.example.com:8443/a/b"),
                                      std::string("http://127.0.0.1:1/"), std::string("https://[::1]:9000/sts/")}) {
    options.endpoint = endpoint;
    EXPECT_EQ(url(sts::make_request(options)), endpoint);
  }
  options.endpoint = "https://sts.example.com";
  EXPECT_EQ(url(sts::make_request(options)), "https://sts.example.com/");
}

TEST(sts_request, is_a_form_with_each_parameter_encoded_once) {
  assume_role_options options = good();
  EXPECT_EQ(sts::form(options), "Action=AssumeRole&Version=2011-06-15"
                                "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2Fexporter"
                                "&RoleSessionName=nightly%40host&DurationSeconds=3600");
  options.external_id = "a+b/c:1";
  options.duration = 900s;
  options.policy = R"({"Version": "2012-10-17"})";
  auto const r = sts::make_request(options);
  EXPECT_EQ(r.method, "POST");
  EXPECT_EQ(as_text(r.content()),
            "Action=AssumeRole&Version=2011-06-15"
            "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2Fexporter&RoleSessionName=nightly%40host"
            "&ExternalId=a%2Bb%2Fc%3A1&DurationSeconds=900&Policy=%7B%22Version%22%3A%20%222012-10-17%22%7D");
  EXPECT_EQ(find_header(r.headers, "content-type"), "application/x-www-form-urlencoded; charset=utf-8");
}

// The signatures are botocore's, of the same form.
TEST(sts_request, is_signed_for_the_service_sts_as_botocore_does) {
  assume_role_options options = good();
  options.external_id = "a+b/c:1";
  options.duration = 900s;
  options.policy = R"({"Version": "2012-10-17"})";
  options.region = "eu-west-1";
  credentials who{.access_key_id = "AKIDEXAMPLE", .secret_key = secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
  utc_time const time = parse_iso_time("2015-08-30T12:36:00Z").value();
  request r = sts::make_request(options);
  sts::sign(r, who, sts::region_of(options), time);
  EXPECT_EQ(find_header(r.headers, "authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/sts/aws4_request,"
            "SignedHeaders=content-type;host;x-amz-date,"
            "Signature=4ff608cd03e690354c2adb42a28e27612ae53df29ddfa5421d1ffb170e40bdb1");
  EXPECT_FALSE(find_header(r.headers, "x-amz-content-sha256"));

  options.region = "cn-north-1";
  who.session_token = secret("a-token");
  r = sts::make_request(options);
  sts::sign(r, who, sts::region_of(options), time);
  EXPECT_EQ(find_header(r.headers, "authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/cn-north-1/sts/aws4_request,"
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,"
            "Signature=60eac66374f82573856652db995193d9565953701d65949ac2136ede9e957dab");
}

std::string const session =
    R"(<?xml version="1.0"?><AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>se/cr+et</SecretAccessKey>
  <SessionToken>to&#43;ken==</SessionToken><Expiration>2026-11-20T12:00:00.123456789Z</Expiration></Credentials>
  </AssumeRoleResult></AssumeRoleResponse>)";

TEST(sts_answer, holds_a_session_with_its_end) {
  response answer{.status = 200, .body = session};
  auto const got = sts::read_session(answer);
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(got->access_key_id, "ASIA1");
  EXPECT_EQ(got->secret_key.reveal(), "se/cr+et");
  EXPECT_EQ(got->session_token.reveal(), "to+ken==");
  EXPECT_EQ(got->expiry, parse_iso_time("2026-11-20T12:00:00.123456Z"));
  EXPECT_EQ(answer.body, std::string(session.size(), '\0')) << "the secrets are wiped";
}

TEST(sts_answer, is_refused_unless_it_is_whole) {
  std::string no_token = session, no_end = session, bad_end = session, other = session;
  no_token.replace(no_token.find("to&#43;ken=="), 12, "");
  no_end.replace(no_end.find("2026-"), 30, "");
  bad_end.replace(bad_end.find("2026-"), 30, "tomorrow");
  while (other.find("AssumeRoleR") != std::string::npos) {
    other.replace(other.find("AssumeRoleR"), 11, "GetCallerIdentityR");
  }
  for (std::string const& body :
       {std::string(), std::string("<html><body>Welcome</body></html>"), std::string("{}"), std::string("<html><br>"),
        session.substr(0, session.size() - 30), no_token, no_end, bad_end, other}) {
    response answer{.status = 200, .body = body};
    auto const got = sts::read_session(answer);
    ASSERT_FALSE(got) << body;
    EXPECT_TRUE(got.error().is(errc::bad_answer));
    EXPECT_NE(got.error().message().find("check the STS endpoint"), std::string::npos);
    EXPECT_EQ(got.error().message().find("se/cr+et"), std::string::npos);
    EXPECT_EQ(answer.body, std::string(body.size(), '\0')) << "also a part of a session is wiped";
  }
}

} // namespace
