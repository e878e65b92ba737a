// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_TARGET_HPP
#define COPY_TO_TARGET_HPP

#include <copyto/core/result.hpp>

#include <string>
#include <string_view>

namespace copy_to {

/// Where files go: a bucket and a prefix in it, or a directory.
struct target {
  std::string text = {}; ///< as it was written
  bool is_s3 = false;
  std::string bucket = {}; ///< s3 only
  std::string prefix = {}; ///< s3 only; raw, nothing is percent-decoded
  std::string path = {};   ///< directory only
};

/// Reads "s3://bucket/prefix", "file:///directory" (percent-decoded, RFC 8089) or a plain path.
/// errc::invalid_argument for another scheme, and where bucket or path is missing.
[[nodiscard]] copyto::result<target> parse_target(std::string_view text);

} // namespace copy_to

#endif
