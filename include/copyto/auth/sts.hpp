// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_STS_HPP
#define COPYTO_AUTH_STS_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/region.hpp>
#include <copyto/http/message.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

/// How long sessions of a token service may be.
struct sts_limits {
  std::chrono::seconds min_duration{900};
  std::chrono::seconds max_duration{43'200};
  /// Where the role is assumed by a session of another role ("role chaining").
  std::chrono::seconds max_chained{3'600};
};

/// Amazon's STS (API reference, AssumeRole; IAM User Guide, "Role chaining").
inline constexpr sts_limits aws_sts = {};
/// A server of which nothing is known but that it speaks STS (Ceph, MinIO): it checks by itself.
inline constexpr sts_limits any_sts = {.min_duration = std::chrono::seconds(1),
                                       .max_duration = std::chrono::hours(24 * 7),
                                       .max_chained = std::chrono::hours(24 * 7)};

/// Which role is assumed, and how. Only `role_arn` is needed.
struct assume_role_options {
  /// "arn:aws:iam::123456789012:role/name", 20 to 2048 characters.
  std::string role_arn = {};
  /// Shown in the audit log of the role's account: 2 to 64 of `A-Z a-z 0-9 _ + = , . @ -`. Empty: "copyto-"
  /// and 16 random hexadecimal digits, made once for each provider and its copies.
  std::string session_name = {};
  /// What the owner of the role asks of those who assume it, against confused deputies; not a secret.
  /// Empty, or 2 to 1224 of `A-Z a-z 0-9 _ + = , . @ : / -`.
  std::string external_id = {};
  /// Life of each session. The role's own maximum may be lower.
  std::chrono::seconds duration{3'600};
  /// Session policy, JSON of at most 2048 characters: the session may do what both it and the role allow.
  std::string policy = {};
  /// ARNs of managed policies that limit the session, too: at most 10.
  std::vector<std::string> policy_arns = {};
  /// Tags of the session, at most 50 with names that differ in more than case: names of 1 to 128 characters, values of at
  /// most 256. `transitive_tags` names those that the sessions of roles that this one assumes get, too.
  std::vector<std::pair<std::string, std::string>> tags = {};
  std::vector<std::string> transitive_tags = {};
  /// Who is behind the session, which no later session can change: empty, or 2 to 64 as a session name.
  std::string source_identity = {};
  /// Of the STS endpoint and the signature. Empty: the first region of the role's partition, e.g.
  /// "us-east-1"; then a session is valid in all regions that are on by default.
  std::string region = {};
  /// "https://host[:port][/path]". Empty: "https://sts.<region>.amazonaws.com", or the like of the partition and `network`.
  std::string endpoint = {};
  aws_network network = {}; ///< where `endpoint` is empty
  bool allow_http = false;  ///< without TLS anybody on the way reads the session's secrets
  sts_limits limits = aws_sts;
};

/// AssumeRole and its like of AWS STS, API version 2011-06-15. Pure functions, thread-safe.
namespace sts {

/// Who asks for the role: credentials, by their signature, or the token of an identity provider.
enum class action : std::uint8_t { assume_role, assume_role_with_web_identity };
/// "AssumeRole"
[[nodiscard]] constexpr std::string_view name_of(action a) noexcept {
  return a == action::assume_role ? "AssumeRole" : "AssumeRoleWithWebIdentity";
}

/// Checks the options by the rules of the API reference, before any request. errc::invalid_argument names
/// the option. `chained`: the role is assumed by a session of another role.
[[nodiscard]] result<void> check(assume_role_options const& options, bool chained = false);

/// The region that is signed for: `options.region`, or the first of the role's partition; empty where
/// that is not known.
[[nodiscard]] std::string region_of(assume_role_options const& options);

/// The parameters as a form (application/x-www-form-urlencoded). With a token that of AssumeRoleWithWebIdentity, which has
/// no external id, tags and source identity: they are in the token.
[[nodiscard]] std::string form(assume_role_options const& options, std::string_view token = {});

/// The request, not signed; it owns its body. The options must have passed `check`, and hold a session name. One with a
/// token is sent as it is.
[[nodiscard]] request make_request(assume_role_options const& options, std::string_view token = {});

/// Signs for the service "sts". Sign a fresh copy at every attempt.
void sign(request& r, credentials const& who, std::string_view region, utc_time time);

/// The session in an answer of status 200. Anything else than the XML of a whole session is
/// errc::bad_answer. Wipes the answer's body, which holds the secrets.
[[nodiscard]] result<credentials> read_session(response& answer, action asked = action::assume_role);

} // namespace sts
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/sts.ipp>
#endif

#endif
