// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_TARGET_HPP
#define COPYTO_STORE_TARGET_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace copyto {

/// Where files go: a bucket and a prefix in it, or a directory.
struct store_target {
  std::string text = {};        ///< as it was written
  std::string_view scheme = {}; ///< "s3", "gs" or "r2"; empty: a directory
  std::string bucket = {};
  std::string prefix = {}; ///< or key; raw, nothing is percent-decoded
  std::string path = {};   ///< directory only

  [[nodiscard]] bool is_bucket() const { return !scheme.empty(); }
};

/// Reads "s3://bucket/prefix", gs:// and r2:// alike, "file:///directory" (percent-decoded, RFC 8089) or a plain path.
/// What begins like a URI and is none, as "s3:/bucket/prefix", is no path: "./s3:/..." is one. errc::invalid_argument for
/// that, for another scheme, and where bucket or path is missing.
[[nodiscard]] result<store_target> parse_target(std::string_view text);

/// `where` as the name of one file: of a directory's path, the last name becomes the key. Nothing: it names none.
[[nodiscard]] std::optional<store_target> as_file(store_target where);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/impl/target.ipp>
#endif

#endif
