// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "store.hpp"

#include "aws_profile.hpp"

#include <copyto/s3.hpp>
#include <copyto/store/directory.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace copy_to {
namespace {

using observer = std::function<void(copyto::http_exchange const&)>;
using transport = copyto::observed_transport<copyto::curl_transport>;

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

/// What answers at the target: --profile says it, or the URI's scheme, or the endpoint's host.
copyto::result<std::string_view> profile_of(store_arguments const& arguments, std::string_view endpoint) {
  std::string_view const scheme = arguments.to.scheme;
  std::string_view const by_scheme = scheme == "gs" ? "gcs" : scheme == "r2" ? "r2" : "";
  if (arguments.profile.empty()) {
    return !by_scheme.empty() ? by_scheme : endpoint.empty() ? "aws" : copyto::service_at(host_of(endpoint));
  }
  if (!by_scheme.empty() && arguments.profile != by_scheme) {
    return usage(fmt::format("{}:// and --profile {} contradict each other", scheme, arguments.profile),
                 "leave --profile out, or write s3://");
  }
  return std::string_view(arguments.profile);
}

/// An option that only another profile has is not ignored.
copyto::result<void> check_options(store_arguments const& arguments, std::string_view profile) {
  auto const only = [&](bool given, char const* option, std::string_view of) -> copyto::result<void> {
    if (given && profile != of) {
      return usage(fmt::format("{} has no effect with the profile {}", option, profile), "leave it out");
    }
    return {};
  };
  for (copyto::result<void> const& checked :
       {only(!arguments.account.empty(), "--account", "r2"),
        only(!arguments.jurisdiction.empty(), "--jurisdiction", "r2"),
        only(arguments.conditional_writes.has_value(), "--conditional-writes", "s3-compatible")}) {
    if (!checked) {
      return checked;
    }
  }
  return {};
}

/// The profile of a service, with bucket, region and endpoint; the flags come on top.
copyto::result<copyto::s3_service> make_service(store_arguments const& arguments, std::string_view profile,
                                                std::string region, std::string endpoint) {
  std::string const& bucket = arguments.to.bucket;
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
  if (profile == "r2") {
    std::string account = arguments.account.empty() ? environment({"CLOUDFLARE_ACCOUNT_ID"}) : arguments.account;
    if (account.empty() && endpoint.empty()) {
      return usage("the account of the bucket is not known",
                   "give --account, or set CLOUDFLARE_ACCOUNT_ID, or give --endpoint");
    }
    return static_cast<copyto::s3_service>(copyto::r2{.account = std::move(account),
                                                      .bucket = bucket,
                                                      .jurisdiction = arguments.jurisdiction,
                                                      .endpoint = std::move(endpoint)});
  }
  if (endpoint.empty()) {
    return usage(fmt::format("--profile {} needs an endpoint", profile), "give --endpoint, or set AWS_ENDPOINT_URL_S3");
  }
  copyto::s3_compatible made{.bucket = bucket, .endpoint = std::move(endpoint), .path_style = false};
  if (!region.empty()) {
    made.region = std::move(region);
  }
  if (arguments.conditional_writes) {
    made.conditions = *arguments.conditional_writes ? copyto::conditions::compare_and_swap : copyto::conditions::none;
  }
  return static_cast<copyto::s3_service>(made);
}

/// Keys of a profile, or those of the environment.
class chosen_keys {
public:
  static constexpr copyto::issuer issued_by = copyto::issuer::any;

