// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "target.hpp"

#include <copyto/http/uri_encode.hpp>

#include <fmt/format.h>

namespace copy_to {
namespace {

copyto::error wrong(std::string_view text, std::string_view why) {
  return copyto::error({.code = copyto::errc::invalid_argument,
                        .message = fmt::format("cannot export to `{}`: {}", text, why),
                        .advice = "write s3://bucket/prefix, file:///directory, or the path of a directory"});
}

/// The scheme of "scheme://...", or nothing (RFC 3986, 3.1).
std::string_view scheme_of(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  std::size_t const end = text.find_first_not_of(letters);
  return end != text.npos && text.substr(end).starts_with("://") ? text.substr(0, end) : std::string_view();
}

copyto::result<target> parse_s3(std::string_view text) {
  std::string_view const rest = text.substr(std::string_view("s3://").size());
  std::size_t const slash = rest.find('/');
  target to{.text = std::string(text), .is_s3 = true, .bucket = std::string(rest.substr(0, slash))};
  if (to.bucket.empty()) {
    return wrong(text, "it names no bucket");
  }
  if (slash != rest.npos) {
    to.prefix = rest.substr(slash + 1);
  }
  return to;
}

copyto::result<target> parse_file(std::string_view text) {
  std::string_view rest = text.substr(std::string_view("file://").size());
  if (rest.starts_with("localhost/")) {
    rest.remove_prefix(std::string_view("localhost").size());
  }
  if (!rest.starts_with('/')) {
    return wrong(text, "a file URI names an absolute path behind file://");
  }
  copyto::result<std::string> path = copyto::uri_decode(rest);
  if (!path) {
    return wrong(text, path.error()->message);
  }
  if (path->find('\0') != path->npos) {
    return wrong(text, "a path cannot hold a NUL byte");
  }
  return target{.text = std::string(text), .path = *std::move(path)};
}

} // namespace

copyto::result<target> parse_target(std::string_view text) {
  if (text.empty()) {
    return wrong(text, "it is empty");
  }
  std::string_view const scheme = scheme_of(text);
  if (scheme == "s3") {
    return parse_s3(text);
  }
  if (scheme == "file") {
    return parse_file(text);
  }
  if (!scheme.empty()) {
    return wrong(text, fmt::format("{}:// is not supported{}", scheme,
                                   scheme == "gs" || scheme == "gcs" || scheme == "r2"
                                       ? ", but its buckets are, as s3:// with --profile gcs or --profile r2"
                                       : ""));
  }
  return target{.text = std::string(text), .path = std::string(text)};
}

} // namespace copy_to
