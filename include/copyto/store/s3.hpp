// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_HPP
#define COPYTO_STORE_S3_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/http/concept.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/http/retry.hpp>
#include <copyto/store/concept.hpp>
#include <copyto/store/s3/detail/core.hpp>
#include <copyto/store/service.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace copyto {

namespace detail {

template <class Credentials, class Http, class Time, class Retry>
class s3_policies_of final : public s3_policies {
public:
  s3_policies_of(Credentials credentials, Http http, Time time, Retry retry)
      : credentials_(std::move(credentials)), http_(std::move(http)), time_(std::move(time)), retry_(std::move(retry)) {
  }

  result<copyto::credentials> get(utc_time now, std::stop_token const& stop) override {
    return credentials_.get(now, stop);
  }
  void expire([[maybe_unused]] copyto::credentials const& rejected) override {
    if constexpr (RefreshableProvider<Credentials>) {
      credentials_.expire(rejected);
    }
  }
  result<response> perform(request const& r, std::stop_token const& stop) override { return http_.perform(r, stop); }
  std::optional<std::chrono::nanoseconds> delay(failed_attempt const& attempt, std::uint64_t random) override {
    return std::as_const(retry_).delay(attempt, random);
  }
  [[nodiscard]] retry_costs costs() const override {
    if constexpr (requires { retry_costs(retry_.costs); }) {
      return retry_.costs;
    } else {
      return {};
    }
  }
  utc_time now() override { return time_.now(); }
  bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) override {
    return time_.sleep(duration, stop);
  }

private:
  Credentials credentials_;
  Http http_;
  Time time_;
  Retry retry_;
};

enum class s3_verdict : std::uint8_t { ok, no_credentials, foreign_issuer, no_transport, no_retry, no_clock };

template <class Service, class Credentials, class Http, class Time, class Retry>
consteval s3_verdict why_store() {
  if constexpr (!CredentialProvider<Credentials>) {
    return s3_verdict::no_credentials;
  } else if constexpr (!Transport<Http>) {
    return s3_verdict::no_transport;
  } else if constexpr (!RetryPolicy<Retry>) {
    return s3_verdict::no_retry;
  } else if constexpr (!Clock<Time>) {
    return s3_verdict::no_clock;
  } else if constexpr (requires { issuer_set(Service::accepts); }) {
    return Service::accepts.holds(Credentials::issued_by) ? s3_verdict::ok : s3_verdict::foreign_issuer;
  } else {
    return s3_verdict::ok; // a profile made at run time is checked at run time
  }
}

/// Stands for credentials with which no store can be made.
template <s3_verdict Verdict, class Service, class Culprit>
struct rejected_credentials {};

template <class Service, class Credentials, class Http, class Time, class Retry,
          s3_verdict Verdict = why_store<Service, Credentials, Http, Time, Retry>()>
using checked_credentials =
    std::conditional_t<Verdict == s3_verdict::ok, Credentials, rejected_credentials<Verdict, Service, Credentials>>;

} // namespace detail

/// A bucket of Amazon S3 or of a service that speaks its protocol.
///
/// Made of a service (`aws`, `gcs`, `r2`, `s3_compatible`, or an `s3_service` filled at run time), where
/// credentials come from, and, if need be, another transport, retry policy and clock:
///
///     auto store = copyto::s3_store{copyto::aws{.bucket = "lake", .region = "eu-west-1"},
///                                   copyto::environment_keys{}};
///
/// A store without credentials (copyto-V06), or with ones that the service does not accept (copyto-V07),
/// does not compile. Settings that cannot be right are an error of `check()` and of every operation.
///
/// Models ObjectStore, Reading, Listing, Deleting and Conditional: their law holds. Beyond it:
/// - Every attempt is signed anew, with credentials asked for anew. A region or clock that the server
///   corrects is learnt for all later requests, and the request repeated once. A session that the server
///   no longer accepts is given back to a RefreshableProvider, and the request repeated once with the next.
/// - Over TLS bodies travel as UNSIGNED-PAYLOAD with the checksum header of the service's profile;
///   without, their SHA-256 is signed.
/// - Tags are entity tags without their quotes.
/// - `put`, `create_upload`, `complete` and `remove` fail with disposition `in_doubt` when they gave up
///   after the answer to some attempt was lost. So does a conditional `put` that was repeated after a
///   lost answer and then met its own success (errc::precondition_failed): read the object to settle it.
/// - `complete` settles a lost answer itself where it can: the upload is gone and the object bears the
///   token and size of this upload (success), or there is no object (errc::no_such_upload).
/// - Errors carry the operation, s3://bucket/key, the server's status, code, text and request id, and how
///   many requests were made.
///
/// Thread-safe. Copies share transport, connections and what was learnt.
template <class Credentials, class Http = curl_transport, class Time = system_clock, class Retry = full_jitter>
class s3_store {
public:
  static_assert(CredentialProvider<Credentials> && Transport<Http> && RetryPolicy<Retry> && Clock<Time>);

  using credentials_type = Credentials;
  static constexpr bool is_rejected = false;

