// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_FETCHED_SOURCE_IPP
#define COPYTO_AUTH_IMPL_FETCHED_SOURCE_IPP

#include <copyto/auth/detail/fetched_source.hpp>

#include <copyto/core/detail/random_bits.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/attempts.hpp>
#include <copyto/http/endpoint.hpp>
#include <copyto/http/uri_encode.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace copyto::detail {

COPYTO_COLD result<credentials> fetched_source::get(utc_time now, std::stop_token const& stop) {
  return cache_.get(now, stop, [this](utc_time begin, std::stop_token const& by) {
    std::chrono::nanoseconds const before = io_->elapsed();
    result<credentials> set = fetch(by);
    utc_time const at = begin + std::chrono::duration_cast<std::chrono::microseconds>(io_->elapsed() - before);
    if (set && set->expiry && *set->expiry <= at) {
      set = error({.code = errc::bad_credentials,
                   .message = fmt::format("{} gave credentials that have ended already", what_),
                   .advice = "check this machine's clock"});
    }
    return credential_cache::fetched{.set = std::move(set), .at = at};
  });
}

/// The attempts to ask one question.
class metadata_attempts final : public attempts {
public:
  metadata_attempts(provider_io& io, request r, metadata_question const& how)
      : io_(io), request_(std::move(r)), how_(how) {}

private:
  sent send(std::stop_token const& stop) override {
    ++made_;
    sent one{.answer = io_.perform(request_, stop)};
    if (!one.answer) {
      one.answer = one.answer.error().with([&](error_info& info) {
        info.message = fmt::format("{} does not answer: {}", how_.what, info.message);
        info.advice = how_.remedy.empty() ? how_.advice : how_.remedy;
      });
    } else if (!one.answer->ok()) {
      int const status = one.answer->status;
      bool const busy = status == 429;
      one.why = service_failure{.code = errc::bad_credentials,
                                .remedy = busy            ? remedy::slow_down
                                          : status >= 500 ? remedy::repeat
                                                          : remedy::none,
                                .status = status,
                                .retry_after = retry_after(*one.answer)};
    }
    return one;
  }
  bool cure(service_failure const&, response const&, std::stop_token const&) override { return false; }
  [[nodiscard]] error_info describe(service_failure const& why) const override {
    // The body may hold anything, secrets included: it is not repeated.
    return {.code = why.code,
            .message = fmt::format("{} {}", how_.what,
                                   why.remedy == remedy::slow_down ? "asks for fewer requests"
                                   : why.status >= 500             ? "failed"
                                                                   : "refused the request"),
            .http_status = why.status,
            .advice = std::string(how_.advice)};
  }
  std::optional<std::chrono::nanoseconds> pause(failed_attempt const& failed) override {
    return failed.number >= how_.attempts ? std::nullopt : io_.delay(failed, random_bits());
  }
  bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) override {
    return io_.sleep(duration, stop);
  }
  [[nodiscard]] error finish(error_info info, bool gave_up) const override {
    info.attempts = made_;
    if (info.disposition == disposition::in_doubt || gave_up) {
      info.disposition = disposition::exhausted;
    }
    return error(std::move(info));
  }

  provider_io& io_;
  request request_;
  metadata_question const& how_;
  int made_ = 0;
};

COPYTO_COLD result<response> ask_metadata(provider_io& io, request r, metadata_question const& how,
                                          std::stop_token const& stop) {
  r.direct = !how.proxy;
  r.max_answer = 64 * KiB;
  return metadata_attempts(io, std::move(r), how).run(stop);
}

COPYTO_COLD std::optional<request> request_to(std::string_view url) {
  if (std::ranges::any_of(url, [](char c) { return c <= ' ' || c > '~'; })) {
    return std::nullopt;
  }
  std::size_t const question = url.find('?');
  std::string_view const place = url.substr(0, question);
  result<http_endpoint> const at = parse_endpoint(place);
  // A slash that is encoded would become one that is not.
  if (!at || place.find("%2F") != place.npos || place.find("%2f") != place.npos) {
    return std::nullopt;
  }
  request r;
  r.scheme = at->scheme;
  r.host = at->host;
  r.port = at->port;
  r.path = at->path.empty() ? "/" : at->path;
  for (std::string_view rest = question == url.npos ? "" : url.substr(question + 1); !rest.empty();) {
    std::string_view const item = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    std::size_t const sign = item.find('=');
    result<std::string> name = form_decode(item.substr(0, sign));
    result<std::string> value = form_decode(sign == item.npos ? "" : item.substr(sign + 1));
    if (!name || !value) {
      return std::nullopt;
    }
    r.query.push_back({.name = *std::move(name), .value = *std::move(value)});
  }
  return r;
}

} // namespace copyto::detail

#endif
