// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_OBSERVED_HPP
#define COPYTO_HTTP_OBSERVED_HPP

#include <copyto/core/clock.hpp>
#include <copyto/http/concept.hpp>
#include <copyto/http/detail/answer.hpp>
#include <copyto/http/detail/redact.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace copyto {

/// One request that was made and what became of it, fit to be shown: no headers and no bodies, which are where
/// credentials travel, nor those values where the server repeats them. (Signatures in queries, which could be misused, are not made by this library.)
struct http_exchange {
  std::string method = {};
  std::string url = {};
  std::uint64_t bytes_sent = 0;     ///< of the body
  std::uint64_t bytes_received = 0; ///< of the body
  int status = 0;                   ///< 0: there was no answer
  int sends = 0;                    ///< more than 1 where a kept connection was dead
  std::string request_id = {};      ///< what the server calls it
  std::string failure = {};         ///< why there was no answer
  std::chrono::nanoseconds duration{0};
};

/// A transport that tells of each exchange of the transport inside: for logs and for tests. The function may be
/// called from many threads at once.
template <Transport Inner, Clock Time = system_clock>
class observed_transport {
public:
  using function = std::function<void(http_exchange const&)>;

  explicit observed_transport(Inner inner, function tell, Time time = Time())
      : inner_(std::move(inner)), tell_(std::move(tell)), time_(std::move(time)) {}

  [[nodiscard]] result<response> perform(request const& r, std::stop_token stop) {
    std::chrono::nanoseconds const start = time_.elapsed();
    result<response> answer = inner_.perform(r, std::move(stop));
    http_exchange seen{
        .method = r.method, .url = url(r), .bytes_sent = r.content().size(), .duration = time_.elapsed() - start};
    if (answer) {
      seen.bytes_received = answer->body.size();
      seen.status = answer->status;
      seen.sends = answer->sends;
      for (char const* name : {"x-amz-request-id", "x-guploader-uploadid", "cf-ray"}) {
        if (seen.request_id.empty()) {
          seen.request_id = fit_to_show(r, answer->header(name).value_or(""));
        }
      }
    } else {
      seen.failure = fit_to_show(r, answer.error().message());
    }
    tell_(seen);
    return answer;
  }

private:
  /// A text of the server's, which may repeat what it was sent.
  static std::string fit_to_show(request const& r, std::string_view text) {
    std::string line = detail::one_line(std::string(text));
    for (header const& h : r.headers) {
      if (h.sensitive) {
        detail::redact(line, h.value);
      }
    }
    return line;
  }

  Inner inner_;
  function tell_;
  Time time_;
};

} // namespace copyto

#endif
