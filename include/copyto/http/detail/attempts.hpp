// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_DETAIL_ATTEMPTS_HPP
#define COPYTO_HTTP_DETAIL_ATTEMPTS_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/http/detail/service_failure.hpp>
#include <copyto/http/message.hpp>
#include <copyto/http/retry.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>

namespace copyto::detail {

/// The one retry engine: an operation's request, sent until it succeeds or is given up. Whoever uses it says how to send,
/// to learn and to pause.
///
///     send ── success ─────────────────────────────────────────────────► the answer
///       │
///       ├── wrong region, clock or credentials: learn them, once each ─► send
///       ├── the server failed, or asks for fewer requests: pause ──────► send, while policy and budget allow it
///       └── anything else, a stop, or nothing left to try ─────────────► the error
class attempts {
public:
  attempts() = default;
  attempts(attempts const&) = delete;
  attempts& operator=(attempts const&) = delete;

  [[nodiscard]] result<response> run(std::stop_token const& stop);

protected:
  ~attempts() = default;

  /// What became of one request.
  struct sent {
    result<response> answer;
    std::optional<service_failure> why = std::nullopt; ///< the answer is no success
    bool final = false; ///< `answer` is an error that is not the request's: nothing is added, and nothing repeated
  };
  /// One request, signed anew with credentials asked for anew.
  virtual sent send(std::stop_token const& stop) = 0;
  /// Whether something was learnt that the same request may now pass with. Called once for each remedy.
  virtual bool cure(service_failure const& why, response const& answer, std::stop_token const& stop) = 0;
  [[nodiscard]] virtual error_info describe(service_failure const& why) const = 0;
  /// Nothing: the request is given up.
  virtual std::optional<std::chrono::nanoseconds> pause(failed_attempt const& failed) = 0;
  /// Whether the time has gone by; false: stopped.
  virtual bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) = 0;
  /// The error of the operation. `gave_up`: the request might have passed at last.
  [[nodiscard]] virtual error finish(error_info info, bool gave_up) const = 0;

  /// For `cure`: why there are no other credentials.
  void no_others(error why) { no_others_ = std::move(why); }

private:
  [[nodiscard]] bool cured(service_failure const& why, response const& answer, std::stop_token const& stop);

  std::uint32_t tried_ = 0; ///< a bit for each remedy
  bool idle_tried_ = false;
  std::optional<error> no_others_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/attempts.ipp>
#endif

#endif
