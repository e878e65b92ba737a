// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_CONCEPT_HPP
#define COPYTO_AUTH_CONCEPT_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace copyto {

/// What a request is signed with.
struct credentials {
  std::string access_key_id = {}; ///< not a secret, yet nothing that errors need to show
  secret secret_key = {};
  secret session_token = {};                     ///< empty for long-term keys
  secret bearer_token = {};                      ///< of OAuth 2.0, in place of all these and of a signature
  std::optional<utc_time> expiry = std::nullopt; ///< nothing: they do not expire

  /// Whether they end, and others can be had.
  [[nodiscard]] bool temporary() const noexcept { return !session_token.empty() || !bearer_token.empty(); }

  /// Whether both are one set, as far as a server can tell.
  [[nodiscard]] bool same_as(credentials const& other) const noexcept {
    return access_key_id == other.access_key_id && session_token.reveal() == other.session_token.reveal() &&
           bearer_token.reveal() == other.bearer_token.reveal();
  }
};

/// Who gives credentials out. A store accepts those of its own service, and `any`: keys that somebody
/// made in the service's console are told apart by no type.
enum class issuer : std::uint8_t { any, aws, gcs, r2 };

/// The issuers that a service accepts besides `issuer::any`.
struct issuer_set {
  bool aws = false;
  bool gcs = false;
  bool r2 = false;

  [[nodiscard]] constexpr bool holds(issuer i) const noexcept {
    return i == issuer::any || (i == issuer::aws && aws) || (i == issuer::gcs && gcs) || (i == issuer::r2 && r2);
  }
};

template <class P>
concept HasGet = requires(P& p, utc_time now, std::stop_token stop) {
  { p.get(now, stop) } -> std::same_as<result<credentials>>;
};
template <class P>
concept HasIssuer = requires {
  { P::issued_by } -> std::convertible_to<issuer>;
};

/// Where credentials come from.
///
/// | expression | meaning |
/// |---|---|
/// | `p.get(now, stop)` | credentials that are good at `now` |
/// | `P::issued_by` | constexpr: who issues them |
///
/// Law:
/// - `get` is called for every attempt of every request, from many threads at once: it caches what is
///   costly, and never hands out a set that has expired at `now`.
/// - Copyable; copies share what they cache.
/// - An error is errc::bad_credentials, or the one of the request that failed. It is not retried by the
///   caller: a provider that asks a server retries by itself. A store reports codes that could be mistaken
///   for the state of an object (access_denied, not_found, ...) as errc::bad_credentials.
/// - Nothing secret is logged or put into an error.
template <class P>
concept CredentialProvider = std::copyable<P> && HasGet<P> && HasIssuer<P>;

template <class P>
concept HasExpire = requires(P& p, credentials const& rejected) { p.expire(rejected); };

/// A provider that can be told of a set that a server no longer accepts, although it has not expired.
///
/// Law: after `p.expire(rejected)`, `get` never hands out `rejected` again, but asks for another set. Other
/// sets stay: threads that were refused with the same one cause one renewal, not one each. Thread-safe,
/// does not wait.
template <class P>
concept RefreshableProvider = CredentialProvider<P> && HasExpire<P>;

} // namespace copyto

#endif
