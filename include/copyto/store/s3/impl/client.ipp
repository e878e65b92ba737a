// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_CLIENT_IPP
#define COPYTO_STORE_S3_IMPL_CLIENT_IPP

#include <copyto/store/s3/detail/client.hpp>

#include <copyto/auth/digest.hpp>
#include <copyto/auth/sigv4.hpp>
#include <copyto/core/detail/random_bits.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/attempts.hpp>
#include <copyto/http/xml.hpp>
#include <copyto/store/s3/detail/answers.hpp>
#include <copyto/store/s3/detail/attribute_headers.hpp>
#include <copyto/store/s3/detail/checksum.hpp>

#include <fmt/format.h>

#include <utility>

namespace copyto::detail {

/// What a credential provider failed with. Codes that speak of an object, a role or a file of its own must
/// not be taken for the state of ours.
[[nodiscard]] inline error_info provider_failure(error const& e) {
  error_info info = *e;
  switch (info.code) {
  case errc::access_denied:
  case errc::not_found:
  case errc::no_such_upload:
  case errc::precondition_failed: info.code = errc::bad_credentials; break;
  default: break;
  }
  return info;
}

/// The attempts of one call.
class s3_client::call_attempts final : public attempts {
public:
  call_attempts(s3_client& client, s3_call& call) : client_(client), call_(call) {}

private:
  sent send(std::stop_token const& stop) override;
  bool cure(service_failure const& why, response const& answer, std::stop_token const& stop) override;
  [[nodiscard]] error_info describe(service_failure const& why) const override {
    return detail::describe(why, call_.operation);
  }
  std::optional<std::chrono::nanoseconds> pause(failed_attempt const& failed) override;
  bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) override {
    return client_.policies_->sleep(duration, stop);
  }
  [[nodiscard]] error finish(error_info info, bool gave_up) const override {
    return client_.finish(std::move(info), call_, gave_up);
  }

  [[nodiscard]] result<credentials> credentials_now(std::stop_token const& stop) const;
  [[nodiscard]] std::string const& payload();
  void count();
  [[nodiscard]] std::optional<service_failure> failure_of(response const& answer) const;

  s3_client& client_;
  s3_call& call_;
  std::string payload_; ///< as it is signed
  // Of the attempt that was made last:
  learnt used_ = {};
  credentials who_ = {};
  utc_time sent_ = {};
  utc_time received_ = {};
};

COPYTO_COLD s3_client::s3_client(s3_service service, issuer issued_by, std::unique_ptr<s3_policies> policies)
    : service_(std::move(service)), policies_(std::move(policies)), random_(random_bits()),
      budget_(policies_->costs()) {
  learnt_.region = service_.region;
  result<s3_endpoint> endpoint = resolve(service_, service_.region);
  if (!endpoint) {
    problem_ = endpoint.error();
  } else if (!service_.issuers.holds(issued_by)) {
    problem_ = error({.code = errc::bad_credentials,
                      .message = service_.name + " does not accept credentials of this issuer",
                      .advice = "use keys that the service itself has issued"});
  } else if (service_.attributes.lock_until && *service_.attributes.lock_until <= policies_->now()) {
    problem_ = error({.code = errc::invalid_argument,
                      .message = ".lock_until lies in the past",
                      .advice = "lock until a time that is still to come"});
  } else {
    learnt_.endpoint = std::move(*endpoint);
  }
}

COPYTO_COLD result<void> s3_client::check() const {
  if (problem_) {
    return *problem_;
  }
  return {};
}

COPYTO_COLD std::string s3_client::uri(std::string_view key) const {
  return fmt::format("{}://{}/{}", service_.uri_scheme, service_.bucket, key);
}

COPYTO_COLD store_counters s3_client::counters() const {
  std::lock_guard const lock(mutex_);
  return counters_;
}

COPYTO_COLD s3_client::learnt s3_client::known() const {
  std::lock_guard const lock(mutex_);
  return learnt_;
}

