// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_RETRY_BUDGET_HPP
#define COPYTO_HTTP_RETRY_BUDGET_HPP

#include <algorithm>
#include <mutex>

namespace copyto {

/// What retries cost a `retry_budget`, in tokens. The AWS SDKs' standard mode of 2026 has 500 tokens with the same
/// costs; an upload has more, as all of its parts in flight fail together when a line breaks, and one part that is
/// given up is the end of it.
struct retry_costs {
  int capacity = 2000;
  int transient = 14; ///< a repetition after a failure
  int throttled = 5;  ///< a repetition that the server asked for
  int earned = 1;     ///< given back by a request that succeeds at once
};

/// Tokens for the retries of all requests of one store: each request has attempts of its own, but when many of them
/// fail for long, the whole is given up, rather than that every request goes on by itself against a server that
/// is down. Thread-safe.
class retry_budget {
public:
  explicit retry_budget(retry_costs costs = {}) : costs_(costs), tokens_(costs.capacity) {}

  [[nodiscard]] int cost(bool throttled) const noexcept { return throttled ? costs_.throttled : costs_.transient; }
  /// Whether there were so many tokens; then they are spent.
  [[nodiscard]] bool spend(int tokens) {
    std::lock_guard const lock(mutex_);
    if (tokens_ < tokens) {
      return false;
    }
    tokens_ -= tokens;
    return true;
  }
  /// A request has succeeded that had spent so many.
  void succeeded(int spent) {
    std::lock_guard const lock(mutex_);
    tokens_ = std::min(tokens_ + (spent != 0 ? spent : costs_.earned), costs_.capacity);
  }

private:
  retry_costs costs_;
  std::mutex mutex_;
  int tokens_;
};

} // namespace copyto

#endif
