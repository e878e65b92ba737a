// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_DETAIL_WAY_HPP
#define COPYTO_STORE_DETAIL_WAY_HPP

#include <copyto/auth/any.hpp>
#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/detail/provider_io.hpp>
#include <copyto/auth/detail/resolved_source.hpp>
#include <copyto/auth/sts.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/http/curl.hpp>
#include <copyto/http/observed.hpp>
#include <copyto/store/open.hpp>
#include <copyto/store/service.hpp>
#include <copyto/store/target.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace copyto::detail {

/// The way to a bucket that settings, environment and profiles describe.
struct store_way {
  store_settings settings = {};
  aws_profile profile = {}; ///< the named one, or the current one of s3://
  std::string_view service = {};
  std::string region = {};
  std::string endpoint = {};
  s3_service bucket = {};
  std::optional<observed_transport<curl_transport>> wire = std::nullopt;
  provider_io_ptr io = nullptr; ///< over `wire`

  [[nodiscard]] bool amazon() const noexcept { return service == "aws"; }
  /// Where roles are given out.
  [[nodiscard]] role_place roles() const {
    return {.region = region,
            .endpoint = settings.sts_endpoint.empty() ? profile.sts_endpoint : settings.sts_endpoint,
            .allow_http = settings.allow_http,
            .limits = amazon() ? aws_sts : any_sts,
            .network = network()};
  }
  /// Of Amazon's endpoints.
  [[nodiscard]] aws_network network() const noexcept {
    return {.fips = settings.fips || profile.network.fips,
            .dual_stack = settings.dual_stack || profile.network.dual_stack};
  }
};

/// Finds it, and asks no server: errors are settings that cannot be right (store/open.hpp).
[[nodiscard]] result<store_way> find_way(store_target const& to, store_settings const& given,
                                         std::function<void(http_exchange const&)> tell);

/// Whose requests the store gets.
[[nodiscard]] result<any_credentials> credentials_of(store_way const& w);
/// The store at its end. An error is errc::invalid_argument: a setting that cannot be right.
[[nodiscard]] result<any_store> open_way(store_way const& w);
/// The role of these, the last one of a chain; nothing: there is none.
[[nodiscard]] std::optional<assume_role_options> role_of(store_way const& w);
/// What asks for that role.
[[nodiscard]] result<any_credentials> base_credentials(store_way const& w);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/way.ipp>
#endif

#endif
