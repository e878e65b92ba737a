// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_KEYS_IPP
#define COPYTO_AUTH_IMPL_KEYS_IPP

#include <copyto/auth/keys.hpp>

#include <copyto/core/detail/environment.hpp>

#include <string>
#include <string_view>

namespace copyto {

COPYTO_COLD result<credentials> static_keys::get(utc_time, std::stop_token const&) const {
  if (keys_.access_key_id.empty() || keys_.secret_key.empty()) {
    return error({.code = errc::bad_credentials,
                  .message = keys_.access_key_id.empty() ? "the access key id is empty" : "the secret key is empty",
                  .advice = "give static_keys both"});
  }
  return keys_;
}

COPYTO_COLD result<credentials> environment_keys::get(utc_time, std::stop_token const&) const {
  std::string_view const id = detail::environment("AWS_ACCESS_KEY_ID");
  std::string_view const key = detail::environment("AWS_SECRET_ACCESS_KEY");
  if (id.empty() || key.empty()) {
    std::string_view const what = id.empty() == key.empty() ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"
                                  : id.empty()              ? "AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not"
                                                            : "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not";
    return error({.code = errc::bad_credentials,
                  .message = "the environment holds no usable keys: " + std::string(what),
                  .advice = "set both variables"});
  }
  return credentials{.access_key_id = std::string(id),
                     .secret_key = secret(key),
                     .session_token = secret(detail::environment({"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}))};
}

} // namespace copyto

#endif
