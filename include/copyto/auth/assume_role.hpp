// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_ASSUME_ROLE_HPP
#define COPYTO_AUTH_ASSUME_ROLE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/auth/detail/role_session.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/http/concept.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/http/retry.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace copyto {

template <class Base, class Http, class Time, class Retry>
class assume_role;

namespace detail {

enum class role_verdict : std::uint8_t { ok, no_base, foreign_base, no_policy };

template <class Base, class Http, class Time, class Retry>
consteval role_verdict why_role() {
  if constexpr (!CredentialProvider<Base>) {
    return role_verdict::no_base;
  } else if constexpr (!issuer_set{.aws = true}.holds(Base::issued_by)) {
    return role_verdict::foreign_base;
  } else if constexpr (!Transport<Http> || !RetryPolicy<Retry> || !Clock<Time>) {
    return role_verdict::no_policy;
  } else {
    return role_verdict::ok;
  }
}

template <class P>
inline constexpr bool gives_role_sessions = false;
template <class... Policies>
inline constexpr bool gives_role_sessions<assume_role<Policies...>> = true;

} // namespace detail

/// Sessions of an IAM role, from the AssumeRole call of AWS STS or of a server that speaks its protocol.
///
///     auto store = copyto::s3_store{copyto::aws{.bucket = "lake", .region = "eu-west-1"},
///                                   copyto::assume_role{copyto::environment_keys{},
///                                                       {.role_arn = "arn:aws:iam::123456789012:role/exporter",
///                                                        .external_id = "..."}}};
///
/// Made of the credentials that may assume the role and the options; if need be, of another transport
/// (e.g. `curl_transport({.ca_file = ...})`), retry policy and clock.
///
/// - The options are checked before the first request; `check()` tells at once. errc::invalid_argument
///   names the option. A role that is assumed by another `assume_role` has at most one hour.
/// - A session is shared by all copies and threads, and renewed in time by one request at a time, see
///   `credential_cache`: an upload outlives its session. One that a server refuses although it has not
///   ended is given back by `expire` (RefreshableProvider), as is the base's own session where STS refuses it.
/// - Requests are retried by the retry policy: broken connections, 5xx, throttling. A clock that is wrong
///   is learnt from the server, once.
/// - Errors have the operation "AssumeRole", the role's ARN as key, the status, code, text and request id
///   of STS, and say what to check. errc::access_denied: the role does not exist, or its trust policy does
///   not allow it to these credentials or with this external id; errc::bad_credentials: the base is not
///   accepted; errc::bad_answer: what answers is not STS. No secret is in them.
///
/// R2 and GCS have no AssumeRole: an s3_store of these with this provider does not compile (copyto-V07).
///
/// Models RefreshableProvider. Thread-safe.
template <class Base, class Http = curl_transport, class Time = system_clock, class Retry = full_jitter>
class assume_role {
  static constexpr detail::role_verdict why = detail::why_role<Base, Http, Time, Retry>();
  static_assert(why != detail::role_verdict::no_base,
                "copyto-V24: assume_role needs the credential provider that may assume the role, e.g. "
                "environment_keys{}, as its first argument");
  static_assert(why != detail::role_verdict::foreign_base,
                "copyto-V25: AssumeRole is a call of AWS STS, which does not accept another service's credentials");
  static_assert(why != detail::role_verdict::no_policy,
                "copyto-V26: behind its options assume_role takes a Transport, a RetryPolicy and a Clock, in this "
                "order");

public:
  static constexpr issuer issued_by = issuer::aws;

  explicit assume_role(Base base, assume_role_options options, Http http = Http(), Retry retry = Retry(),
                       Time time = Time()) {
    if constexpr (why == detail::role_verdict::ok) {
      session_ = std::make_shared<detail::role_session>(
          std::move(options), detail::gives_role_sessions<Base>, detail::make_source(std::move(base)),
          detail::make_provider_io(std::move(http), std::move(retry), std::move(time)));
    }
  }

  /// Whether the options keep the rules of STS. Asks no server.
  [[nodiscard]] result<void> check() const { return session_->check(); }

  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop) { return session_->get(now, stop); }
  void expire(credentials const& rejected) { session_->expire(rejected); }

private:
  std::shared_ptr<detail::role_session> session_;
};

} // namespace copyto

#endif
