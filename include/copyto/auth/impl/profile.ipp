// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_IMPL_PROFILE_IPP
#define COPYTO_AUTH_IMPL_PROFILE_IPP

#include <copyto/auth/profile.hpp>

#include <copyto/auth/aws_profile.hpp>
#include <copyto/auth/detail/resolved_source.hpp>

#include <fmt/format.h>

namespace copyto::detail {

COPYTO_COLD credential_source_ptr make_profile_source(std::string name, provider_io_ptr io) {
  return std::make_shared<resolved_source>(
      [name = std::move(name), io](utc_time, std::stop_token const&) -> result<resolved_source::found> {
        result<aws_profile> const read = read_aws_profile(name);
        if (!read) {
          return read.error();
        }
        if (!read->has_credentials()) {
          return error({.code = errc::bad_credentials,
                        .message = fmt::format("the AWS profile `{}` has no credentials", name),
                        .advice = "add keys, a role, a web identity, single sign-on or a credential_process"});
        }
        return source_of_profile(*read, {}, io);
      },
      io);
}

} // namespace copyto::detail

#endif
