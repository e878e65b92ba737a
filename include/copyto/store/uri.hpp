// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_URI_HPP
#define COPYTO_STORE_URI_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <string>
#include <string_view>

namespace copyto {

/// A place in a bucket: "s3://bucket/key".
struct bucket_uri {
  /// "s3", "gs" or "r2"; the other spellings s3a, s3n and gcs are taken, too.
  std::string_view scheme = {};
  std::string bucket = {};
  /// Raw: nothing is decoded, and `?`, `#` and `%` are characters like others. A leading slash belongs to it.
  std::string key = {};
};

/// The scheme of a URI (RFC 3986, 3.1), as it is written, or nothing where the text is none.
[[nodiscard]] std::string_view uri_scheme_of(std::string_view text) noexcept;

/// Takes such a URI apart. errc::invalid_argument where it is of another scheme, or names no bucket.
[[nodiscard]] result<bucket_uri> parse_bucket_uri(std::string_view text);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/uri.ipp>
#endif

#endif
