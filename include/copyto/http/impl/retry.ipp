// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_RETRY_IPP
#define COPYTO_HTTP_IMPL_RETRY_IPP

#include <copyto/http/retry.hpp>

#include <algorithm>

namespace copyto {

COPYTO_DECL std::optional<std::chrono::nanoseconds> full_jitter::delay(failed_attempt const& attempt,
                                                                       std::uint64_t random) const {
  using std::chrono::nanoseconds;
  if (attempt.number >= attempts || attempt.retry_after.value_or(nanoseconds(0)) > longest_pause) {
    return std::nullopt;
  }
  nanoseconds ceiling = std::min(attempt.throttled ? throttle_base : base, cap);
  for (int i = 1; i < attempt.number && ceiling < cap; ++i) {
    ceiling = std::min(ceiling + ceiling, cap);
  }
  // The upper 53 bits make a double in [0, 1).
  double const share = static_cast<double>(random >> 11) * 0x1p-53;
  nanoseconds const chosen(static_cast<nanoseconds::rep>(static_cast<double>(ceiling.count()) * share));
  if (attempt.retry_after) {
    return std::clamp(chosen, *attempt.retry_after, *attempt.retry_after + std::chrono::seconds(5));
  }
  return chosen;
}

} // namespace copyto

#endif
