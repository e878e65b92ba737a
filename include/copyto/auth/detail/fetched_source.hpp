// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_FETCHED_SOURCE_HPP
#define COPYTO_AUTH_DETAIL_FETCHED_SOURCE_HPP

#include <copyto/auth/detail/credential_source.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/auth/refresh.hpp>
#include <copyto/core/config.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace copyto::detail {

/// Sets that somebody is asked for: cached, and renewed in time by one question at a time (`credential_cache`).
class fetched_source : public credential_source {
public:
  result<credentials> get(utc_time now, std::stop_token const& stop) final;
  void expire(credentials const& rejected) final { cache_.expire(rejected); }

protected:
  /// `what` is asked: "the instance metadata service".
  fetched_source(std::string_view what, provider_io_ptr io) : what_(what), io_(std::move(io)) {}

  /// Asks for a set. Errors have their advice; a set that has ended is found out by the caller.
  [[nodiscard]] virtual result<credentials> fetch(std::stop_token const& stop) = 0;
  [[nodiscard]] std::string_view what() const noexcept { return what_; }
  [[nodiscard]] provider_io& io() const noexcept { return *io_; }

private:
  std::string_view what_;
  provider_io_ptr io_;
  credential_cache cache_;
};

/// How a service that gives credentials out is asked.
struct metadata_question {
  std::string_view what = {};   ///< is asked: "the instance metadata service"
  std::string_view advice = {}; ///< where it refuses
  std::string_view remedy = {}; ///< where nothing answers
  int attempts = 3;             ///< at most
  bool proxy = false;           ///< it is no service of this machine
};

/// Sends a request to such a service, and again where it failed by itself. What is no success is
/// errc::bad_credentials, with the status; errc::unreachable: nothing answers; errc::stopped.
[[nodiscard]] result<response> ask_metadata(provider_io& io, request r, metadata_question const& how,
                                            std::stop_token const& stop);

/// `scheme://host[:port][/path][?query]`, taken apart for a request; nothing: it is no such URL.
[[nodiscard]] std::optional<request> request_to(std::string_view url);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/fetched_source.ipp>
#endif

#endif
