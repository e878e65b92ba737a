// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_WAY_IPP
#define COPYTO_STORE_IMPL_WAY_IPP

#include <copyto/store/detail/way.hpp>

#include <copyto/auth/any.hpp>
#include <copyto/auth/assume_role.hpp>
#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/container.hpp>
#include <copyto/auth/default_chain.hpp>
#include <copyto/auth/detail/resolved_source.hpp>
#include <copyto/auth/google.hpp>
#include <copyto/auth/instance.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/auth/web_identity.hpp>
#include <copyto/core/ascii.hpp>
#include <copyto/core/detail/environment.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/store/s3.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

namespace copyto::detail {
namespace opening {

inline error wrong(std::string message, std::string advice) {
  return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
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
       {only(settings.fips, ".fips", "aws"), only(settings.dual_stack, ".dual_stack", "aws"),
        only(settings.accelerate, ".accelerate", "aws"), only(!settings.account.empty(), ".account", "r2"),
        only(!settings.jurisdiction.empty(), ".jurisdiction", "r2"),
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
  constexpr std::string_view kinds[] = {"",          "chain",    "environment", "web-identity",
                                        "container", "instance", "process",     "service-account"};
  bool const by_profile = given.credentials.starts_with("profile:") && given.credentials.size() > 8;
  if (!by_profile && std::ranges::find(kinds, given.credentials) == std::end(kinds)) {
    return wrong(
        fmt::format("there are no credentials `{}`", given.credentials),
        "choose chain, environment, profile:NAME, web-identity, container, instance, process or service-account");
  }
  if (!given.aws_profile.empty() && !given.credentials.empty() && given.credentials != "process") {
    return wrong(".aws_profile and .credentials both say where credentials come from", "leave one of them out");
  }
  bool const no_role = given.role_arn.empty();
  for (auto const& [given_without, name] :
       {std::pair(no_role && !given.external_id.empty(), ".external_id"),
        {no_role && !given.role_session_name.empty(), ".role_session_name"},
        // The role may be the profile's.
        {no_role && given.aws_profile.empty() && given.credentials.empty() && !given.sts_endpoint.empty(),
         ".sts_endpoint"}}) {
    if (given_without) {
      return wrong(fmt::format("{} has no effect without .role_arn", name), "add it, or leave this out");
    }
  }
  return {};
}

/// The profile of a service, with bucket, region and endpoint; the flags come on top.
inline result<s3_service> make_service(std::string const& bucket, store_settings const& settings,
                                       std::string_view profile, std::string region, std::string endpoint,
                                       aws_network network) {
  if (profile == "aws") {
    if (region.empty() && !bucket.starts_with("arn:")) {
      return wrong("the region of the bucket is not known", "give .region, or set AWS_REGION");
    }
    return static_cast<s3_service>(aws{.bucket = bucket,
                                       .region = std::move(region),
                                       .endpoint = std::move(endpoint),
                                       .path_style = settings.path_style,
                                       .fips = network.fips,
                                       .dual_stack = network.dual_stack,
                                       .accelerate = settings.accelerate});
  }
  if (profile == "gcs") {
    gcs made{.bucket = bucket};
    if (!endpoint.empty()) {
      made.endpoint = std::move(endpoint);
    }
    return static_cast<s3_service>(made);
  }
  if (profile == "r2") {
    std::string account =
        settings.account.empty() ? std::string(environment("CLOUDFLARE_ACCOUNT_ID")) : settings.account;
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

/// What cannot be right about the STS endpoint, where there is a role.
inline result<void> check_sts(store_way const& w) {
  std::string const sts = w.roles().endpoint;
  if (sts.empty() && !w.amazon()) {
    return wrong("it is not known who gives the role out", "give .sts_endpoint");
  }
  if (sts.starts_with("http://") && !w.settings.allow_http) {
    return wrong("the STS endpoint begins with http://, which is not encrypted",
                 "use https://, or set .allow_http to accept that anybody on the way may read the session's secrets");
  }
  return {};
}

/// `without_role`: what its last role is asked for by.
inline result<any_credentials> of_profile(store_way const& w, bool without_role) {
  if (!w.profile.has_credentials()) {
    return wrong(fmt::format("the AWS profile `{}` has no credentials", w.profile.name),
                 "add keys, a role, a web identity, single sign-on or a credential_process");
  }
  if (!w.profile.roles.empty() || std::holds_alternative<web_identity_options>(w.profile.base)) {
    if (result<void> const checked = check_sts(w); !checked) {
      return checked.error();
    }
  }
  aws_profile profile = w.profile;
  if (without_role && !profile.roles.empty()) {
    profile.roles.pop_back();
  }
  result<resolved_source::found> found = source_of_profile(profile, w.roles(), w.io);
  return found ? result<any_credentials>(any_credentials(std::move(found->source))) : found.error();
}

/// "service-account", "instance", or "chain": the first of a key file, a key in the environment and the metadata server.
inline any_credentials google_credentials(store_way const& w, std::string_view kind) {
  bool const chain = kind == "chain";
  if (kind == "service-account" || (chain && !environment("GOOGLE_APPLICATION_CREDENTIALS").empty())) {
    return any_credentials(make_google_account_source({}, w.io));
  }
  return chain && !environment("AWS_ACCESS_KEY_ID").empty() ? any_credentials(environment_keys())
                                                            : any_credentials(make_google_metadata_source(w.io));
}

/// What `credentials` says, or what there is without it.
inline result<any_credentials> choose_credentials(store_way const& w, bool without_role) {
  std::string_view const kind = !w.settings.credentials.empty()   ? std::string_view(w.settings.credentials)
                                : !w.settings.aws_profile.empty() ? "profile"
                                : w.amazon()                      ? "chain"
                                                                  : "environment";
  if (kind == "profile" || kind.starts_with("profile:")) {
    return of_profile(w, without_role);
  }
  if (kind == "process") {
    if (!std::holds_alternative<process_options>(w.profile.base) || !w.profile.roles.empty()) {
      return wrong(fmt::format("the AWS profile `{}` has no credential_process", w.profile.name), "add it");
    }
    return of_profile(w, without_role);
  }
  bool const google = w.service == "gcs";
  if (google ? kind == "web-identity" || kind == "container" : kind == "service-account") {
    return wrong(fmt::format(".credentials {} are none of .service {}", kind, w.service), "choose others");
  }
  if (google && kind != "environment") {
    return google_credentials(w, kind);
  }
  if (kind == "chain") {
    return any_credentials(make_chain_source(w.roles(), w.io));
  }
  if (kind == "container") {
    return any_credentials(make_container_source(w.io));
  }
  if (kind == "instance") {
    return any_credentials(make_instance_source({}, w.io));
  }
  if (kind == "web-identity") {
    role_place const place = w.roles();
    web_identity_options const web = with_environment({.role = {.region = place.region,
                                                                .endpoint = place.endpoint,
                                                                .network = place.network,
                                                                .allow_http = place.allow_http,
                                                                .limits = place.limits}});
    if (result<void> const checked = check_sts(w); !checked) {
      return checked.error();
    }
    auto session = std::make_shared<role_session>(web.role, web.token_file, w.io);
    if (result<void> const checked = session->check(); !checked) {
      return checked.error();
    }
    return any_credentials(std::move(session));
  }
  return any_credentials(environment_keys());
}

/// The profile that is named, or the current one of s3://; an empty one for what is not Amazon's.
inline result<aws_profile> profile_of_settings(store_target const& to, store_settings const& settings) {
  if (!settings.aws_profile.empty()) {
    result<aws_profile> read = read_aws_profile(settings.aws_profile);
    if (read && !read->roles.empty() && !settings.role_arn.empty()) {
      return wrong(fmt::format(".role_arn and the AWS profile `{}` both name a role", settings.aws_profile),
                   "leave one of them out");
    }
    bool const role = read && (!read->roles.empty() || !settings.role_arn.empty() ||
                               std::holds_alternative<web_identity_options>(read->base));
    if (read && !role && !settings.sts_endpoint.empty()) {
      return wrong(fmt::format(".sts_endpoint has no effect: the AWS profile `{}` has no role", settings.aws_profile),
                   "leave it out");
    }
    return read;
  }
  return to.scheme == "s3" ? read_current_aws_profile() : aws_profile();
}

} // namespace opening

COPYTO_COLD result<store_way> find_way(store_target const& to, store_settings const& given,
                                       std::function<void(http_exchange const&)> tell) {
  if (result<void> const checked = opening::check_settings(given); !checked) {
    return checked.error();
  }
  store_way w{.settings = given};
  if (given.credentials.starts_with("profile:")) {
    w.settings.aws_profile = given.credentials.substr(8);
  }
  result<aws_profile> profile = opening::profile_of_settings(to, w.settings);
  if (!profile) {
    return profile.error();
  }
  w.profile = *std::move(profile);
  // The variables and the profile are Amazon's: they name the endpoint of s3://.
  w.endpoint = given.endpoint.empty() && to.scheme == "s3" ? w.profile.endpoint : given.endpoint;
  w.region = given.region.empty() ? w.profile.region : given.region;
  result<std::string_view> const service = opening::profile_of(to, given, w.endpoint);
  if (!service) {
    return service.error();
  }
  w.service = *service;
  if (result<void> const checked = opening::check_options(given, w.service); !checked) {
    return checked.error();
  }
  if (w.endpoint.starts_with("http://") && !given.allow_http) {
    return opening::wrong(
        "the endpoint begins with http://, which is not encrypted",
        "use https://, or set .allow_http to accept that anybody on the way may read and change the data");
  }
  result<s3_service> made = opening::make_service(to.bucket, given, w.service, w.region, w.endpoint, w.network());
  if (!made) {
    return made.error();
  }
  bool const paths = w.profile.path_style && to.scheme == "s3" && !given.accelerate && !to.bucket.starts_with("arn:");
  made->path_style = made->path_style || given.path_style || paths;
  made->allow_http = given.allow_http;
  made->storage_class = given.storage_class;
  made->attributes = given.attributes;
  bool const has_role = !given.role_arn.empty() || (!w.settings.aws_profile.empty() && !w.profile.roles.empty());
  if (has_role && (w.service == "gcs" || w.service == "r2")) {
    return opening::wrong(fmt::format("there is no AssumeRole at the service of .service {}", w.service),
                          "leave the role out, and give keys of that service");
  }
  if (!tell) {
    tell = [](http_exchange const&) {};
  }
  w.wire.emplace(curl_transport({.ca_file = given.ca_file, .proxy = given.proxy}), std::move(tell));
  w.io = make_provider_io(*w.wire, full_jitter(), system_clock());
  w.bucket = *std::move(made);
  return w;
}

COPYTO_COLD std::optional<assume_role_options> role_of(store_way const& w) {
  std::optional<assume_role_options> role;
  if (!w.settings.role_arn.empty()) {
    role = assume_role_options{.role_arn = w.settings.role_arn,
                               .session_name = w.settings.role_session_name,
                               .external_id = w.settings.external_id};
  } else if (!w.settings.aws_profile.empty() && !w.profile.roles.empty()) {
    role = w.profile.roles.back();
  }
  if (role) {
    role_place const place = w.roles();
    role->region = place.region;
    role->endpoint = place.endpoint;
    role->allow_http = place.allow_http;
    role->limits = place.limits;
    role->network = place.network;
  }
  return role;
}

COPYTO_COLD result<any_credentials> base_credentials(store_way const& w) {
  return opening::choose_credentials(w, true);
}

COPYTO_COLD result<any_credentials> credentials_of(store_way const& w) {
  result<any_credentials> who = opening::choose_credentials(w, false);
  if (!who || w.settings.role_arn.empty()) {
    return who;
  }
  if (result<void> const checked = opening::check_sts(w); !checked) {
    return checked.error();
  }
  assume_role role(*std::move(who), *role_of(w), *w.wire);
  if (result<void> const checked = role.check(); !checked) {
    return checked.error();
  }
  return any_credentials(std::move(role));
}

COPYTO_COLD result<any_store> open_way(store_way const& w) {
  result<any_credentials> who = credentials_of(w);
  if (!who) {
    return who.error();
  }
  s3_store store(w.bucket, *std::move(who), *w.wire);
  if (result<void> checked = store.check(); !checked) {
    return checked.error().with([&](error_info& info) { info.code = errc::invalid_argument; });
  }
  return any_store(std::move(store));
}

} // namespace copyto::detail

#endif
