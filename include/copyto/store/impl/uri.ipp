// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_URI_IPP
#define COPYTO_STORE_IMPL_URI_IPP

#include <copyto/store/uri.hpp>

#include <copyto/core/ascii.hpp>

#include <fmt/format.h>

namespace copyto {

COPYTO_COLD std::string_view uri_scheme_of(std::string_view text) noexcept {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  std::size_t const end = text.find_first_not_of(letters);
  return end != text.npos && text.substr(end).starts_with("://") ? text.substr(0, end) : std::string_view();
}

COPYTO_COLD result<bucket_uri> parse_bucket_uri(std::string_view text) {
  struct spelling {
    std::string_view written;
    std::string_view scheme;
  };
  static constexpr spelling spellings[] = {{"s3", "s3"}, {"s3a", "s3"}, {"s3n", "s3"},
                                           {"gs", "gs"}, {"gcs", "gs"}, {"r2", "r2"}};
  auto const refuse = [&](std::string_view why) {
    return error({.code = errc::invalid_argument,
                  .message = fmt::format("`{}` names no place in a bucket: {}", text, why),
                  .advice = "write s3://bucket/key, gs://bucket/key or r2://bucket/key"});
  };
  std::string_view const written = uri_scheme_of(text);
  bucket_uri uri;
  for (spelling const& s : spellings) {
    if (ascii::same(written, s.written)) {
      uri.scheme = s.scheme;
    }
  }
  if (uri.scheme.empty()) {
    return refuse(written.empty() ? "it is no URI" : fmt::format("{}:// is not the scheme of a bucket", written));
  }
  std::string_view const rest = text.substr(written.size() + 3);
  std::size_t slash = rest.find('/');
  if (rest.starts_with("arn:") && rest.substr(0, slash).ends_with(":accesspoint")) { // the slash is part of the ARN
    slash = rest.find('/', slash == rest.npos ? slash : slash + 1);
  }
  uri.bucket = rest.substr(0, slash);
  if (uri.bucket.empty()) {
    return refuse("it names no bucket");
  }
  uri.key = slash == rest.npos ? "" : rest.substr(slash + 1);
  return uri;
}

} // namespace copyto

#endif
