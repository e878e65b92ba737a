// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_AWS_PROFILE_IPP
#define COPYTO_AUTH_IMPL_AWS_PROFILE_IPP

#include <copyto/auth/aws_profile.hpp>

#include <copyto/auth/aws_config.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
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
  char const* const home = std::getenv("HOME");
  char const* const path = std::getenv(variable);
  if (path == nullptr || *path == '\0') {
    return home != nullptr ? fmt::format("{}/{}", home, below_home) : std::string();
  }
  return home != nullptr && std::string_view(path).starts_with("~/") ? fmt::format("{}{}", home, path + 1) : path;
}

/// The two files, read once.
class shared_files {
public:
  static result<shared_files> open() {
    shared_files files;
    for (auto const& [path, into] : {std::pair<std::string const*, aws_config*>{&files.config_path_, &files.config_},
                                     {&files.credentials_path_, &files.credentials_}}) {
      std::ifstream file(*path, std::ios::binary);
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

  /// What both files say about a profile; empty where it is in neither.
  [[nodiscard]] settings profile(std::string_view name) const {
    settings found;
    if (settings const* const set = credentials_.section(name)) {
      found = *set;
    }
    if (settings const* const set = config_.profile(name)) {
      found.insert(set->begin(), set->end());
    }
    return found;
  }

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

/// The keys of a profile; nothing: it has none.
inline result<std::optional<aws_profile::keys>> keys_of(settings const& set, std::string_view name) {
  std::string_view const id = get(set, "aws_access_key_id");
  std::string_view const hidden = get(set, "aws_secret_access_key");
  std::string_view const token = get(set, "aws_session_token");
  if (id.empty() && hidden.empty() && token.empty()) {
    return std::optional<aws_profile::keys>();
  }
  if (id.empty() || hidden.empty()) {
    return wrong(fmt::format("the AWS profile `{}` has half of a key: {} is missing", name,
                             id.empty() ? "aws_access_key_id" : "aws_secret_access_key"),
                 "add it");
  }
  return std::optional(aws_profile::keys{
      .access_key_id = std::string(id), .secret_access_key = secret(hidden), .session_token = secret(token)});
}

inline result<void> check_kind(settings const& set, std::string_view name) {
  for (char const* other : {"sso_session", "sso_start_url", "sso_account_id", "sso_role_name", "credential_process",
                            "web_identity_token_file", "mfa_serial", "services"}) {
    if (!get(set, other).empty()) {
      return wrong(fmt::format("the AWS profile `{}` sets {}, which is not supported here", name, other),
                   "use a profile with keys, or with a role and a source_profile that has keys");
    }
  }
  return {};
}

/// Whose credentials ask for the role.
inline result<std::optional<aws_profile::keys>> role_source(shared_files const& files, settings const& set,
                                                            std::string_view name) {
  std::string_view const source = get(set, "source_profile");
  std::string_view const kind = get(set, "credential_source");
  if (!source.empty() && !kind.empty()) {
    return wrong(fmt::format("the AWS profile `{}` sets source_profile and credential_source", name), "keep one");
  }
  if (!kind.empty() && kind != "Environment") {
    return wrong(
        fmt::format("the AWS profile `{}` sets credential_source to something other than Environment, which is "
                    "not supported here",
                    name),
        "write Environment, or name a source_profile");
  }
  if (source.empty()) {
    return std::optional<aws_profile::keys>();
  }
  settings const other = files.profile(source);
  if (other.empty()) {
    return files.missing(source);
  }
  result<std::optional<aws_profile::keys>> keys = keys_of(other, source);
  if (keys && !*keys) {
    return wrong(fmt::format("the AWS profile `{}`, the source_profile of `{}`, has no keys", source, name),
                 "add them, or name another one");
  }
  return keys;
}

} // namespace detail::profiles

COPYTO_COLD result<aws_profile> read_aws_profile(std::string_view name) {
  using namespace detail::profiles;
  result<shared_files> const files = shared_files::open();
  if (!files) {
    return files.error();
  }
  settings const set = files->profile(name);
  if (set.empty()) {
    return files->missing(name);
  }
  if (result<void> const good = check_kind(set, name); !good) {
    return good.error();
  }
  result<std::optional<aws_profile::keys>> keys = keys_of(set, name);
  if (!keys) {
    return keys.error();
  }
  aws_profile read{.region = std::string(get(set, "region")),
                   .endpoint = std::string(get(set, "endpoint_url")),
                   .own = *std::move(keys),
                   .role_arn = std::string(get(set, "role_arn")),
                   .external_id = std::string(get(set, "external_id")),
                   .role_session_name = std::string(get(set, "role_session_name"))};
  if (read.own && !read.role_arn.empty()) {
    return wrong(fmt::format("the AWS profile `{}` has keys and a role", name),
                 "put the keys into a profile of their own, and name that as source_profile");
  }
  if (!read.own && read.role_arn.empty()) {
    return wrong(fmt::format("the AWS profile `{}` has neither keys nor a role", name),
                 "add aws_access_key_id and aws_secret_access_key, or role_arn");
  }
  if (read.role_arn.empty()) {
    if (!read.external_id.empty() || !read.role_session_name.empty()) {
      return wrong(fmt::format("the AWS profile `{}` sets {} without a role", name,
                               read.external_id.empty() ? "role_session_name" : "external_id"),
                   "add role_arn, or leave it out");
    }
    return read;
  }
  result<std::optional<aws_profile::keys>> source = role_source(*files, set, name);
  if (!source) {
    return source.error();
  }
  read.own = *std::move(source);
  return read;
}

} // namespace copyto

#endif
