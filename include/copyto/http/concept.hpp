// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_CONCEPT_HPP
#define COPYTO_HTTP_CONCEPT_HPP

#include <copyto/core/result.hpp>
#include <copyto/http/message.hpp>

#include <concepts>
#include <stop_token>

namespace copyto {

template <class T>
concept HasPerform = requires(T& t, request const& r, std::stop_token stop) {
  { t.perform(r, stop) } -> std::same_as<result<response>>;
};

/// Sends one request and waits for its answer.
///
/// | expression | meaning |
/// |---|---|
/// | `t.perform(request, stop)` | the answer, or why there is none |
///
/// Law:
/// - An answer of any status is a `response`, never an error. Redirects are not followed.
/// - The request goes out as it is: `url(request)` byte for byte, the headers as given, and no more than
///   Host, Content-Length, Accept, User-Agent and such that no signature covers. A PUT or POST without a
///   body says `Content-Length: 0`.
/// - No retries, except that a request may be sent again on a new connection when a kept one was found
///   dead; `response::sends` then tells.
/// - The disposition of an error says what retries need: `transient`, the request was certainly not
///   sent; `in_doubt`, it was sent at least in part, and the answer was lost; `permanent`, neither will
///   a repetition help (TLS verification failed, the URL is malformed, the answer is too long).
/// - After a stop request, errc::stopped soon, whether waiting for a name, a connection or an answer;
///   its disposition is `in_doubt` where the request had been sent.
/// - Copyable, copies share connections; `perform` may be called from many threads at once.
/// - Nothing of a request but scheme, host and port appears in an error.
template <class T>
concept Transport = std::copyable<T> && HasPerform<T>;

} // namespace copyto

#endif