COPYTO_COLD std::uint64_t s3_client::random() noexcept {
  // SplitMix64 (Steele, Lea, Flood 2014): each call steps the state once, so threads need no lock.
  std::uint64_t z = random_.fetch_add(0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// --- one operation, with its attempts -----------------------------------------------------------

COPYTO_COLD request s3_client::make_request(s3_call const& call, learnt const& at) const {
  request r;
  r.method = call.method;
  r.scheme = at.endpoint.scheme;
  r.host = at.endpoint.host;
  r.port = at.endpoint.port;
  r.path = at.endpoint.root;
  r.path += call.key;
  if (call.key.empty() && r.path.size() > 1) {
    r.path.pop_back(); // the bucket itself, in path style: no slash behind it
  }
  r.query = call.query;
  r.headers = call.headers;
  add_guards(service_.attributes, r.headers);
  r.body = call.body;
  r.patience.low_speed_time = call.operation.patience;
  r.max_answer = call.max_answer;
  return r;
}

COPYTO_COLD bool s3_client::is_good(s3_call const& call, response const& answer) const {
  if (!answer.ok()) {
    return false;
  }
  if (!call.needs_header.empty() && bare_tag(answer.header(call.needs_header).value_or("")).empty()) {
    return false;
  }
  if (call.needs.empty()) {
    return true;
  }
  result<std::string> const root = xml_root(answer.body);
  std::size_t const slash = call.needs.find('/');
  return root && *root == call.needs.substr(0, slash) &&
         (slash == std::string_view::npos || !bare_tag(xml_text(answer.body, call.needs).value_or("")).empty());
}

COPYTO_COLD bool s3_client::learn_region(std::string const& region, learnt const& used) {
  if (region == used.region || !is_region_name(region)) {
    return false;
  }
  result<s3_endpoint> endpoint = resolve(service_, region);
  if (!endpoint) {
    return false;
  }
  std::lock_guard const lock(mutex_);
  learnt_.region = region;
  learnt_.endpoint = std::move(*endpoint);
  return true;
}

COPYTO_COLD error s3_client::finish(error_info info, s3_call const& call, bool gave_up) const {
  // What a credential provider asked of its own server is not this operation's.
  if (info.operation.empty() || info.operation == call.operation.name()) {
    info.operation = call.operation.name();
    info.key = uri(call.key);
    info.attempts = call.attempts;
  }
  // An earlier attempt may have done it, whatever the last one said.
  if (call.lost && call.operation.leaves_doubt) {
    info.disposition = disposition::in_doubt;
  } else if (info.disposition == disposition::in_doubt || gave_up) {
    info.disposition = disposition::exhausted;
  }
  return error(std::move(info));
}

// --- its attempts -------------------------------------------------------------------------------

COPYTO_COLD result<credentials> s3_client::call_attempts::credentials_now(std::stop_token const& stop) const {
  result<credentials> who = client_.policies_->get(client_.policies_->now() + used_.skew, stop);
  if (!who) {
    error_info info = provider_failure(who.error());
    if (info.disposition != disposition::permanent) {
      info.disposition = disposition::exhausted; // a provider has retries of its own
    }
    return error(std::move(info));
  }
  if (!client_.service_.session_tokens && !who->session_token.empty()) {
    return error({.code = errc::bad_credentials,
                  .message = client_.service_.name + " has no session tokens",
                  .advice = "use a long-term key that the service itself has issued"});
  }
  if (!client_.service_.bearer_tokens && !who->bearer_token.empty()) {
    return error({.code = errc::bad_credentials,
                  .message = client_.service_.name + " takes no OAuth tokens",
                  .advice = "use keys that the service itself has issued"});
  }
  return who;
}

/// What stands in the signature for the body.
COPYTO_COLD std::string const& s3_client::call_attempts::payload() {
  if (payload_.empty()) {
    bool const clear = used_.endpoint.scheme != "https"; // nothing else protects the body then
    payload_ = call_.body.empty()         ? std::string(sigv4::empty_payload)
               : clear || call_.sign_body ? hex(sha256(call_.body))
                                          : std::string(sigv4::unsigned_payload);
  }
  return payload_;
}

COPYTO_COLD void s3_client::call_attempts::count() {
  std::lock_guard const lock(client_.mutex_);
  auto const kind = static_cast<std::size_t>(call_.operation.kind);
  ++client_.counters_.requests[kind];
  client_.counters_.bytes_sent[kind] += call_.body.size();
  client_.counters_.retries += call_.attempts > 1 ? 1 : 0;
}

/// Why an answer is no success, or nothing.
COPYTO_COLD std::optional<service_failure> s3_client::call_attempts::failure_of(response const& answer) const {
  s3_call const& call = call_;
  service_failure f;
  if (client_.is_good(call, answer)) {
    if (call.checksum.empty() ||
        declared_checksum(client_.service_.checksum, answer).value_or(call.checksum) == call.checksum) {
      return std::nullopt;
    }
    f = classify(answer, call.operation);
    f.code = errc::damaged;
    f.remedy = remedy::repeat;
    f.may_have_happened = true;
  } else {
    f = answer.ok() ? classify_bad_success(answer, call.operation) : classify(answer, call.operation);
  }
  f.resolve_session(who_.temporary());
  if (f.status == 401 && !who_.bearer_token.empty()) {
    f.remedy = remedy::credentials; // the token has ended, or was taken back
  }
  if (f.service_code.empty() && (f.status == 400 || f.status == 403)) {
    // HEAD answers without a code: the session may have ended on the way, or before its time.
    bool const ended = who_.expiry && received_ + used_.skew >= *who_.expiry;
    bool const perhaps = f.status == 400 && f.region.empty() && !who_.session_token.empty();
    f.remedy = ended || perhaps ? remedy::credentials : f.remedy;
  }
  f.hide(who_.secret_key.reveal());
  f.hide(who_.session_token.reveal());
  f.hide(who_.bearer_token.reveal());
  return f;
}

COPYTO_COLD attempts::sent s3_client::call_attempts::send(std::stop_token const& stop) {
  s3_policies& policies = *client_.policies_;
  adaptive_limit::place place;
  if (!client_.limit_.enter(place, stop)) {
    return {.answer = error(errc::stopped, "stopped on request")};
  }
  adaptive_limit::held held(client_.limit_, place);
  used_ = client_.known();
  auto who = credentials_now(stop);
  if (!who) {
    return {.answer = who.error()};
  }
  who_ = std::move(*who);
  request r = client_.make_request(call_, used_);
  std::string const& body = payload();
  sent_ = policies.now();
  if (who_.bearer_token.empty()) {
    sigv4::sign(r, who_,
                {.region = used_.region,
                 .service = client_.service_.signed_service,
                 .time = sent_ + used_.skew,
                 .dialect = client_.service_.signature},
                body);
  } else {
    std::string value("Bearer ");
    value += who_.bearer_token.reveal();
    r.headers.push_back({.name = "Authorization", .value = std::move(value), .sensitive = true});
  }
  ++call_.attempts;
  count();
  sent one{.answer = policies.perform(r, stop)};
  received_ = policies.now();
  r.wipe_secrets();
  bool throttled = false;
  if (one.answer) {
    one.why = failure_of(*one.answer);
    throttled = one.why && one.why->remedy == remedy::slow_down;
    call_.lost = call_.lost || one.answer->sends > 1 || (one.why && one.why->may_have_happened);
  } else {
    call_.lost = call_.lost || one.answer.error()->disposition == disposition::in_doubt;
  }
  bool const success = one.answer && !one.why;
  held.how = success     ? adaptive_limit::outcome::success
             : throttled ? adaptive_limit::outcome::throttled
                         : adaptive_limit::outcome::other;
  return one;
}

COPYTO_COLD bool s3_client::call_attempts::cure(service_failure const& why, response const& answer,
                                                std::stop_token const& stop) {
  if (why.remedy == remedy::region) {
    return client_.learn_region(why.region, used_);
  }
  if (why.remedy == remedy::clock) {
    auto const skew = new_clock_skew(answer, sent_, received_, used_.skew);
    if (skew) {
      std::lock_guard const lock(client_.mutex_);
      client_.learnt_.skew = *skew;
    }
    return skew.has_value();
  }
  client_.policies_->expire(who_);
  auto const fresh = client_.policies_->get(client_.policies_->now() + used_.skew, stop);
  if (!fresh) {
    no_others(error(provider_failure(fresh.error())));
    return false;
  }
  return !fresh->same_as(who_);
}

COPYTO_COLD std::optional<std::chrono::nanoseconds> s3_client::call_attempts::pause(failed_attempt const& failed) {
  if (failed.throttled) {
    std::lock_guard const lock(client_.mutex_);
    ++client_.counters_.throttles;
  }
  auto const wait = client_.policies_->delay(failed, client_.random());
  int const cost = client_.budget_.cost(failed.throttled);
  if (!wait || !client_.budget_.spend(cost)) {
    return std::nullopt;
  }
  call_.spent += cost;
  return wait;
}

COPYTO_COLD result<response> s3_client::run(s3_call& call, std::stop_token const& stop) {
  if (problem_) {
    return problem_->with([&](error_info& info) {
      info.operation = call.operation.name();
      info.key = uri(call.key);
    });
  }
  result<response> answer = call_attempts(*this, call).run(stop);
  if (answer) {
    budget_.succeeded(call.spent);
  }
  return answer;
}

} // namespace copyto::detail

#endif
