// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_AWS_PROFILE_IPP
#define COPYTO_AUTH_IMPL_AWS_PROFILE_IPP

#include <copyto/auth/aws_profile.hpp>

#include <copyto/auth/aws_config.hpp>
#include <copyto/core/ascii.hpp>
#include <copyto/core/detail/environment.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace copyto {
namespace detail::profiles {

inline error wrong(std::string message, std::string advice) {
  return error({.code = errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

using settings = std::map<std::string, secret, std::less<>>;

inline std::string_view get(settings const& set, std::string_view name) {
  auto const found = set.find(name);
  return found == set.end() ? std::string_view() : found->second.reveal();
}

/// The path that a variable names, or one below the home directory; `~/` is that, too.
inline std::string path_of(char const* variable, char const* below_home) {
  std::string_view const home = environment("HOME");
  std::string_view const path = environment(variable);
  if (path.empty()) {
    return home.empty() ? std::string() : fmt::format("{}/{}", home, below_home);
  }
  return !home.empty() && path.starts_with("~/") ? fmt::format("{}{}", home, path.substr(1)) : std::string(path);
}

/// The two files, read once.
class shared_files {
public:
  static result<shared_files> open() {
    shared_files files;
    for (auto const& [path, into] : {std::pair<std::string const*, aws_config*>{&files.config_path_, &files.config_},
                                     {&files.credentials_path_, &files.credentials_}}) {
      std::error_code none; // a file that is not there is empty, and so is what is no file
      std::ifstream file;
      if (!std::filesystem::is_directory(*path, none)) {
        file.open(*path, std::ios::binary);
      }
      std::string text{std::istreambuf_iterator<char>(file), {}};
      result<aws_config> read = aws_config::parse(text);
      secret::wipe(text.data(), text.size());
      if (!read) {
        return wrong(fmt::format("{} cannot be read as an AWS configuration file: {}", *path, read.error()->message),
                     "correct it; `aws configure list` reads it alike");
      }
      *into = *std::move(read);
    }
    return files;
  }

  /// What both files say about a profile; nothing where it is in neither.
  [[nodiscard]] std::optional<settings> profile(std::string_view name) const {
    settings const* const secret_ones = credentials_.section(name);
    settings const* const others = config_.profile(name);
    if (secret_ones == nullptr && others == nullptr) {
      return std::nullopt;
    }
    settings found = secret_ones != nullptr ? *secret_ones : settings();
    if (others != nullptr) {
      found.insert(others->begin(), others->end());
    }
    return found;
  }
  [[nodiscard]] aws_config const& config() const noexcept { return config_; }
  [[nodiscard]] aws_config const& credentials() const noexcept { return credentials_; }

  [[nodiscard]] error missing(std::string_view name) const {
    return error(
        {.code = errc::not_found,
         .message = fmt::format("there is no AWS profile `{}` in {} and {}", name, config_path_, credentials_path_),
         .advice = "add it, or set AWS_CONFIG_FILE to the file that has it"});
  }

private:
  shared_files()
      : config_path_(path_of("AWS_CONFIG_FILE", ".aws/config")),
        credentials_path_(path_of("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")) {}

  std::string config_path_;
  std::string credentials_path_;
  aws_config config_;
  aws_config credentials_;
};

inline bool has(settings const& set, std::string_view name) { return set.find(name) != set.end(); }

/// The keys in a section of one file; nothing: it has none.
inline result<std::optional<aws_profile::keys>> keys_of(settings const* set, std::string_view name) {
  if (set == nullptr || !has(*set, "aws_access_key_id")) {
    return std::optional<aws_profile::keys>();
  }
  std::string_view const id = get(*set, "aws_access_key_id");
  std::string_view const hidden = get(*set, "aws_secret_access_key");
  if (id.empty() || hidden.empty()) {
    return wrong(fmt::format("the AWS profile `{}` has half of a key: {} is missing", name,
                             id.empty() ? "aws_access_key_id" : "aws_secret_access_key"),
                 "add it to the same file");
  }
  std::string_view const token =
      get(*set, has(*set, "aws_security_token") ? "aws_security_token" : "aws_session_token");
  return std::optional(aws_profile::keys{
      .access_key_id = std::string(id), .secret_access_key = secret(hidden), .session_token = secret(token)});
}

/// Follows a profile to its credentials.
class profile_reader {
public:
  /// `by_environment`: the variables of a web identity go before the settings of the first profile.
  profile_reader(shared_files const& files, bool by_environment) : files_(files), by_environment_(by_environment) {}

  result<aws_profile> read(std::string_view name) {
    std::optional<settings> const set = files_.profile(name);
    aws_profile read{.name = std::string(name)};
    settings const all = set ? *set : settings();
    read.region = either(std::string(get(all, "region")), {"AWS_REGION", "AWS_DEFAULT_REGION"});
    read.endpoint = endpoint(all, "s3", "AWS_ENDPOINT_URL_S3");
    read.sts_endpoint = endpoint(all, "sts", "AWS_ENDPOINT_URL_STS");
    sso_endpoint_ = endpoint(all, "sso", "AWS_ENDPOINT_URL_SSO");
    read.network = {
        .fips = ascii::same(either(std::string(get(all, "use_fips_endpoint")), {"AWS_USE_FIPS_ENDPOINT"}), "true"),
        .dual_stack = ascii::same(
            either(std::string(get(all, "use_dualstack_endpoint")), {"AWS_USE_DUALSTACK_ENDPOINT"}), "true")};
    settings const s3 = aws_config::nested(get(all, "s3"));
    read.path_style = get(s3, "addressing_style") == "path";
    if (by_environment_ && !environment("AWS_ACCESS_KEY_ID").empty()) {
      return read; // keys of the environment go first
    }
    if (result<void> const found = credentials(all, name, read, true); !found) {
      return found.error();
    }
    // They were met from the last role to the base.
    std::ranges::reverse(read.roles);
    return read;
  }

private:
  static bool asks_for_role(settings const& set) {
    return has(set, "role_arn") && !has(set, "web_identity_token_file");
  }
  static bool has_keys(settings const& set) {
    return has(set, "aws_access_key_id") || has(set, "aws_secret_access_key");
  }

  /// Of the profile that is asked for, or of a source profile.
  result<void> credentials(settings const& set, std::string_view name, aws_profile& into, bool first) {
    visited_.emplace_back(name);
    if (asks_for_role(set) && (first || !has_keys(set))) {
      return role(set, name, into);
    }
    for (char const* setting : {"external_id", "role_session_name"}) {
      if (first && has(set, setting) && !has(set, "role_arn")) {
        return wrong(fmt::format("the AWS profile `{}` sets {} without a role", name, setting),
                     "add role_arn, or leave it out");
      }
    }
    return base(set, name, into, first);
  }

  result<void> role(settings const& set, std::string_view name, aws_profile& into) {
    if (has(set, "mfa_serial")) {
      return wrong(fmt::format("the AWS profile `{}` sets mfa_serial: its role asks for a code from a device", name),
                   "take a profile that a program can use, or export keys of a session");
    }
    assume_role_options& made =
        into.roles.emplace_back(assume_role_options{.role_arn = std::string(get(set, "role_arn")),
                                                    .session_name = std::string(get(set, "role_session_name")),
                                                    .external_id = std::string(get(set, "external_id"))});
    if (std::string_view const text = get(set, "duration_seconds"); !text.empty()) {
      unsigned seconds = 0;
      auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
      if (fault != std::errc() || end != text.data() + text.size()) {
        return wrong(fmt::format("duration_seconds of the AWS profile `{}` is no number", name), "correct it");
      }
      made.duration = std::chrono::seconds(seconds);
    }
    bool const by_profile = has(set, "source_profile");
    bool const by_source = has(set, "credential_source");
    if (by_profile && by_source) {
      return wrong(fmt::format("the AWS profile `{}` sets source_profile and credential_source", name), "keep one");
    }
    if (!by_profile && has_keys(set)) {
      return wrong(fmt::format("the AWS profile `{}` has keys and a role", name),
                   "put the keys into a profile of their own, and name that as source_profile");
    }
    if (!by_profile) { // as an AWS connection with a role has it: the environment asks
      return named_source(by_source ? get(set, "credential_source") : "Environment", name, into);
    }
    std::string const source(get(set, "source_profile"));
    std::optional<settings> const other = files_.profile(source);
    if (!other) {
      return files_.missing(source);
    }
    if (std::ranges::find(visited_, source) == visited_.end()) {
      return credentials(*other, source, into, false);
    }
    if (source != name || !has_keys(*other)) {
      return wrong(fmt::format("source_profile of the AWS profile `{}` leads in a circle, back to `{}`", name, source),
                   "name a profile that has keys, or another source");
    }
    return base(*other, source, into, false); // a profile may name itself, for the keys that stand beside the role
  }

  static result<void> named_source(std::string_view source, std::string_view name, aws_profile& into) {
    if (source == "Environment") {
      into.base = aws_profile::ambient::environment;
    } else if (source == "EcsContainer") {
      into.base = aws_profile::ambient::container;
    } else if (source == "Ec2InstanceMetadata") {
      into.base = aws_profile::ambient::instance;
    } else {
      return wrong(fmt::format("credential_source of the AWS profile `{}` is none that there is", name),
                   "write Environment, EcsContainer or Ec2InstanceMetadata");
    }
    return {};
  }

  /// What a profile has besides a role that others ask for.
  result<void> base(settings const& set, std::string_view name, aws_profile& into, bool first) {
    web_identity_options web{.token_file =
                                 by_variable(first, "AWS_WEB_IDENTITY_TOKEN_FILE", set, "web_identity_token_file")};
    if (!web.token_file.empty()) {
      web.role.role_arn = by_variable(first, "AWS_ROLE_ARN", set, "role_arn");
      web.role.session_name = by_variable(first, "AWS_ROLE_SESSION_NAME", set, "role_session_name");
      if (web.role.role_arn.empty()) {
        return wrong(
            fmt::format("the AWS profile `{}` or the environment has a web identity token file, and no role", name),
            "add role_arn, or set AWS_ROLE_ARN");
      }
      into.base = std::move(web);
      return {};
    }
    if (has(set, "sso_account_id") || has(set, "sso_role_name")) {
      return sso(set, name, into);
    }
    result<std::optional<aws_profile::keys>> keys = keys_of(files_.credentials().section(name), name);
    if (keys && !*keys && has(set, "credential_process")) {
      into.base = process_options{.command = std::string(get(set, "credential_process"))};
      return {};
    }
    if (keys && !*keys) {
      keys = keys_of(files_.config().profile(name), name);
    }
    if (!keys) {
      return keys.error();
    }
    if (*keys) {
      into.base = **std::move(keys);
      return {};
    }
    if (has(set, "aws_secret_access_key") || has(set, "aws_session_token")) {
      return wrong(fmt::format("the AWS profile `{}` has half of a key: aws_access_key_id is missing", name), "add it");
    }
    return first
               ? result<void>()
               : wrong(fmt::format("the AWS profile `{}`, which a role names as its source_profile, has no credentials",
                                   name),
                       "add them, or name another one");
  }

  result<void> sso(settings set, std::string_view name, aws_profile& into) {
    std::string const session(get(set, "sso_session"));
    if (has(set, "sso_session")) {
      settings const* const shared = files_.config().named("sso-session", session);
      if (shared == nullptr) {
        return wrong(fmt::format("the AWS profile `{}` names an sso-session that is not there", name),
                     fmt::format("add the section [sso-session {}]", session));
      }
      for (std::string_view const needed : {"sso_start_url", "sso_region"}) {
        if (!has(*shared, needed)) {
          return wrong(fmt::format("{} is missing in the sso-session of the AWS profile `{}`", needed, name),
                       "add it there");
        }
      }
      for (auto const& [key, value] : *shared) {
        if (auto const [at, is_new] = set.insert({key, value}); !is_new && at->second.reveal() != value.reveal()) {
          return wrong(fmt::format("{} of the AWS profile `{}` is another than that of its sso-session", key, name),
                       "leave it to the sso-session");
        }
      }
    }
    for (std::string_view const needed : {"sso_start_url", "sso_region", "sso_account_id", "sso_role_name"}) {
      if (!has(set, needed)) {
        return wrong(fmt::format("the AWS profile `{}` uses single sign-on, and {} is missing", name, needed),
                     "add it");
      }
    }
    into.base = sso_options{.start_url = std::string(get(set, "sso_start_url")),
                            .region = std::string(get(set, "sso_region")),
                            .account_id = std::string(get(set, "sso_account_id")),
                            .role_name = std::string(get(set, "sso_role_name")),
                            .session = session,
                            .endpoint = sso_endpoint_};
    return {};
  }

  std::string by_variable(bool first, char const* variable, settings const& set, std::string_view setting) const {
    std::string_view const value = first && by_environment_ ? environment(variable) : std::string_view();
    return std::string(value.empty() ? get(set, setting) : value);
  }

  std::string endpoint(settings const& set, std::string_view service, char const* variable) const {
    if (ascii::same(get(set, "ignore_configured_endpoint_urls"), "true") ||
        ascii::same(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true")) {
      return {};
    }
    std::string own;
    if (settings const* const services = files_.config().named("services", get(set, "services"))) {
      own = get(aws_config::nested(get(*services, service)), "endpoint_url");
    }
    return either(own.empty() ? std::string(get(set, "endpoint_url")) : own, {variable, "AWS_ENDPOINT_URL"});
  }

  /// What a named profile says goes before these variables, and what the current one says behind them.
  [[nodiscard]] std::string either(std::string const& own, std::initializer_list<char const*> variables) const {
    std::string const theirs = environment(variables);
    return (by_environment_ && !theirs.empty()) || own.empty() ? theirs : own;
  }

  shared_files const& files_;
  bool by_environment_;
  std::vector<std::string> visited_;
  std::string sso_endpoint_;
};

} // namespace detail::profiles

COPYTO_COLD result<aws_profile> read_aws_profile(std::string_view name) {
  using namespace detail::profiles;
  result<shared_files> const files = shared_files::open();
  if (!files) {
    return files.error();
  }
  if (name.empty() || !files->profile(name)) {
    return files->missing(name);
  }
  return profile_reader(*files, false).read(name);
}

COPYTO_COLD result<aws_profile> read_current_aws_profile() {
  using namespace detail::profiles;
  result<shared_files> const files = shared_files::open();
  if (!files) {
    return files.error();
  }
  std::string const name = detail::environment({"AWS_DEFAULT_PROFILE", "AWS_PROFILE"});
  if (!name.empty() && !files->profile(name)) {
    return files->missing(name);
  }
  return profile_reader(*files, true).read(name.empty() ? "default" : name);
}

} // namespace copyto

#endif
