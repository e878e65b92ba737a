// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "aws_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

namespace copy_to {
namespace {

copyto::error wrong(std::string message, std::string advice) {
  return copyto::error(
      {.code = copyto::errc::invalid_argument, .message = std::move(message), .advice = std::move(advice)});
}

/// Settings by their names; a copy of none outlives this but in a secret.
class settings {
public:
  settings() = default;
  settings(settings const&) = delete;
  settings(settings&&) = default;
  settings& operator=(settings const&) = delete;
  settings& operator=(settings&&) = delete;
  ~settings() {
    for (auto& [name, value] : values_) {
      copyto::secret::wipe(value.data(), value.size());
    }
  }

  void set(std::string_view name, std::string_view value) { values_.insert_or_assign(std::string(name), value); }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::string_view operator[](std::string_view name) const {
    auto const found = values_.find(name);
    return found == values_.end() ? std::string_view() : std::string_view(found->second);
  }

private:
  std::map<std::string, std::string, std::less<>> values_;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\f\v";
  std::size_t const first = text.find_first_not_of(blank);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blank) + 1 - first);
}

/// Adds what section `name` of the text sets. Indented lines belong to the setting before them and are skipped.
void read_section(std::string_view text, std::string_view name, settings& found) {
  bool inside = false;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t const end = std::min(text.find('\n', begin), text.size());
    std::string_view const line = text.substr(begin, end - begin);
    begin = end + 1;
    std::string_view const content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') {
      continue;
    }
    if (line.front() == '[') {
      std::size_t const close = content.find(']');
      inside = close != content.npos && trimmed(content.substr(1, close - 1)) == name;
      continue;
    }
    std::size_t const equals = content.find('=');
    if (!inside || line.front() == ' ' || line.front() == '\t' || equals == content.npos) {
      continue;
    }
    found.set(trimmed(content.substr(0, equals)), trimmed(content.substr(equals + 1)));
  }
}

std::string path_of(char const* variable, char const* below_home) {
  if (char const* path = std::getenv(variable); path != nullptr && *path != '\0') {
    return path;
  }
  char const* home = std::getenv("HOME");
  return home != nullptr ? fmt::format("{}/{}", home, below_home) : std::string();
}

/// The two files, read once.
class shared_files {
public:
  shared_files()
      : config_path_(path_of("AWS_CONFIG_FILE", ".aws/config")),
        credentials_path_(path_of("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")), config_(read(config_path_)),
        credentials_(read(credentials_path_)) {}
  shared_files(shared_files const&) = delete;
  shared_files& operator=(shared_files const&) = delete;
  ~shared_files() {
    copyto::secret::wipe(config_.data(), config_.size());
    copyto::secret::wipe(credentials_.data(), credentials_.size());
  }

  /// What both files say about a profile; empty where it is in neither.
  [[nodiscard]] settings profile(std::string_view name) const {
    settings found;
    if (name == "default") { // either spelling, and the longer one goes before
      read_section(config_, name, found);
    }
    read_section(config_, fmt::format("profile {}", name), found);
    read_section(credentials_, name, found);
    return found;
  }

  [[nodiscard]] copyto::error missing(std::string_view name) const {
    return copyto::error(
        {.code = copyto::errc::not_found,
         .message = fmt::format("there is no AWS profile `{}` in {} and {}", name, config_path_, credentials_path_),
         .advice = "add it, or set AWS_CONFIG_FILE to the file that has it"});
  }

private:
  static std::string read(std::string const& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string config_path_;
  std::string credentials_path_;
  std::string config_;
  std::string credentials_;
};

/// The keys of a profile; nothing: it has none.
copyto::result<std::optional<aws_profile::keys>> keys_of(settings const& set, std::string_view name) {
  std::string_view const id = set["aws_access_key_id"];
  std::string_view const secret = set["aws_secret_access_key"];
  std::string_view const token = set["aws_session_token"];
  if (id.empty() && secret.empty() && token.empty()) {
    return std::optional<aws_profile::keys>();
  }
  if (id.empty() || secret.empty()) {
    return wrong(fmt::format("the AWS profile `{}` has half of a key: {} is missing", name,
                             id.empty() ? "aws_access_key_id" : "aws_secret_access_key"),
                 "add it");
  }
  return std::optional(aws_profile::keys{.access_key_id = std::string(id),
                                         .secret_access_key = copyto::secret(secret),
                                         .session_token = copyto::secret(token)});
}

copyto::result<void> check_kind(settings const& set, std::string_view name) {
  for (char const* other : {"sso_session", "sso_start_url", "sso_account_id", "sso_role_name", "credential_process",
                            "web_identity_token_file", "mfa_serial", "services"}) {
    if (!set[other].empty()) {
      return wrong(fmt::format("the AWS profile `{}` sets {}, which is not supported here", name, other),
                   "use a profile with keys, or with a role and a source_profile that has keys");
    }
  }
  return {};
}

/// Whose credentials ask for the role.
copyto::result<std::optional<aws_profile::keys>> role_source(shared_files const& files, settings const& set,
                                                             std::string_view name) {
  std::string_view const source = set["source_profile"];
  std::string_view const kind = set["credential_source"];
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
  copyto::result<std::optional<aws_profile::keys>> keys = keys_of(other, source);
  if (keys && !*keys) {
    return wrong(fmt::format("the AWS profile `{}`, the source_profile of `{}`, has no keys", source, name),
                 "add them, or name another one");
  }
  return keys;
}

} // namespace

copyto::result<aws_profile> read_aws_profile(std::string_view name) {
  shared_files const files;
  settings const set = files.profile(name);
  if (set.empty()) {
    return files.missing(name);
  }
  if (copyto::result<void> const good = check_kind(set, name); !good) {
    return good.error();
  }
  copyto::result<std::optional<aws_profile::keys>> keys = keys_of(set, name);
  if (!keys) {
    return keys.error();
  }
  aws_profile read{.region = std::string(set["region"]),
                   .endpoint = std::string(set["endpoint_url"]),
                   .own = *std::move(keys),
                   .role_arn = std::string(set["role_arn"]),
                   .external_id = std::string(set["external_id"]),
                   .role_session_name = std::string(set["role_session_name"])};
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
  copyto::result<std::optional<aws_profile::keys>> source = role_source(files, set, name);
  if (!source) {
    return source.error();
  }
  read.own = *std::move(source);
  return read;
}

} // namespace copy_to
