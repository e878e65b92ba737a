// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_OPEN_IPP
#define COPYTO_STORE_IMPL_OPEN_IPP

#include <copyto/store/open.hpp>

#include <copyto/auth/assume_role.hpp>
#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/store/directory.hpp>
#include <copyto/store/s3.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace copyto {
namespace detail::opening {

using observer = std::function<void(http_exchange const&)>;
using transport = observed_transport<curl_transport>;

inline error wrong(std::string message, std::string advice) {
  return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

/// The first of these environment variables that is set and not empty.
inline std::string environment(std::initializer_list<char const*> names) {
  for (char const* name : names) {
    if (char const* value = std::getenv(name); value != nullptr && *value != '\0') {
      return value;
    }
  }
  return {};
}

/// "host" of "scheme://host[:port][/...]".
inline std::string_view host_of(std::string_view endpoint) {
  std::size_t const start = endpoint.find("://");
  endpoint = start == endpoint.npos ? endpoint : endpoint.substr(start + 3);
  return endpoint.substr(0, endpoint.find_first_of("/:"));
}

/// What answers at the target: `service` says it, or the URI's scheme, or the endpoint's host.
inline result<std::string_view> profile_of(store_target const& to, store_settings const& settings,
                                           std::string_view endpoint) {
  std::string_view const scheme = to.scheme;
  std::string_view const by_scheme = scheme == "gs" ? "gcs" : scheme == "r2" ? "r2" : "";
  if (settings.service.empty()) {
    return !by_scheme.empty() ? by_scheme : endpoint.empty() ? "aws" : service_at(host_of(endpoint));
  }
  if (!by_scheme.empty() && settings.service != by_scheme) {
    return wrong(fmt::format("{}:// and .service {} contradict each other", scheme, settings.service),
                 "leave .service out, or write s3://");
  }
  return std::string_view(settings.service);
}

/// An option that only another profile has is not ignored.
inline result<void> check_options(store_settings const& settings, std::string_view profile) {
  auto const only = [&](bool given, char const* option, std::string_view of) -> result<void> {
    if (given && profile != of) {
      return wrong(fmt::format("{} has no effect with the profile {}", option, profile), "leave it out");
    }
    return {};
  };
  for (result<void> const& checked :
       {only(!settings.account.empty(), ".account", "r2"), only(!settings.jurisdiction.empty(), ".jurisdiction", "r2"),
        only(settings.conditional_writes.has_value(), ".conditional_writes", "s3-compatible")}) {
    if (!checked) {
      return checked;
    }
  }
  return {};
}

/// What cannot be right whatever the profile says.
inline result<void> check_settings(store_settings const& given) {
  constexpr std::string_view services[] = {"", "aws", "gcs", "r2", "s3-compatible"};
  if (std::ranges::find(services, given.service) == std::end(services)) {
    return wrong(fmt::format("there is no profile `{}`", given.service), "choose aws, gcs, r2 or s3-compatible");
  }
  bool const no_role = given.role_arn.empty();
  for (auto const& [given_without, name] :
       {std::pair(no_role && !given.external_id.empty(), ".external_id"),
        {no_role && !given.role_session_name.empty(), ".role_session_name"},
        // The role may be the profile's.
        {no_role && given.aws_profile.empty() && !given.sts_endpoint.empty(), ".sts_endpoint"}}) {
    if (given_without) {
      return wrong(fmt::format("{} has no effect without .role_arn", name), "add it, or leave this out");
    }
  }
  return {};
}

/// The profile of a service, with bucket, region and endpoint; the flags come on top.
inline result<s3_service> make_service(std::string const& bucket, store_settings const& settings,
                                       std::string_view profile, std::string region, std::string endpoint) {
  if (profile == "aws") {
    if (region.empty()) {
      return wrong("the region of the bucket is not known", "give .region, or set AWS_REGION");
    }
    return static_cast<s3_service>(aws{.bucket = bucket, .region = std::move(region), .endpoint = std::move(endpoint)});
  }
  if (profile == "gcs") {
    gcs made{.bucket = bucket};
    if (!endpoint.empty()) {
      made.endpoint = std::move(endpoint);
    }
    return static_cast<s3_service>(made);
  }
  if (profile == "r2") {
    std::string account = settings.account.empty() ? environment({"CLOUDFLARE_ACCOUNT_ID"}) : settings.account;
    if (account.empty() && endpoint.empty()) {
      return wrong("the account of the bucket is not known",
                   "give .account, or set CLOUDFLARE_ACCOUNT_ID, or give .endpoint");
    }
    return static_cast<s3_service>(r2{.account = std::move(account),
                                      .bucket = bucket,
                                      .jurisdiction = settings.jurisdiction,
                                      .endpoint = std::move(endpoint)});
  }
  if (endpoint.empty()) {
    return wrong(fmt::format(".service {} needs an endpoint", profile), "give .endpoint, or set AWS_ENDPOINT_URL_S3");
  }
  s3_compatible made{.bucket = bucket, .endpoint = std::move(endpoint), .path_style = false};
  if (!region.empty()) {
    made.region = std::move(region);
  }
  if (settings.conditional_writes) {
    made.conditions = *settings.conditional_writes ? conditions::compare_and_swap : conditions::none;
  }
  return static_cast<s3_service>(made);
}

/// Keys of a profile, or those of the environment.
class chosen_keys {
public:
  static constexpr issuer issued_by = issuer::any;

  explicit chosen_keys(std::optional<aws_profile::keys> const& keys) {
    if (keys) {
      given_.emplace(keys->access_key_id, keys->secret_access_key.reveal(), keys->session_token.reveal());
    }
  }
  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop) const {
    return given_ ? given_->get(now, stop) : environment_keys().get(now, stop);
  }

private:
  std::optional<static_keys> given_;
};

/// A store on this service, once its options are checked.
template <class Credentials>
result<any_store> open_bucket(s3_service service, Credentials credentials, transport wire) {
  s3_store store(std::move(service), std::move(credentials), std::move(wire));
  if (result<void> checked = store.check(); !checked) {
    return checked.error().with([&](error_info& info) { info.code = errc::invalid_argument; });
  }
  return any_store(std::move(store));
}

/// The role that `role_arn` or the profile names, asked for by the profile's keys or the environment's.
inline result<any_store> open_with_role(s3_service service, store_settings const& settings, std::string const& region,
                                        bool amazon, chosen_keys keys, transport wire) {
  std::string const sts = settings.sts_endpoint.empty() ? environment({"AWS_ENDPOINT_URL_STS"}) : settings.sts_endpoint;
  if (sts.empty() && !amazon) {
    return wrong("it is not known who gives the role out", "give .sts_endpoint");
  }
  if (sts.starts_with("http://") && !settings.allow_http) {
    return wrong("the STS endpoint begins with http://, which is not encrypted",
                 "use https://, or set .allow_http to accept that anybody on the way may read the session's secrets");
  }
  assume_role role(std::move(keys),
                   {.role_arn = settings.role_arn,
                    .session_name = settings.role_session_name,
                    .external_id = settings.external_id,
                    .region = region,
                    .endpoint = sts,
                    .allow_http = settings.allow_http,
                    .limits = amazon ? aws_sts : any_sts},
                   wire);
  if (result<void> const checked = role.check(); !checked) {
    return checked.error();
  }
  return open_bucket(std::move(service), std::move(role), std::move(wire));
}

/// With what the named profile says, where the settings do not say it.
inline result<store_settings> with_connection(store_settings settings, aws_profile const& connection) {
  if (!connection.role_arn.empty() && !settings.role_arn.empty()) {
    return wrong(fmt::format(".role_arn and the AWS profile `{}` both name a role", settings.aws_profile),
                 "leave one of them out");
  }
  if (connection.role_arn.empty() && settings.role_arn.empty() && !settings.sts_endpoint.empty()) {
    return wrong(fmt::format(".sts_endpoint has no effect: the AWS profile `{}` has no role", settings.aws_profile),
                 "leave it out");
  }
  for (auto const& [ours, theirs] : {std::pair<std::string*, std::string const*>{&settings.region, &connection.region},
                                     {&settings.endpoint, &connection.endpoint},
                                     {&settings.role_arn, &connection.role_arn},
                                     {&settings.external_id, &connection.external_id},
                                     {&settings.role_session_name, &connection.role_session_name}}) {
    if (ours->empty()) {
      *ours = *theirs;
    }
  }
  return settings;
}

inline result<any_store> open_given(store_target const& to, store_settings const& given, observer tell) {
  if (result<void> const checked = check_settings(given); !checked) {
    return checked.error();
  }
  store_settings settings = given;
  aws_profile connection;
  if (!given.aws_profile.empty()) {
    result<aws_profile> read = read_aws_profile(given.aws_profile);
    if (!read) {
      return read.error();
    }
    connection = *std::move(read);
    result<store_settings> both = with_connection(given, connection);
    if (!both) {
      return both.error();
    }
    settings = *std::move(both);
  }
  // The variables are Amazon's: they name the endpoint of s3://.
  std::string const endpoint = settings.endpoint.empty() && to.scheme == "s3"
                                   ? environment({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"})
                                   : settings.endpoint;
  std::string const region =
      settings.region.empty() ? environment({"AWS_REGION", "AWS_DEFAULT_REGION"}) : settings.region;
  result<std::string_view> const profile = profile_of(to, settings, endpoint);
  if (!profile) {
    return profile.error();
  }
  if (result<void> const checked = check_options(settings, *profile); !checked) {
    return checked.error();
  }
  if (endpoint.starts_with("http://") && !settings.allow_http) {
    return wrong("the endpoint begins with http://, which is not encrypted",
                 "use https://, or set .allow_http to accept that anybody on the way may read and change the data");
  }
  result<s3_service> made = make_service(to.bucket, settings, *profile, region, endpoint);
  if (!made) {
    return made.error();
  }
  made->path_style = made->path_style || settings.path_style;
  made->allow_http = settings.allow_http;
  made->storage_class = settings.storage_class;
  transport wire(curl_transport({.ca_file = settings.ca_file, .proxy = settings.proxy}), std::move(tell));
  if (settings.role_arn.empty()) {
    return open_bucket(*std::move(made), chosen_keys(connection.own), std::move(wire));
  }
  if (*profile == "gcs" || *profile == "r2") {
    return wrong(fmt::format("there is no AssumeRole at the service of .service {}", *profile),
                 "leave the role out, and give keys of that service");
  }
  return open_with_role(*std::move(made), settings, region, *profile == "aws", chosen_keys(connection.own),
                        std::move(wire));
}

} // namespace detail::opening

COPYTO_COLD result<any_store> open_store(store_target const& to, store_settings const& settings,
                                         std::function<void(http_exchange const&)> tell) {
  if (to.is_bucket()) {
    return detail::opening::open_given(to, settings, std::move(tell));
  }
  if (settings != store_settings()) {
    return detail::opening::wrong(fmt::format("`{}` is a directory, and the settings are for buckets", to.text),
                                  "leave them out");
  }
  return any_store(directory_store(to.path));
}

} // namespace copyto

#endif
