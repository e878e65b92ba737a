// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IDENTITY_HPP
#define COPYTO_AUTH_IDENTITY_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/core/config.hpp>

#include <stop_token>
#include <string>
#include <string_view>

namespace copyto {

/// Who credentials are, as AWS STS says it (API Reference, "GetCallerIdentity"), which needs no right.
struct caller_identity {
  std::string account = {}; ///< 12 digits
  std::string arn = {};     ///< of a user, or of the session of a role

  /// What a trust policy names: the ARN, of a session that of its role without a path, which a session does not tell.
  [[nodiscard]] std::string principal() const;
};

namespace detail {

/// Asks once. `where` has region and endpoint of STS. Errors have the operation "GetCallerIdentity".
[[nodiscard]] result<caller_identity> who_am_i(provider_io& io, credentials const& who,
                                               assume_role_options const& where, std::stop_token const& stop);

} // namespace detail
} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/identity.ipp>
#endif

#endif
