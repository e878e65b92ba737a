// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_SECRET_FILE_HPP
#define COPYTO_AUTH_DETAIL_SECRET_FILE_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/core/secret.hpp>

#include <string>
#include <string_view>

namespace copyto::detail {

/// The text of a file that holds a secret, blanks and line ends behind it taken off. `what` names it in errors, all of
/// errc::bad_credentials: it is not there, no regular file, empty, larger than 1 MiB, or others than its owner and group
/// may write to it.
[[nodiscard]] result<secret> read_secret_file(std::string const& path, std::string_view what);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/auth/impl/secret_file.ipp>
#endif

#endif
