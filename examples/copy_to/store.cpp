// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "store.hpp"

#include <copyto/s3.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <initializer_list>
#include <string_view>

namespace copy_to {
namespace {

copyto::error usage(std::string message, std::string advice) {
  return copyto::error(
      {.code = copyto::errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

/// The first of these environment variables that is set and not empty.
std::string environment(std::initializer_list<char const*> names) {
  for (char const* name : names) {
    if (char const* value = std::getenv(name); value != nullptr && *value != '\0') {
      return value;
    }
  }
  return {};
}

/// "host" of "scheme://host[:port][/...]".
std::string_view host_of(std::string_view endpoint) {
  std::size_t const start = endpoint.find("://");
  endpoint = start == endpoint.npos ? endpoint : endpoint.substr(start + 3);
  return endpoint.substr(0, endpoint.find_first_of("/:"));
}

std::string_view guess_profile(std::string_view endpoint) {
  std::string_view const host = host_of(endpoint);
  if (endpoint.empty() || host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")) {
    return "aws";
  }
  if (host.ends_with(".r2.cloudflarestorage.com")) {
    return "r2";
  }
  return host == "storage.googleapis.com" ? "gcs" : "s3-compatible";
}

/// The profile of a service, with bucket, region and endpoint; the flags come on top.
copyto::result<copyto::s3_service> make_service(std::string_view profile, std::string const& bucket, std::string region,
                                                std::string endpoint) {
  if (profile == "aws") {
    if (region.empty()) {
      return usage("the region of the bucket is not known", "give --region, or set AWS_REGION");
    }
    return static_cast<copyto::s3_service>(
        copyto::aws{.bucket = bucket, .region = std::move(region), .endpoint = std::move(endpoint)});
  }
  if (profile == "gcs") {
    copyto::gcs made{.bucket = bucket};
    if (!endpoint.empty()) {
      made.endpoint = std::move(endpoint);
    }
    return static_cast<copyto::s3_service>(made);
  }
  if (endpoint.empty()) {
    return usage(fmt::format("--profile {} needs an endpoint", profile), "give --endpoint, or set AWS_ENDPOINT_URL_S3");
  }
  if (profile == "r2") {
    // The account is the first label of the endpoint, which is known already.
    copyto::s3_service made = copyto::r2{.account = "account", .bucket = bucket};
    made.endpoint = std::move(endpoint);
    return made;
  }
  copyto::s3_compatible made{.bucket = bucket, .endpoint = std::move(endpoint), .path_style = false};
  if (!region.empty()) {
    made.region = std::move(region);
  }
  return static_cast<copyto::s3_service>(made);
}

/// A store on this service, once its options are checked.
template <class Credentials>
copyto::result<copyto::any_store> open_bucket(copyto::s3_service service, Credentials credentials,
                                              copyto::curl_transport transport) {
  copyto::s3_store store(std::move(service), std::move(credentials), std::move(transport));
  if (copyto::result<void> checked = store.check(); !checked) {
    // The advice speaks to programmers.
    return checked.error().with([&](copyto::error_info& info) {
      info.code = copyto::errc::invalid_argument;
      info.advice = "check the URI, --endpoint and --region";
    });
  }
  return copyto::any_store(std::move(store));
}

/// The role that --assume-role-arn names, asked for by the credentials of the environment.
copyto::result<copyto::any_store> open_with_role(copyto::s3_service service, store_arguments const& arguments,
                                                 std::string const& region, bool amazon,
                                                 copyto::curl_transport transport) {
  std::string const sts =
      arguments.sts_endpoint.empty() ? environment({"AWS_ENDPOINT_URL_STS"}) : arguments.sts_endpoint;
  if (sts.empty() && !amazon) {
    return usage("--assume-role-arn needs to know who gives the role out", "give --sts-endpoint");
  }
  if (sts.starts_with("http://") && !arguments.allow_http) {
    return usage("the STS endpoint begins with http://, which is not encrypted",
                 "use https://, or add --allow-http to accept that anybody on the way may read the session's secrets");
  }
  copyto::assume_role role(copyto::environment_keys{},
                           {.role_arn = arguments.role_arn,
                            .session_name = arguments.role_session_name,
                            .external_id = arguments.external_id,
                            .region = region,
                            .endpoint = sts,
                            .allow_http = arguments.allow_http,
                            .limits = amazon ? copyto::aws_sts : copyto::any_sts},
                           transport);
  if (copyto::result<void> const checked = role.check(); !checked) {
    return checked.error();
  }
  return open_bucket(std::move(service), std::move(role), std::move(transport));
}

copyto::result<copyto::any_store> make_bucket(store_arguments const& arguments) {
  std::string const endpoint =
      arguments.endpoint.empty() ? environment({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) : arguments.endpoint;
  std::string const region =
      arguments.region.empty() ? environment({"AWS_REGION", "AWS_DEFAULT_REGION"}) : arguments.region;
  std::string_view const profile =
      arguments.profile.empty() ? guess_profile(endpoint) : std::string_view(arguments.profile);
  if (endpoint.starts_with("http://") && !arguments.allow_http) {
    return usage("the endpoint begins with http://, which is not encrypted",
                 "use https://, or add --allow-http to accept that anybody on the way may read and change the data");
  }
  copyto::result<copyto::s3_service> made = make_service(profile, arguments.to.bucket, region, endpoint);
  if (!made) {
    return made.error();
  }
  made->path_style = made->path_style || arguments.path_style;
  made->allow_http = arguments.allow_http;
  copyto::curl_transport transport(copyto::curl_options{.ca_file = arguments.ca_file});
  if (arguments.role_arn.empty()) {
    return open_bucket(*std::move(made), copyto::environment_keys{}, std::move(transport));
  }
  if (profile == "gcs" || profile == "r2") {
    return usage(fmt::format("there is no AssumeRole at the service of --profile {}", profile),
                 "leave --assume-role-arn out, and give keys of that service");
  }
  return open_with_role(*std::move(made), arguments, region, profile == "aws", std::move(transport));
}

} // namespace

copyto::result<copyto::any_store> make_store(store_arguments const& arguments) {
  if (arguments.to.is_s3) {
    return make_bucket(arguments);
  }
  return copyto::any_store(copyto::directory_store(arguments.to.path));
}

} // namespace copy_to
