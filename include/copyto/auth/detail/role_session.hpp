// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_ROLE_SESSION_HPP
#define COPYTO_AUTH_DETAIL_ROLE_SESSION_HPP

#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/auth/refresh.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace copyto::detail {

/// One role, assumed again and again: requests, retries, cache. Thread-safe.
class role_session final : public credential_source {
public:
  /// `base` asks for the role. `chained`: it is the session of another role.
  role_session(assume_role_options options, bool chained, credential_source_ptr base, provider_io_ptr io);
  /// The text of this file asks for the role (AssumeRoleWithWebIdentity), unsigned; it is read at each request.
  role_session(assume_role_options options, std::string token_file, provider_io_ptr io);

  [[nodiscard]] result<void> check() const;
  result<credentials> get(utc_time now, std::stop_token const& stop) override;
  void expire(credentials const& rejected) override { cache_.expire(rejected); }

private:
  class role_attempts;

  void set_up(bool chained);
  void name_question(error_info& info) const;
  [[nodiscard]] result<credentials> assume(utc_time now, std::stop_token const& stop);
  [[nodiscard]] sts::action how() const noexcept {
    return base_ == nullptr ? sts::action::assume_role_with_web_identity : sts::action::assume_role;
  }

  assume_role_options options_;
  credential_source_ptr base_ = nullptr; ///< none: the file asks
  std::string token_file_ = {};
  provider_io_ptr io_;
  std::optional<error> problem_;
  std::atomic<std::chrono::microseconds::rep> skew_ = 0; ///< the clock of STS minus ours, as far as it was needed
  credential_cache cache_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/role_session.ipp>
#endif

#endif
