// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_KEYS_HPP
#define COPYTO_AUTH_KEYS_HPP

#include <copyto/auth/concept.hpp>

#include <string_view>

namespace copyto {

/// Keys that the program holds: an access key of AWS or R2, an HMAC key of GCS, with a session token if
/// they are temporary. A set without id or secret is errc::bad_credentials at the first request.
class static_keys {
public:
  static constexpr issuer issued_by = issuer::any;

  static_keys(std::string_view access_key_id, std::string_view secret_key, std::string_view session_token = {})
      : keys_{.access_key_id = std::string(access_key_id),
              .secret_key = secret(secret_key),
              .session_token = secret(session_token)} {}

  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop) const;

private:
  credentials keys_;
};
static_assert(CredentialProvider<static_keys>);

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if set, AWS_SESSION_TOKEN (once called AWS_SECURITY_TOKEN), read at each request, so that
/// a program may renew them. An id without a secret, or the reverse, is errc::bad_credentials, as is
/// neither: this provider never falls through to another. Reading is thread-safe as long as no thread
/// changes the environment meanwhile.
struct environment_keys {
  static constexpr issuer issued_by = issuer::any;

  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop) const;
};
static_assert(CredentialProvider<environment_keys>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/keys.ipp>
#endif

#endif
