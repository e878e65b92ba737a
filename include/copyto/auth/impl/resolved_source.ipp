// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_RESOLVED_SOURCE_IPP
#define COPYTO_AUTH_IMPL_RESOLVED_SOURCE_IPP

#include <copyto/auth/detail/resolved_source.hpp>

#include <copyto/auth/container.hpp>
#include <copyto/auth/detail/role_session.hpp>
#include <copyto/auth/instance.hpp>
#include <copyto/auth/keys.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace copyto::detail {

COPYTO_COLD result<credentials> resolved_source::get(utc_time now, std::stop_token const& stop) {
  credential_source_ptr source;
  {
    std::lock_guard const lock(mutex_);
    if (found_.source == nullptr) {
      if (failure_ && now < failed_until_) { // those who waited are told the same
        return *failure_;
      }
      std::chrono::nanoseconds const begin = io_->elapsed();
      result<found> resolved = resolve_(now, stop);
      if (!resolved) {
        auto const took = std::chrono::duration_cast<std::chrono::microseconds>(io_->elapsed() - begin);
        failed_until_ = now + took + std::chrono::seconds(1);
        failure_ = stop.stop_requested() ? std::nullopt : std::optional(resolved.error());
        return resolved.error();
      }
      found_ = *std::move(resolved);
      failure_.reset();
    }
    source = found_.source;
  }
  return source->get(now, stop);
}

COPYTO_COLD void resolved_source::expire(credentials const& rejected) {
  std::lock_guard const lock(mutex_);
  if (found_.source != nullptr) {
    found_.source->expire(rejected);
    found_.source = found_.reads_once ? nullptr : found_.source;
  }
}

COPYTO_COLD result<resolved_source::found> source_of_profile(aws_profile const& profile, role_place const& place,
                                                             provider_io_ptr const& io) {
  std::string const region = place.region.empty() ? profile.region : place.region;
  std::string const endpoint = place.endpoint.empty() ? profile.sts_endpoint : place.endpoint;
  aws_network const network = {.fips = place.network.fips || profile.network.fips,
                               .dual_stack = place.network.dual_stack || profile.network.dual_stack};
  auto const in_place = [&](assume_role_options role) {
    role.region = region;
    role.endpoint = endpoint;
    role.allow_http = place.allow_http;
    role.limits = place.limits;
    role.network = network;
    return role;
  };
  struct maker {
    decltype(in_place) const& place;
    aws_network network;
    provider_io_ptr const& io;

    credential_source_ptr operator()(std::monostate) const { return nullptr; }
    credential_source_ptr operator()(aws_profile::keys const& keys) const {
      return make_source(static_keys(keys.access_key_id, keys.secret_access_key.reveal(), keys.session_token.reveal()));
    }
    credential_source_ptr operator()(aws_profile::ambient which) const {
      switch (which) {
      case aws_profile::ambient::container: return make_container_source(io);
      case aws_profile::ambient::instance: return make_instance_source({}, io);
      default: return make_source(environment_keys());
      }
    }
    credential_source_ptr operator()(web_identity_options const& web) const {
      return std::make_shared<role_session>(place(web.role), web.token_file, io);
    }
    credential_source_ptr operator()(sso_options sso) const {
      sso.network = network;
      return make_sso_source(std::move(sso), io);
    }
    credential_source_ptr operator()(process_options const& process) const { return make_process_source(process, io); }
  };
  resolved_source::found made{.source = std::visit(maker{in_place, network, io}, profile.base),
                              .reads_once =
                                  std::holds_alternative<aws_profile::keys>(profile.base) && profile.roles.empty()};
  if (auto const* const web = dynamic_cast<role_session const*>(made.source.get())) {
    if (result<void> const good = web->check(); !good) {
      return good.error();
    }
  }
  bool chained = std::holds_alternative<web_identity_options>(profile.base);
  for (assume_role_options const& role : profile.roles) {
    auto session = std::make_shared<role_session>(in_place(role), chained, std::move(made.source), io);
    if (result<void> const good = session->check(); !good) {
      return good.error();
    }
    made.source = std::move(session);
    chained = true;
  }
  return made;
}

} // namespace copyto::detail

#endif
