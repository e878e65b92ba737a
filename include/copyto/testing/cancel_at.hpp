// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_CANCEL_AT_HPP
#define COPYTO_TESTING_CANCEL_AT_HPP

#include <copyto/testing/decorated_store.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace copyto::testing {

/// When a stop is requested. Operations are counted as for `fault` (testing/fail_at.hpp).
struct cancellation {
  enum class moment : std::uint8_t {
    before, ///< the operation finds the stop requested
    after,  ///< its caller does
  };
  std::uint64_t at = 0;
  moment when = moment::before;
};

/// Counts operations and requests a stop at one, for `decorated_store`. Copies share the count.
/// Thread-safe.
class cancel_operations {
public:
  cancel_operations(std::stop_source source, cancellation c) : source_(std::move(source)), cancellation_(c) {}
  [[nodiscard]] std::uint64_t count() const noexcept { return *count_; }

  template <class Call>
  auto operator()(std::string_view, std::string_view, Call call) const -> decltype(call()) {
    bool const now = (*count_)++ == cancellation_.at;
    if (now && cancellation_.when == cancellation::moment::before) {
      source_.request_stop();
    }
    auto answer = call();
    if (now) {
      source_.request_stop();
    }
    return answer;
  }

private:
  mutable std::stop_source source_;
  cancellation cancellation_;
  std::shared_ptr<std::atomic<std::uint64_t>> count_ = std::make_shared<std::atomic<std::uint64_t>>(0);
};

/// A store that requests a stop of `source` at operation N; give the job that source's token.
template <ObjectStore Store>
class cancel_at_store : public decorated_store<Store, cancel_operations> {
public:
  cancel_at_store(Store store, std::stop_source source, cancellation c)
      : decorated_store<Store, cancel_operations>(std::move(store), cancel_operations(std::move(source), c)) {}
  /// Operations begun so far, by all copies.
  [[nodiscard]] std::uint64_t operations() const noexcept { return this->around().count(); }
};
template <class Store>
cancel_at_store(Store, std::stop_source, cancellation) -> cancel_at_store<Store>;

} // namespace copyto::testing

#endif