  explicit chosen_keys(std::optional<aws_profile::keys> const& keys) {
    if (keys) {
      given_.emplace(keys->access_key_id, keys->secret_access_key.reveal(), keys->session_token.reveal());
    }
  }
  [[nodiscard]] copyto::result<copyto::credentials> get(copyto::utc_time now, std::stop_token const& stop) const {
    return given_ ? given_->get(now, stop) : copyto::environment_keys().get(now, stop);
  }

private:
  std::optional<copyto::static_keys> given_;
};

/// A store on this service, once its options are checked.
template <class Credentials>
copyto::result<copyto::any_store> open_bucket(copyto::s3_service service, Credentials credentials, transport wire) {
  copyto::s3_store store(std::move(service), std::move(credentials), std::move(wire));
  if (copyto::result<void> checked = store.check(); !checked) {
    // The advice speaks to programmers.
    return checked.error().with([&](copyto::error_info& info) {
      info.code = copyto::errc::invalid_argument;
      info.advice = "check the URI and the options of buckets";
    });
  }
  return copyto::any_store(std::move(store));
}

/// The role that --assume-role-arn or the profile names, asked for by the profile's keys or the environment's.
copyto::result<copyto::any_store> open_with_role(copyto::s3_service service, store_arguments const& arguments,
                                                 std::string const& region, bool amazon, chosen_keys keys,
                                                 transport wire) {
  std::string const sts =
      arguments.sts_endpoint.empty() ? environment({"AWS_ENDPOINT_URL_STS"}) : arguments.sts_endpoint;
  if (sts.empty() && !amazon) {
    return usage("it is not known who gives the role out", "give --sts-endpoint");
  }
  if (sts.starts_with("http://") && !arguments.allow_http) {
    return usage("the STS endpoint begins with http://, which is not encrypted",
                 "use https://, or add --allow-http to accept that anybody on the way may read the session's secrets");
  }
  copyto::assume_role role(std::move(keys),
                           {.role_arn = arguments.role_arn,
                            .session_name = arguments.role_session_name,
                            .external_id = arguments.external_id,
                            .region = region,
                            .endpoint = sts,
                            .allow_http = arguments.allow_http,
                            .limits = amazon ? copyto::aws_sts : copyto::any_sts},
                           wire);
  if (copyto::result<void> const checked = role.check(); !checked) {
    return checked.error();
  }
  return open_bucket(std::move(service), std::move(role), std::move(wire));
}

/// What the connection that --aws-profile names says, where the command line does not say it.
copyto::result<store_arguments> with_connection(store_arguments arguments, aws_profile const& connection) {
  if (!connection.role_arn.empty() && !arguments.role_arn.empty()) {
    return usage(fmt::format("--assume-role-arn and the AWS profile `{}` both name a role", arguments.aws_profile),
                 "leave one of them out");
  }
  if (connection.role_arn.empty() && arguments.role_arn.empty() && !arguments.sts_endpoint.empty()) {
    return usage(fmt::format("--sts-endpoint has no effect: the AWS profile `{}` has no role", arguments.aws_profile),
                 "leave it out");
  }
  for (auto const& [ours, theirs] : {std::pair<std::string*, std::string const*>{&arguments.region, &connection.region},
                                     {&arguments.endpoint, &connection.endpoint},
                                     {&arguments.role_arn, &connection.role_arn},
                                     {&arguments.external_id, &connection.external_id},
                                     {&arguments.role_session_name, &connection.role_session_name}}) {
    if (ours->empty()) {
      *ours = *theirs;
    }
  }
  return arguments;
}

copyto::result<copyto::any_store> make_bucket(store_arguments const& given, observer tell) {
  store_arguments arguments = given;
  aws_profile connection;
  if (!given.aws_profile.empty()) {
    copyto::result<aws_profile> read = read_aws_profile(given.aws_profile);
    if (!read) {
      return read.error();
    }
    connection = *std::move(read);
    copyto::result<store_arguments> both = with_connection(given, connection);
    if (!both) {
      return both.error();
    }
    arguments = *std::move(both);
  }
  // The variables are Amazon's: they name the endpoint of s3://.
  std::string const endpoint = arguments.endpoint.empty() && arguments.to.scheme == "s3"
                                   ? environment({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"})
                                   : arguments.endpoint;
  std::string const region =
      arguments.region.empty() ? environment({"AWS_REGION", "AWS_DEFAULT_REGION"}) : arguments.region;
  copyto::result<std::string_view> const profile = profile_of(arguments, endpoint);
  if (!profile) {
    return profile.error();
  }
  if (copyto::result<void> const checked = check_options(arguments, *profile); !checked) {
    return checked.error();
  }
  if (endpoint.starts_with("http://") && !arguments.allow_http) {
    return usage("the endpoint begins with http://, which is not encrypted",
                 "use https://, or add --allow-http to accept that anybody on the way may read and change the data");
  }
  copyto::result<copyto::s3_service> made = make_service(arguments, *profile, region, endpoint);
  if (!made) {
    return made.error();
  }
  made->path_style = made->path_style || arguments.path_style;
  made->allow_http = arguments.allow_http;
  made->storage_class = arguments.storage_class;
  transport wire(copyto::curl_transport({.ca_file = arguments.ca_file, .proxy = arguments.proxy}), std::move(tell));
  if (arguments.role_arn.empty()) {
    return open_bucket(*std::move(made), chosen_keys(connection.own), std::move(wire));
  }
  if (*profile == "gcs" || *profile == "r2") {
    return usage(fmt::format("there is no AssumeRole at the service of --profile {}", *profile),
                 "leave the role out, and give keys of that service");
  }
  return open_with_role(*std::move(made), arguments, region, *profile == "aws", chosen_keys(connection.own),
                        std::move(wire));
}

} // namespace

copyto::result<copyto::any_store> make_store(store_arguments const& arguments, observer tell) {
  if (arguments.to.is_bucket()) {
    return make_bucket(arguments, std::move(tell));
  }
  return copyto::any_store(copyto::directory_store(arguments.to.path));
}

} // namespace copy_to
