// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_SSO_IPP
#define COPYTO_AUTH_IMPL_SSO_IPP

#include <copyto/auth/sso.hpp>

#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/auth/detail/json_set.hpp>
#include <copyto/auth/detail/secret_file.hpp>
#include <copyto/auth/digest.hpp>
#include <copyto/core/detail/environment.hpp>

#include <fmt/format.h>

namespace copyto::detail {

inline constexpr std::string_view sso_service = "AWS SSO";

class sso_source final : public fetched_source {
public:
  sso_source(sso_options options, provider_io_ptr io)
      : fetched_source(sso_service, std::move(io)), options_(std::move(options)) {}

private:
  result<credentials> fetch(std::stop_token const& stop) override {
    for (auto const& [given, name] : {std::pair(&options_.start_url, "sso_start_url"),
                                      {&options_.account_id, "sso_account_id"},
                                      {&options_.role_name, "sso_role_name"}}) {
      if (given->empty()) {
        return wrong(fmt::format("{} needs {}", sso_service, name), "add it to the profile");
      }
    }
    if (!is_region_name(options_.region)) {
      return wrong(fmt::format("{} needs sso_region, the name of a region", sso_service), "correct the profile");
    }
    std::string const named(environment("AWS_ENDPOINT_URL_SSO"));
    std::optional<request> r =
        request_to(!options_.endpoint.empty() ? options_.endpoint
                   : !named.empty()           ? named
                                              : aws_endpoint("portal.sso", options_.region, options_.network));
    if (!r || (r->scheme != "https" && !options_.allow_http)) {
      return wrong(fmt::format("the endpoint of {} {}", sso_service, r ? "is not encrypted" : "is no URL"),
                   "use https://, or set .allow_http to accept that anybody on the way may read the credentials");
    }
    result<secret> const token = access_token();
    if (!token) {
      return token.error();
    }
    r->path += r->path.ends_with('/') ? "federation/credentials" : "/federation/credentials";
    r->query = {{.name = "role_name", .value = options_.role_name},
                {.name = "account_id", .value = options_.account_id}};
    r->headers = {{.name = "x-amz-sso_bearer_token", .value = std::string(token->reveal()), .sensitive = true}};
    r->patience = {.low_speed_time = std::chrono::seconds(20), .whole = std::chrono::seconds(60)};
    metadata_question const how = {.what = sso_service,
                                   .advice =
                                       "sign in again by `aws sso login`; if that does not help, check that you may "
                                       "use this role of this account",
                                   .remedy = "check sso_region and the network",
                                   .proxy = true};
    result<response> answer = ask_metadata(io(), *std::move(r), how, stop);
    if (!answer) {
      return answer.error();
    }
    std::optional<json_members> const members = read_json_members(answer->body);
    result<credentials> set = members ? read_json_set(*members, {.id = "roleCredentials/accessKeyId",
                                                                 .secret_key = "roleCredentials/secretAccessKey",
                                                                 .session_token = "roleCredentials/sessionToken",
                                                                 .expiry = "roleCredentials/expiration"})
                                      : error({.code = errc::bad_answer, .message = "its answer is no JSON"});
    if (!set) {
      return error({.code = errc::bad_answer,
                    .message = fmt::format("{} gave no credentials: {}", sso_service, set.error()->message),
                    .http_status = answer->status,
                    .advice = "check sso_region, and that no proxy answers in its place"});
    }
    return set;
  }

  /// The token that `aws sso login` has put into its cache.
  [[nodiscard]] result<secret> access_token() {
    std::string_view const name = options_.session.empty() ? options_.start_url : options_.session;
    std::string const directory =
        options_.cache.empty() ? fmt::format("{}/.aws/sso/cache", environment("HOME")) : options_.cache;
    std::string const path = fmt::format("{}/{}.json", directory, hex(sha1(as_bytes(name))));
    std::string const advice = options_.session.empty()
                                   ? "sign in by `aws sso login`"
                                   : fmt::format("sign in by `aws sso login --sso-session {}`", options_.session);
    auto const bad = [&](std::string_view why) {
      return error({.code = errc::bad_credentials,
                    .message = fmt::format("the token of {} in {} {}", sso_service, path, why),
                    .advice = advice});
    };
    result<secret> const file = read_secret_file(path, "the token of AWS SSO");
    if (!file) {
      return file.error().with([&](error_info& info) { info.advice = advice; });
    }
    std::string text(file->reveal());
    std::optional<json_members> const members = read_json_members(text);
    std::string_view const token = members ? member(*members, "accessToken") : std::string_view();
    if (token.empty() || token.find_first_of(" \t\r\n") != token.npos) {
      return bad("cannot be read");
    }
    std::optional<utc_time> const expiry = read_json_time(member(*members, "expiresAt"));
    if (!expiry || *expiry <= io().now()) {
      return bad(expiry ? "has ended" : "does not say when it ends");
    }
    return secret(token);
  }

  [[nodiscard]] static error wrong(std::string message, std::string advice) {
    return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
  }

  sso_options options_;
};

COPYTO_COLD credential_source_ptr make_sso_source(sso_options options, provider_io_ptr io) {
  return std::make_shared<sso_source>(std::move(options), std::move(io));
}

} // namespace copyto::detail

#endif
