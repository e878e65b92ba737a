// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_RESOLVED_SOURCE_HPP
#define COPYTO_AUTH_DETAIL_RESOLVED_SOURCE_HPP

#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/core/config.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace copyto::detail {

/// A source that is found at the first request, by one thread while others wait, and kept. One that cannot be found is
/// looked for again after a second.
class resolved_source final : public credential_source {
public:
  struct found {
    credential_source_ptr source = nullptr;
    bool reads_once = false; ///< it holds what files said: after `expire` they are read again
  };
  using resolve_function = std::function<result<found>(utc_time now, std::stop_token const& stop)>;

  resolved_source(resolve_function resolve, provider_io_ptr io) : resolve_(std::move(resolve)), io_(std::move(io)) {}

  result<credentials> get(utc_time now, std::stop_token const& stop) override;
  void expire(credentials const& rejected) override;

private:
  std::mutex mutex_;
  resolve_function resolve_;
  provider_io_ptr io_; ///< its clock
  found found_;
  std::optional<error> failure_; ///< of the last search
  utc_time failed_until_ = {};
};

/// Where STS and its roles are, besides what a profile says.
struct role_place {
  std::string region = {};   ///< empty: the profile's
  std::string endpoint = {}; ///< of STS; empty: the profile's
  bool allow_http = false;
  sts_limits limits = aws_sts;
  aws_network network = {}; ///< besides the profile's
};

/// The credentials of a profile that has some. errc::invalid_argument: a role whose options break a rule of STS.
[[nodiscard]] result<resolved_source::found> source_of_profile(aws_profile const& profile, role_place const& place,
                                                               provider_io_ptr const& io);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/resolved_source.ipp>
#endif

#endif
