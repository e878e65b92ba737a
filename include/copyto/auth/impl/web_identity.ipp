// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_WEB_IDENTITY_IPP
#define COPYTO_AUTH_IMPL_WEB_IDENTITY_IPP

#include <copyto/auth/web_identity.hpp>

#include <copyto/auth/detail/fetched_source.hpp>
#include <copyto/core/detail/environment.hpp>

#include <initializer_list>
#include <string>

namespace copyto::detail {

COPYTO_COLD web_identity_options with_environment(web_identity_options options) {
  auto const fill = [](std::string& option, std::initializer_list<char const*> names) {
    for (char const* name : names) {
      if (option.empty()) {
        option = environment(name);
      }
    }
  };
  fill(options.token_file, {"AWS_WEB_IDENTITY_TOKEN_FILE"});
  fill(options.role.role_arn, {"AWS_ROLE_ARN"});
  fill(options.role.session_name, {"AWS_ROLE_SESSION_NAME"});
  fill(options.role.region, {"AWS_REGION", "AWS_DEFAULT_REGION"});
  fill(options.role.endpoint, {"AWS_ENDPOINT_URL_STS"});
  return options;
}

} // namespace copyto::detail

#endif
