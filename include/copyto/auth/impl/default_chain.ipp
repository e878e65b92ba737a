// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_DEFAULT_CHAIN_IPP
#define COPYTO_AUTH_IMPL_DEFAULT_CHAIN_IPP

#include <copyto/auth/default_chain.hpp>

#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/container.hpp>
#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/auth/detail/resolved_source.hpp>
#include <copyto/auth/instance.hpp>
#include <copyto/auth/keys.hpp>
#include <copyto/core/detail/environment.hpp>

#include <fmt/format.h>

#include <string>

namespace copyto::detail {

COPYTO_COLD result<resolved_source::found> find_credentials(role_place const& place, provider_io_ptr const& io,
                                                            utc_time now, std::stop_token const& stop) {
  if (!environment("AWS_ACCESS_KEY_ID").empty()) {
    return resolved_source::found{.source = make_source(environment_keys())};
  }
  result<aws_profile> const profile = read_current_aws_profile();
  if (!profile) {
    return profile.error();
  }
  if (profile->has_credentials()) {
    return source_of_profile(*profile, place, io);
  }
  if (!environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").empty() ||
      !environment("AWS_CONTAINER_CREDENTIALS_FULL_URI").empty()) {
    return resolved_source::found{.source = make_container_source(io)};
  }
  credential_source_ptr instance = make_instance_source({}, io);
  result<credentials> const there = instance->get(now, stop); // kept by its cache
  if (there || there.error().is(errc::stopped)) {
    return there ? result<resolved_source::found>(resolved_source::found{.source = std::move(instance)})
                 : there.error();
  }
  return error({.code = errc::bad_credentials,
                .message = fmt::format("no credentials are found. Tried: environment (AWS_ACCESS_KEY_ID is not set); "
                                       "profile `{}` (it has none); web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not "
                                       "set); container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not "
                                       "set); instance ({})",
                                       profile->name, there.error()->message),
                .advice = "give this program one of them"});
}

COPYTO_COLD credential_source_ptr make_chain_source(role_place const& place, provider_io_ptr io) {
  return std::make_shared<resolved_source>(
      [place, io](utc_time now, std::stop_token const& stop) { return find_credentials(place, io, now, stop); }, io);
}

COPYTO_COLD credential_source_ptr make_chain_source(provider_io_ptr io) { return make_chain_source({}, std::move(io)); }

} // namespace copyto::detail

#endif
