// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_KEY_HPP
#define COPYTO_STORE_KEY_HPP

#include <copyto/core/result.hpp>

#include <cstddef>
#include <string_view>

namespace copyto {

/// Checks what every store asks of a key: 1 to `max_size` bytes of valid UTF-8 without NUL (S3's rule
/// for object key names, https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
/// Error: errc::invalid_argument.
[[nodiscard]] result<void> check_key(std::string_view key, std::size_t max_size);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/key.ipp>
#endif

#endif
