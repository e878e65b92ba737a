// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_CONTAINER_IPP
#define COPYTO_AUTH_IMPL_CONTAINER_IPP

#include <copyto/auth/container.hpp>

#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/auth/detail/json_set.hpp>
#include <copyto/auth/detail/secret_file.hpp>
#include <copyto/core/detail/environment.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace copyto::detail {

inline constexpr std::string_view container_service = "the container credentials service";

/// Whether the token may go there: over TLS, or not off this host.
COPYTO_COLD bool is_container_host(request const& r) {
  std::string_view const host = r.host;
  constexpr std::string_view known[] = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"};
  bool const loopback = host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos &&
                        std::ranges::count(host, '.') == 3;
  return r.scheme == "https" || loopback || std::ranges::find(known, host) != std::end(known);
}

class container_source final : public fetched_source {
public:
  explicit container_source(provider_io_ptr io) : fetched_source(container_service, std::move(io)) {}

private:
  result<credentials> fetch(std::stop_token const& stop) override {
    std::string_view const relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    std::string_view const full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative.empty() && full.empty()) {
      return error({.code = errc::bad_credentials,
                    .message = fmt::format("{} is not asked: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
                                           "AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
                                           container_service),
                    .advice = "give the task or pod a role"});
    }
    std::optional<request> r =
        request_to(relative.empty() ? std::string(full) : fmt::format("http://169.254.170.2{}", relative));
    if (!r || (!relative.empty() && !relative.starts_with('/')) || !is_container_host(*r)) {
      return error({.code = errc::invalid_argument,
                    .message = fmt::format("the container credentials URI {}",
                                           r ? "is of a host that it may not name" : "is no URL"),
                    .advice = "use https, or an address of this machine, 169.254.170.2, 169.254.170.23 or "
                              "[fd00:ec2::23]"});
    }
    result<secret> const token = authorization();
    if (!token) {
      return token.error();
    }
    r->headers = {{.name = "Accept", .value = "application/json"}};
    if (!token->empty()) {
      r->headers.push_back({.name = "Authorization", .value = std::string(token->reveal()), .sensitive = true});
    }
    r->patience = {.connect = std::chrono::seconds(2),
                   .low_speed_time = std::chrono::seconds(3),
                   .whole = std::chrono::seconds(4)};
    metadata_question const how = {.what = container_service,
                                   .advice = "check the role of the task or pod, and the authorization token",
                                   .remedy = "check that the task or pod has a role, and the agent of it runs"};
    result<response> answer = ask_metadata(io(), *std::move(r), how, stop);
    if (!answer) {
      return answer.error();
    }
    auto const bad = [&](std::string_view why) {
      return error({.code = errc::bad_answer,
                    .message = fmt::format("{} gave no credentials: {}", container_service, why),
                    .http_status = answer->status,
                    .advice = "check what answers at its address, and the role of the task or pod"});
    };
    std::optional<json_members> const members = read_json_members(answer->body);
    if (!members) {
      return bad("its answer is no JSON");
    }
    result<credentials> set = read_json_set(*members, {});
    return set ? std::move(set) : bad(set.error()->message);
  }

  [[nodiscard]] static result<secret> authorization() {
    std::string_view const file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    result<secret> token = file.empty() ? result<secret>(secret(environment("AWS_CONTAINER_AUTHORIZATION_TOKEN")))
                                        : read_secret_file(std::string(file), "the container authorization token file");
    if (token && token->reveal().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return error({.code = errc::invalid_argument,
                    .message = "the container authorization token holds a line end, which no header can",
                    .advice = "check AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that is named instead"});
    }
    return token;
  }
};

COPYTO_COLD credential_source_ptr make_container_source(provider_io_ptr io) {
  return std::make_shared<container_source>(std::move(io));
}

} // namespace copyto::detail

#endif
