// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_IMPL_CLIENT_IPP
#define COPYTO_STORE_S3_IMPL_CLIENT_IPP

#include <copyto/store/s3/detail/client.hpp>

#include <copyto/auth/digest.hpp>
#include <copyto/auth/sigv4.hpp>
#include <copyto/core/utf8.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/redact.hpp>
#include <copyto/http/xml.hpp>
#include <copyto/store/s3/detail/answers.hpp>
#include <copyto/store/s3/detail/checksum.hpp>

#include <fmt/format.h>

#include <random>
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

/// Everything that one attempt was made with.
struct s3_client::attempt {
  learnt used = {};
  credentials who = {};
  utc_time sent = {};
  utc_time received = {};
  response const* answer = nullptr;
};

COPYTO_DECL s3_client::s3_client(s3_service service, issuer issued_by, std::unique_ptr<s3_policies> policies)
    : service_(std::move(service)), policies_(std::move(policies)),
      random_((static_cast<std::uint64_t>(std::random_device{}()) << 32) ^ std::random_device{}()),
      budget_(policies_->costs()) {
  learnt_.region = service_.region;
  result<s3_endpoint> endpoint = resolve(service_, service_.region);
  if (!endpoint) {
    problem_ = endpoint.error();
  } else if (!service_.issuers.holds(issued_by)) {
    problem_ = error({.code = errc::bad_credentials,
                      .message = service_.name + " does not accept credentials of this issuer",
                      .advice = "use keys that the service itself has issued"});
  } else {
    learnt_.endpoint = std::move(*endpoint);
  }
}

COPYTO_DECL result<void> s3_client::check() const {
  if (problem_) {
    return *problem_;
  }
  return {};
}

COPYTO_DECL std::string s3_client::uri(std::string_view key) const {
  return fmt::format("{}://{}/{}", service_.uri_scheme, service_.bucket, key);
}

COPYTO_DECL store_counters s3_client::counters() const {
  std::lock_guard const lock(mutex_);
  return counters_;
}

COPYTO_DECL s3_client::learnt s3_client::known() const {
  std::lock_guard const lock(mutex_);
  return learnt_;
}

