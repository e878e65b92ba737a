// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_RETRY_HPP
#define COPYTO_HTTP_RETRY_HPP

#include <copyto/core/config.hpp>
#include <copyto/http/retry_budget.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>

namespace copyto {

/// What a retry policy is asked about: a request that has just failed and may pass when repeated.
struct failed_attempt {
  int number = 1;                                                     ///< how often it has failed now
  bool throttled = false;                                             ///< the server asked for fewer requests
  std::optional<std::chrono::nanoseconds> retry_after = std::nullopt; ///< the server's own wish
};

/// Decides when to try again. Law: pure (the random number is given), so thread-safe; nothing means
/// give up. A member `costs` (retry_costs), if there is one, sizes the budget that all requests share.
template <class R>
concept RetryPolicy = std::copyable<R> && requires(R const& r, failed_attempt const& attempt, std::uint64_t random) {
  { r.delay(attempt, random) } -> std::same_as<std::optional<std::chrono::nanoseconds>>;
};

/// Exponential backoff with full jitter: a random share of min(cap, base * 2^(n-1)), as in the AWS SDKs'
/// standard mode; the attempts are more than their three, as one part out of 10,000 that fails takes the
/// whole upload with it.
struct full_jitter {
  int attempts = 5; ///< requests in all, 1 and up
  std::chrono::nanoseconds base = std::chrono::milliseconds(50);
  std::chrono::nanoseconds throttle_base = std::chrono::seconds(1);
  std::chrono::nanoseconds cap = std::chrono::seconds(20);
  /// A server that wants a longer pause than this is given up at once.
  std::chrono::nanoseconds longest_pause = std::chrono::minutes(1);
  retry_costs costs = {}; ///< what all requests of a store may spend on retries together

  /// A server's wish t is followed within [t, t + 5 s].
  [[nodiscard]] std::optional<std::chrono::nanoseconds> delay(failed_attempt const& attempt,
                                                              std::uint64_t random) const;
};
static_assert(RetryPolicy<full_jitter>);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/retry.ipp>
#endif

#endif
