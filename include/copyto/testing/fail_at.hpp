// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TESTING_FAIL_AT_HPP
#define COPYTO_TESTING_FAIL_AT_HPP

#include <copyto/testing/decorated_store.hpp>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

namespace copyto::testing {

/// Which operations of a store fail, and how. Operations are counted from 0 over all copies of the
/// store: every method but `limits`, `uri` and `put_conditions`.
struct fault {
  enum class moment : std::uint8_t {
    before, ///< it is not carried out: a refusal, `code` and `how`
    after,  ///< it is carried out and its answer lost; the error is in doubt where the operation writes
  };
  std::uint64_t at = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t count = 1; ///< operations that fail, from `at` on
  moment when = moment::before;
  errc code = errc::service_failed;
  disposition how = disposition::permanent; ///< `moment::before` only
};

/// Counts operations and lets some fail, for `decorated_store`. Copies share the count. Thread-safe.
class fail_operations {
public:
  explicit fail_operations(fault f) : fault_(f) {}
  [[nodiscard]] std::uint64_t count() const noexcept { return *count_; }

  template <class Call>
  auto operator()(std::string_view operation, std::string_view key, Call call) const -> decltype(call()) {
    std::uint64_t const number = (*count_)++;
    if (number < fault_.at || number - fault_.at >= fault_.count) {
      return call();
    }
    bool const before = fault_.when == fault::moment::before;
    if (!before) {
      if (auto answer = call(); !answer) {
        return answer;
      }
    }
    bool const writes = !operation.starts_with("list") && operation != "head" && operation != "get";
    return error({.code = fault_.code,
                  .disposition = before   ? fault_.how
                                 : writes ? disposition::in_doubt
                                          : disposition::transient,
                  .message = (before ? "refused by the test, operation " : "answer lost by the test, operation ") +
                             std::to_string(number),
                  .operation = std::string(operation),
                  .key = std::string(key)});
  }

private:
  fault fault_;
  std::shared_ptr<std::atomic<std::uint64_t>> count_ = std::make_shared<std::atomic<std::uint64_t>>(0);
};

/// A store whose operation N fails: `fail_at_store store(memory_store(), {.at = 3});`. Run the same job
/// with N = 0, 1, … until `operations()` stays below N.
template <ObjectStore Store>
class fail_at_store : public decorated_store<Store, fail_operations> {
public:
  fail_at_store(Store store, fault f) : decorated_store<Store, fail_operations>(std::move(store), fail_operations(f)) {}
  /// Operations begun so far, by all copies.
  [[nodiscard]] std::uint64_t operations() const noexcept { return this->around().count(); }
};
template <class Store>
fail_at_store(Store, fault) -> fail_at_store<Store>;

} // namespace copyto::testing

#endif