COPYTO_DECL std::uint64_t s3_client::random() noexcept {
  // SplitMix64 (Steele, Lea, Flood 2014): each call steps the state once, so threads need no lock.
  std::uint64_t z = random_.fetch_add(0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// --- one operation, with its attempts -----------------------------------------------------------

COPYTO_DECL request s3_client::make_request(s3_call const& call, learnt const& at) const {
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
  r.body = call.body;
  r.patience.low_speed_time = call.operation.patience;
  r.max_answer = call.max_answer;
  return r;
}

COPYTO_DECL bool s3_client::is_good(s3_call const& call, response const& answer) const {
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

/// Why an answer is no success, or nothing.
COPYTO_DECL std::optional<s3_failure> s3_client::failure_of(s3_call const& call, attempt const& a) const {
  response const& answer = *a.answer;
  s3_failure f;
  if (is_good(call, answer)) {
    if (call.checksum.empty() ||
        declared_checksum(service_.checksum, answer).value_or(call.checksum) == call.checksum) {
      return std::nullopt;
    }
    f = classify(answer, call.operation);
    f.code = errc::damaged;
    f.remedy = s3_remedy::repeat;
    f.may_have_happened = true;
  } else {
    f = answer.ok() ? classify_bad_success(answer, call.operation) : classify(answer, call.operation);
  }
  if (f.remedy == s3_remedy::session) {
    f.remedy = a.who.session_token.empty() ? s3_remedy::none : s3_remedy::credentials;
  } else if (f.service_code.empty() && (f.status == 400 || f.status == 403)) {
    // HEAD answers without a code: the session may have ended on the way, or before its time.
    bool const ended = a.who.expiry && a.received + a.used.skew >= *a.who.expiry;
    bool const perhaps = f.status == 400 && f.region.empty() && !a.who.session_token.empty();
    f.remedy = ended || perhaps ? s3_remedy::credentials : f.remedy;
  }
  for (std::string* text : {&f.service_code, &f.service_text, &f.request_id}) {
    redact(*text, a.who.secret_key.reveal());
    redact(*text, a.who.session_token.reveal());
  }
  return f;
}

COPYTO_DECL bool s3_client::learn_region(std::string const& region, learnt const& used) {
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

COPYTO_DECL bool s3_client::learn_skew(attempt const& a) {
  auto const skew = clock_skew(*a.answer, a.sent, a.received);
  // No change, no retry: the same request would fail in the same way.
  if (!skew || std::chrono::abs(*skew - a.used.skew) < std::chrono::minutes(1)) {
    return false;
  }
  std::lock_guard const lock(mutex_);
  learnt_.skew = *skew;
  return true;
}

COPYTO_DECL bool s3_client::cure(s3_failure const& failure, attempt const& a, tried& done,
                                 std::stop_token const& stop) {
  if (failure.service_code == "RequestTimeout" && a.answer->kept_connection) {
    // The server had given up on the kept connection before the request came: no failure of this one.
    return !std::exchange(done.idle_connection, true);
  }
  switch (failure.remedy) {
  case s3_remedy::region: return !std::exchange(done.region, true) && learn_region(failure.region, a.used);
  case s3_remedy::clock: return !std::exchange(done.clock, true) && learn_skew(a);
  case s3_remedy::credentials: {
    if (std::exchange(done.credentials, true)) {
      return false;
    }
    policies_->expire(a.who);
    auto const fresh = policies_->get(policies_->now() + a.used.skew, stop);
    if (!fresh) {
      done.no_others = error(provider_failure(fresh.error()));
      return false;
    }
    return fresh->access_key_id != a.who.access_key_id || fresh->session_token.reveal() != a.who.session_token.reveal();
  }
  default: return false;
  }
}

COPYTO_DECL error s3_client::finish(error_info info, s3_call const& call, bool gave_up) const {
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

COPYTO_DECL error s3_client::stopped(s3_call const& call) const {
  return finish({.code = errc::stopped, .message = "stopped on request"}, call, false);
}

/// Whether the budget of all requests allows one more attempt of this one.
COPYTO_DECL bool s3_client::may_repeat(s3_call& call, bool throttled) {
  int const cost = budget_.cost(throttled);
  if (!budget_.spend(cost)) {
    return false;
  }
  call.spent += cost;
  return true;
}

/// One request, signed anew with credentials asked for anew.
COPYTO_DECL result<response> s3_client::try_once(s3_call& call, attempt& a, std::string& payload,
                                                 std::stop_token const& stop) {
  auto who = policies_->get(policies_->now() + a.used.skew, stop);
  if (!who) {
    error_info info = provider_failure(who.error());
    if (info.disposition != disposition::permanent) {
      info.disposition = disposition::exhausted; // a provider has retries of its own
    }
    return error(std::move(info));
  }
  a.who = std::move(*who);
  if (!service_.session_tokens && !a.who.session_token.empty()) {
    return error({.code = errc::bad_credentials,
                  .message = service_.name + " has no session tokens",
                  .advice = "use a long-term key that the service itself has issued"});
  }
  if (payload.empty()) {
    bool const clear = a.used.endpoint.scheme != "https"; // nothing else protects the body then
    payload = call.body.empty()         ? std::string(sigv4::empty_payload)
              : clear || call.sign_body ? hex(sha256(call.body))
                                        : std::string(sigv4::unsigned_payload);
  }
  request r = make_request(call, a.used);
  a.sent = policies_->now();
  sigv4::sign(r, a.who,
              {.region = a.used.region,
               .service = service_.signed_service,
               .time = a.sent + a.used.skew,
               .dialect = service_.signature},
              payload);
  ++call.attempts;
  {
    std::lock_guard const lock(mutex_);
    auto const kind = static_cast<std::size_t>(call.operation.kind);
    ++counters_.requests[kind];
    counters_.bytes_sent[kind] += call.body.size();
    counters_.retries += call.attempts > 1 ? 1 : 0;
  }
  result<response> answer = policies_->perform(r, stop);
  a.received = policies_->now();
  for (header& h : r.headers) {
    if (h.sensitive) {
      secret::wipe(h.value.data(), h.value.size());
    }
  }
  return answer;
}

COPYTO_DECL result<response> s3_client::run(s3_call& call, std::stop_token const& stop) {
  if (problem_) {
    return problem_->with([&](error_info& info) {
      info.operation = call.operation.name();
      info.key = uri(call.key);
    });
  }
  std::string payload;
  tried cures;
  for (int failures = 0;;) {
    adaptive_limit::place place;
    if (stop.stop_requested() || !limit_.enter(place, stop)) {
      return stopped(call);
    }
    attempt a{.used = known()};
    result<response> answer = try_once(call, a, payload, stop);
    failed_attempt failed{.number = ++failures};
    std::optional<s3_failure> f;
    error_info info;
    if (answer) {
      a.answer = &*answer;
      call.lost = call.lost || answer->sends > 1;
      f = failure_of(call, a);
      failed.throttled = f && f->remedy == s3_remedy::slow_down;
    }
    limit_.leave(place, answer && !f       ? adaptive_limit::outcome::success
                        : failed.throttled ? adaptive_limit::outcome::throttled
                                           : adaptive_limit::outcome::other);
    if (answer && !f) {
      budget_.succeeded(call.spent);
      return answer;
    }
    if (!answer) {
      info = *answer.error();
      call.lost = call.lost || info.disposition == disposition::in_doubt;
      if (info.code == errc::stopped) {
        return stopped(call);
      }
      if (info.disposition == disposition::permanent || info.disposition == disposition::exhausted) {
        return finish(std::move(info), call, false);
      }
    } else {
      call.lost = call.lost || f->may_have_happened;
      info = describe(*f, call.operation);
      if (cure(*f, a, cures, stop)) {
        --failures;
        continue;
      }
      if (cures.no_others) {
        if (cures.no_others->is(errc::stopped)) {
          return stopped(call);
        }
        info.suppressed.push_back(*std::exchange(cures.no_others, std::nullopt));
      }
      if (f->remedy != s3_remedy::repeat && f->remedy != s3_remedy::slow_down) {
        return finish(std::move(info), call, false);
      }
      failed.retry_after = f->retry_after;
      if (failed.throttled) {
        std::lock_guard const lock(mutex_);
        ++counters_.throttles;
      }
    }
    auto const pause = policies_->delay(failed, random());
    if (!pause || !may_repeat(call, failed.throttled)) {
      return finish(std::move(info), call, true);
    }
    if (!policies_->sleep(*pause, stop)) {
      return stopped(call);
    }
  }
}

} // namespace copyto::detail

#endif
