// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_AWS_PROFILE_HPP
#define COPYTO_AUTH_AWS_PROFILE_HPP

#include <copyto/auth/process.hpp>
#include <copyto/auth/region.hpp>
#include <copyto/auth/sso.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/auth/web_identity.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace copyto {

/// What a profile of the shared AWS configuration says about reaching a store: an AWS connection.
///
/// Its credentials are a chain: those of `base`, with which the first role is assumed, with whose session the next is.
struct aws_profile {
  struct keys {
    std::string access_key_id = {};
    secret secret_access_key = {};
    secret session_token = {};
  };
  /// What credential_source names.
  enum class ambient : std::uint8_t { environment, container, instance };

  std::string name = {};
  std::string region = {};
  std::string endpoint = {};     ///< of S3
  std::string sts_endpoint = {}; ///< of the token service
  aws_network network = {};      ///< of Amazon's own endpoints
  bool path_style = false;       ///< of S3: buckets are in paths, not in host names
  /// Nothing: the profile says nothing of credentials.
  std::variant<std::monostate, keys, ambient, web_identity_options, sso_options, process_options> base = {};
  std::vector<assume_role_options> roles = {}; ///< without region and endpoint

  [[nodiscard]] bool has_credentials() const noexcept { return base.index() != 0; }
};

/// Reads profile `name` from the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or else ~/.aws/config
/// and ~/.aws/credentials (auth/aws_config.hpp), as botocore does, and so the AWS CLI. A setting in the second file goes
/// before one in the first. The first of these that the profile has is what counts:
///
/// | settings | are |
/// |---|---|
/// | role_arn | a role that the credentials of source_profile or credential_source ask for, or those of the environment; external_id, role_session_name, duration_seconds |
/// | web_identity_token_file and role_arn | a role that a web identity asks for |
/// | sso_account_id, sso_role_name | single sign-on, by sso_session or by sso_start_url and sso_region |
/// | aws_access_key_id ... in the credentials file | keys |
/// | credential_process | a program that prints them |
/// | aws_access_key_id ... in the config file | keys |
///
/// Region: the profile's, else AWS_REGION, AWS_DEFAULT_REGION. Endpoints: endpoint_url of `s3 =` and `sts =` in the [services]
/// section that the profile names, else its own endpoint_url, else AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_STS, else
/// AWS_ENDPOINT_URL; none where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or ignore_configured_endpoint_urls is true. (botocore
/// lets these variables go first; a connection that is named here is reached as it says.) use_fips_endpoint and
/// use_dualstack_endpoint alike, else AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT; of the profile's `s3 =` settings
/// addressing_style is read.
///
/// errc::invalid_argument, naming profile and setting, where half of something is missing, where source_profile leads in a
/// circle, and where a token device is asked for (mfa_serial), which a program cannot read; errc::not_found where neither
/// file has the profile. Settings of other matters are skipped. Thread-safe as long as no thread changes the environment
/// meanwhile.
[[nodiscard]] result<aws_profile> read_aws_profile(std::string_view name);

/// The profile that AWS_PROFILE names, or AWS_DEFAULT_PROFILE, else "default"; an empty one where none is named and there is
/// no default. Unlike with a profile that a program names, the environment goes first: for region and endpoints, and by
/// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME; and where AWS_ACCESS_KEY_ID is set, nothing of its
/// credentials is read.
[[nodiscard]] result<aws_profile> read_current_aws_profile();

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/aws_profile.ipp>
#endif

#endif
