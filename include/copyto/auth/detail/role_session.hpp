// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_ROLE_SESSION_HPP
#define COPYTO_AUTH_DETAIL_ROLE_SESSION_HPP

#include <copyto/auth/refresh.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/http/retry.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

namespace copyto::detail {

/// The policies of an `assume_role`, erased, so that everything below is compiled once. Thread-safe.
class role_policies {
public:
  role_policies() = default;
  role_policies(role_policies const&) = delete;
  role_policies& operator=(role_policies const&) = delete;
  virtual ~role_policies() = default;

  virtual result<credentials> base(utc_time now, std::stop_token const& stop) = 0;
  virtual void expire_base(credentials const& rejected) = 0;
  virtual result<response> perform(request const& r, std::stop_token const& stop) = 0;
  virtual std::optional<std::chrono::nanoseconds> delay(failed_attempt const& attempt, std::uint64_t random) = 0;
  virtual utc_time now() = 0;
  virtual std::chrono::nanoseconds elapsed() = 0;
  virtual bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) = 0;
};

/// One role, assumed again and again: requests, retries, cache. Thread-safe.
class role_session {
public:
  role_session(assume_role_options options, bool chained, std::unique_ptr<role_policies> policies);
  role_session(role_session const&) = delete;
  role_session& operator=(role_session const&) = delete;
  ~role_session() = default;

  [[nodiscard]] result<void> check() const;
  [[nodiscard]] result<credentials> get(utc_time now, std::stop_token const& stop);
  void expire(credentials const& rejected) { cache_.expire(rejected); }

private:
  class role_attempts;

  [[nodiscard]] result<credentials> assume(utc_time now, std::stop_token const& stop);

  assume_role_options options_;
  std::unique_ptr<role_policies> policies_;
  std::optional<error> problem_;
  std::atomic<std::chrono::microseconds::rep> skew_ = 0; ///< the clock of STS minus ours, as far as it was needed
  credential_cache cache_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/role_session.ipp>
#endif

#endif
