// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_INSTANCE_IPP
#define COPYTO_AUTH_IMPL_INSTANCE_IPP

#include <copyto/auth/instance.hpp>

#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/auth/detail/json_set.hpp>
#include <copyto/core/detail/environment.hpp>

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>

namespace copyto::detail {

inline constexpr std::string_view instance_service = "the instance metadata service";

/// A question has three requests: a token, the name of the role, its keys.
class instance_source final : public fetched_source {
public:
  instance_source(instance_options options, provider_io_ptr io)
      : fetched_source(instance_service, std::move(io)), options_(std::move(options)) {}

private:
  result<credentials> fetch(std::stop_token const& stop) override {
    if (boost::algorithm::iequals(environment("AWS_EC2_METADATA_DISABLED"), "true")) {
      return error({.code = errc::bad_credentials,
                    .message = fmt::format("{} is not asked: AWS_EC2_METADATA_DISABLED is set", instance_service),
                    .advice = "unset it on an EC2 instance"});
    }
    std::optional<request> const at = request_to(endpoint());
    if (!at) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the endpoint of {} is no URL", instance_service),
                    .advice = "write it as http://host[:port]"});
    }
    result<secret> const token = session_token(*at, stop);
    if (!token) {
      return token.error();
    }
    constexpr std::string_view roles = "latest/meta-data/iam/security-credentials/";
    result<response> named = ask(*at, roles, *token, "attach an IAM role to this instance", stop);
    if (!named) {
      return named.error();
    }
    std::string role = boost::algorithm::trim_copy(named->body.substr(0, named->body.find('\n')));
    if (role.empty() || role.size() > 128 || role.find_first_of("<> /?#\t\r") != role.npos) {
      return bad_answer(role.empty() ? "it names no role" : "what answers is no such service", named->status);
    }
    result<response> keys = ask(*at, fmt::format("{}{}", roles, role), *token, "check the role of this instance", stop);
    if (!keys) {
      return keys.error();
    }
    std::optional<json_members> const members = read_json_members(keys->body);
    if (!members) {
      return bad_answer("its answer is no JSON", keys->status);
    }
    std::string_view const code = member(*members, "Code");
    if (!code.empty() && code != "Success") { // e.g. AssumeRoleUnauthorizedAccess, with status 200
      return error({.code = errc::bad_credentials,
                    .message = fmt::format("{} has no keys for the role {}", instance_service, role),
                    .service_code = std::string(code.substr(0, 100)),
                    .advice = "check that EC2 may assume the role, by its trust policy"});
    }
    result<credentials> set = read_json_set(*members, {});
    return set && set->expiry ? std::move(set)
                              : bad_answer(set ? "Expiration is missing" : set.error()->message, keys->status);
  }

  [[nodiscard]] std::string endpoint() const {
    if (!options_.endpoint.empty()) {
      return options_.endpoint;
    }
    if (std::string_view const named = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"); !named.empty()) {
      return std::string(named);
    }
    bool const ipv6 = boost::algorithm::iequals(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"), "ipv6");
    return ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }

  [[nodiscard]] request to(request const& at, std::string_view path) const {
    request r = at;
    r.path += r.path.ends_with('/') ? "" : "/";
    r.path += path;
    r.patience = {
        .connect = options_.patience, .low_speed_time = 2 * options_.patience, .whole = 3 * options_.patience};
    return r;
  }

  /// Empty: it has none to give, and is asked without.
  result<secret> session_token(request const& at, std::stop_token const& stop) {
    request r = to(at, "latest/api/token");
    r.method = "PUT";
    r.headers = {{.name = "x-aws-ec2-metadata-token-ttl-seconds", .value = "300"}};
    metadata_question const how = {
        .what = instance_service,
        .advice = "it gives no session token (IMDSv2); set .allow_v1 to ask without one",
        .remedy = "it is there on EC2 instances only; in a container raise the instance's hop limit to 2",
        .attempts = 2};
    result<response> answer = ask_metadata(io(), std::move(r), how, stop);
    if (!answer) {
      int const status = answer.error()->http_status;
      bool const has_none = status == 403 || status == 404 || status == 405;
      return has_none && options_.allow_v1 ? result<secret>(secret()) : answer.error();
    }
    secret token(boost::algorithm::trim_copy(answer->body));
    secret::wipe(answer->body.data(), answer->body.size());
    bool const is_word = !token.empty() && token.reveal().find_first_of("<> \t\r\n") == std::string_view::npos;
    return is_word ? result<secret>(std::move(token)) : bad_answer("what answers is no such service", answer->status);
  }

  result<response> ask(request const& at, std::string_view path, secret const& token, std::string_view advice,
                       std::stop_token const& stop) {
    request r = to(at, path);
    if (!token.empty()) {
      r.headers = {{.name = "x-aws-ec2-metadata-token", .value = std::string(token.reveal()), .sensitive = true}};
    }
    return ask_metadata(io(), std::move(r), {.what = instance_service, .advice = advice}, stop);
  }

  [[nodiscard]] static error bad_answer(std::string_view why, int status) {
    return error({.code = errc::bad_answer,
                  .message = fmt::format("{} gave no credentials: {}", instance_service, why),
                  .http_status = status,
                  .advice = "check what answers at its address, and the role of this instance"});
  }

  instance_options options_;
};

COPYTO_COLD credential_source_ptr make_instance_source(instance_options options, provider_io_ptr io) {
  return std::make_shared<instance_source>(std::move(options), std::move(io));
}

} // namespace copyto::detail

#endif
