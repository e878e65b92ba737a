// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// identities WHAT: what credentials this environment has, as identities.py compares them with botocore's. WHAT: chain, or
// profile:NAME. With IDENTITIES_WIRE=record nothing is sent: each request is printed, and answered here.
#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/default_chain.hpp>
#include <copyto/auth/profile.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace copyto;

/// "%2F" and "+" of a form.
std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

void print_form(std::string_view form) {
  std::vector<std::string> lines;
  while (!form.empty()) {
    std::string_view const item = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(item.size() + 1, form.size()));
    std::string const name = decoded(item.substr(0, item.find('=')));
    std::string const value = decoded(item.substr(item.find('=') + 1));
    if (name != "Version" && (name != "RoleSessionName" || !value.starts_with("copyto-"))) {
      lines.push_back(fmt::format("form {}={}", name, value));
    }
  }
  std::ranges::sort(lines);
  for (std::string const& line : lines) {
    fmt::print("{}\n", line);
  }
}

/// Prints what it is asked, and answers as STS and SSO do.
class recorded {
public:
  result<response> perform(request const& r, std::stop_token const&) {
    int const n = ++*requests_;
    std::string const signature(find_header(r.headers, "Authorization").value_or(""));
    std::size_t const id = signature.find("Credential=");
    std::string const who = id == signature.npos ? "-" : signature.substr(id + 11, signature.find('/', id) - id - 11);
    std::string const query = encoded_query(r);
    fmt::print("request {} {}://{}{}{} key={}\n", r.method, r.scheme, authority(r), encoded_path(r),
               query.empty() ? "" : "?" + query, who);
    if (auto const token = find_header(r.headers, "x-amz-sso_bearer_token")) {
      fmt::print("header x-amz-sso_bearer_token={}\n", *token);
    }
    print_form(as_text(r.content()));
    auto const end = std::chrono::system_clock::now() + std::chrono::hours(1);
    if (r.method == "POST" && as_text(r.content()).find("Action=AssumeRole") != std::string_view::npos) {
      bool const web = as_text(r.content()).find("Action=AssumeRoleWithWebIdentity") != std::string_view::npos;
      return response{
          .status = 200,
          .body = fmt::format("<{0}Response><{0}Result><Credentials><AccessKeyId>ASIA{1:016}</AccessKeyId>"
                              "<SecretAccessKey>secret-{1}</SecretAccessKey><SessionToken>token-{1}</SessionToken>"
                              "<Expiration>{2:%Y-%m-%dT%H:%M:%S}Z</Expiration></Credentials></{0}Result></{0}Response>",
                              web ? "AssumeRoleWithWebIdentity" : "AssumeRole", n,
                              std::chrono::time_point_cast<std::chrono::seconds>(end))};
    }
    if (r.method == "GET" && r.host.starts_with("portal.sso.")) {
      return response{.status = 200,
                      .body = fmt::format(
                          R"({{"roleCredentials":{{"accessKeyId":"ASIA{0:016}","secretAccessKey":"secret-{0}",)"
                          R"("sessionToken":"token-{0}","expiration":{1}}}}})",
                          n, std::chrono::duration_cast<std::chrono::milliseconds>(end.time_since_epoch()).count())};
    }
    return error({.code = errc::unreachable, .message = "connection refused"});
  }

private:
  std::shared_ptr<int> requests_ = std::make_shared<int>(0);
};

template <class Provider>
int print_credentials(Provider who) {
  result<credentials> const got = who.get(system_clock().now(), {});
  if (!got) {
    std::string text = got.error().message();
    std::ranges::replace(text, '\n', ' ');
    fmt::print("error {}\n", text);
    return 1;
  }
  fmt::print("keys {} {} {}\n", got->access_key_id, got->secret_key.reveal(),
             got->session_token.empty() ? "-" : got->session_token.reveal());
  return 0;
}

template <class Http>
int run(std::string_view what, Http http) {
  std::string const name(what.starts_with("profile:") ? what.substr(8) : "");
  result<aws_profile> const profile = what == "chain" ? read_current_aws_profile() : read_aws_profile(name);
  if (profile) {
    fmt::print("region {}\nendpoint {}\n", profile->region.empty() ? "-" : profile->region,
               profile->endpoint.empty() ? "-" : profile->endpoint);
  }
  return what == "chain" ? print_credentials(default_chain(std::move(http)))
                         : print_credentials(profile_credentials(name, std::move(http)));
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "identities WHAT\n");
    return 2;
  }
  char const* const wire = std::getenv("IDENTITIES_WIRE");
  return wire != nullptr && std::string_view(wire) == "record" ? run(argv[1], recorded())
                                                               : run(argv[1], curl_transport());
}