  template <std::convertible_to<s3_service> Service>
  explicit s3_store(Service const& service, Credentials credentials, Http http = Http(), Retry retry = Retry(),
                    Time time = Time())
      : core_(std::make_shared<detail::s3_core>(
            static_cast<s3_service>(service), Credentials::issued_by,
            std::make_unique<detail::s3_policies_of<Credentials, Http, Time, Retry>>(
                std::move(credentials), std::move(http), std::move(time), std::move(retry)))) {
    static_assert(detail::why_store<Service, Credentials, Http, Time, Retry>() != detail::s3_verdict::foreign_issuer,
                  "copyto-V07: this provider issues credentials of another service than the store's, which does not "
                  "accept them; use keys that the service itself has issued");
  }

  /// Whether the settings can be right: bucket, endpoint, region, issuer. Asks no server.
  [[nodiscard]] result<void> check() const { return core_->check(); }

  [[nodiscard]] store_limits limits() const { return core_->limits(); }
  [[nodiscard]] conditions put_conditions() const { return core_->conditions(); }
  /// "s3://bucket/key", "gs://bucket/key" or "r2://bucket/key"
  [[nodiscard]] std::string uri(std::string_view key) const { return core_->uri(key); }
  /// What all copies of this store have asked so far.
  [[nodiscard]] store_counters counters() const { return core_->counters(); }

  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token stop) {
    return core_->put(key, body, options, condition, stop);
  }
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token stop) {
    return core_->create_upload(key, options, stop);
  }
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token stop) {
    return core_->put_part(key, upload_id, number, body, stop);
  }
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token stop) {
    return core_->complete(key, upload_id, parts, condition, stop);
  }
  result<void> abort(std::string_view key, std::string_view upload_id) { return core_->abort(key, upload_id); }
  result<object_info> head(std::string_view key, std::stop_token stop) { return core_->head(key, stop); }
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token stop) {
    return core_->get(key, max_size, stop);
  }
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token stop) {
    return core_->list(prefix, from, stop);
  }
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from, std::stop_token stop) {
    return core_->list_uploads(prefix, from, stop);
  }
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token stop) {
    return core_->list_parts(key, upload_id, from, stop);
  }
  result<void> remove(std::string_view key, std::stop_token stop) { return core_->remove(key, stop); }

private:
  std::shared_ptr<detail::s3_core> core_;
};

/// What an s3_store that cannot work becomes: one static_assert says why. The members have the real
/// signatures, undefined, so that the code behind it adds no second error.
template <detail::s3_verdict Verdict, class Service, class Culprit, class Http, class Time, class Retry>
class s3_store<detail::rejected_credentials<Verdict, Service, Culprit>, Http, Time, Retry> {
  static_assert(Verdict != detail::s3_verdict::no_credentials,
                "copyto-V06: an s3_store needs a credential provider, e.g. environment_keys{} or static_keys{id, "
                "secret}, as its second argument");
  static_assert(Verdict != detail::s3_verdict::foreign_issuer,
                "copyto-V07: this provider issues credentials of another service than the store's, which does not "
                "accept them; use keys that the service itself has issued");
  static_assert(Verdict != detail::s3_verdict::no_transport,
                "copyto-V21: the third argument of an s3_store must be a Transport: "
                "perform(request, stop) -> result<response>");
  static_assert(Verdict != detail::s3_verdict::no_retry,
                "copyto-V22: the fourth argument of an s3_store must be a RetryPolicy: "
                "delay(failed_attempt, random) -> optional<nanoseconds>");
  static_assert(Verdict != detail::s3_verdict::no_clock,
                "copyto-V23: the fifth argument of an s3_store must be a Clock: now(), elapsed(), "
                "sleep(duration, stop)");

public:
  using credentials_type = Culprit;
  static constexpr bool is_rejected = true;

  template <class... Arguments>
  explicit s3_store(Arguments const&...);

  [[nodiscard]] result<void> check() const;
  [[nodiscard]] store_limits limits() const;
  [[nodiscard]] conditions put_conditions() const;
  [[nodiscard]] std::string uri(std::string_view key) const;
  [[nodiscard]] store_counters counters() const;
  result<std::string> put(std::string_view, bytes_view, object_options const&, put_condition const&, std::stop_token);
  result<std::string> create_upload(std::string_view, object_options const&, std::stop_token);
  result<part_tag> put_part(std::string_view, std::string_view, std::uint32_t, part_body, std::stop_token);
  result<std::string> complete(std::string_view, std::string_view, std::span<part_tag const>, put_condition const&,
                               std::stop_token);
  result<void> abort(std::string_view, std::string_view);
  result<object_info> head(std::string_view, std::stop_token);
  result<object_contents> get(std::string_view, std::size_t, std::stop_token);
  result<page<object_info>> list(std::string_view, std::string_view, std::stop_token);
  result<page<pending_upload>> list_uploads(std::string_view, std::string_view, std::stop_token);
  result<page<part_tag>> list_parts(std::string_view, std::string_view, std::string_view, std::stop_token);
  result<void> remove(std::string_view, std::stop_token);
};

template <std::convertible_to<s3_service> Service, class Credentials, class Http = curl_transport,
          class Retry = full_jitter, class Time = system_clock>
s3_store(Service, Credentials, Http = Http(), Retry = Retry(), Time = Time())
    -> s3_store<detail::checked_credentials<Service, Credentials, Http, Time, Retry>, Http, Time, Retry>;

/// Without credentials: rejected.
template <std::convertible_to<s3_service> Service>
s3_store(Service) -> s3_store<detail::rejected_credentials<detail::s3_verdict::no_credentials, Service, void>>;

} // namespace copyto

#endif
