// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_AWS_PROFILE_HPP
#define COPYTO_AUTH_AWS_PROFILE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace copyto {

/// What a profile of the shared AWS configuration says about reaching a store: an AWS connection.
struct aws_profile {
  struct keys {
    std::string access_key_id = {};
    secret secret_access_key = {};
    secret session_token = {};
  };
  std::string region = {};
  std::string endpoint = {};
  /// Of the profile itself, or of the one that asks for the role; nothing: those of the environment ask for it.
  std::optional<keys> own = std::nullopt;
  std::string role_arn = {}; ///< empty: there is no role, and the next two are empty
  std::string external_id = {};
  std::string role_session_name = {};
};

/// Reads profile `name` from the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or else ~/.aws/config
/// and ~/.aws/credentials (auth/aws_config.hpp). A setting in the second file goes
/// before one in the first.
///
/// A profile is keys, or a role that source_profile's keys or the environment's ask for. errc::invalid_argument,
/// naming profile and setting, where it is both or neither, where half of the keys is missing, and where it asks for
/// credentials of another kind (single sign-on, a process, a web identity, a token device); errc::not_found where
/// neither file has it. Settings of other matters are skipped. Thread-safe as long as no thread changes the environment
/// meanwhile.
[[nodiscard]] result<aws_profile> read_aws_profile(std::string_view name);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/aws_profile.ipp>
#endif

#endif
