// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_IMPL_TARGET_IPP
#define COPYTO_STORE_IMPL_TARGET_IPP

#include <copyto/store/target.hpp>

#include <copyto/http/uri_encode.hpp>
#include <copyto/store/uri.hpp>

#include <fmt/format.h>

#include <utility>

namespace copyto {
namespace detail::targets {

inline constexpr char const* advice =
    "write s3://bucket/prefix, gs://bucket/prefix, r2://bucket/prefix, file:///directory, or the path of a directory";

inline error wrong(std::string_view text, std::string_view why) {
  return error({.code = errc::invalid_argument,
                .message = fmt::format("cannot export to `{}`: {}", text, why),
                .advice = advice});
}

/// Whether a text begins like a URI (RFC 3986, 3.1): a letter, then letters, digits, `+`, `-` or `.`, and a colon.
inline bool begins_like_uri(std::string_view text) {
  constexpr std::string_view scheme = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  std::size_t const letters = scheme.find('0');
  std::size_t const end = text.find_first_not_of(scheme);
  return end != text.npos && text[end] == ':' && text.find_first_of(scheme.substr(0, letters)) == 0;
}

inline result<store_target> parse_file(std::string_view text) {
  std::string_view rest = text.substr(std::string_view("file://").size());
  if (rest.starts_with("localhost/")) {
    rest.remove_prefix(std::string_view("localhost").size());
  }
  if (!rest.starts_with('/')) {
    return wrong(text, "a file URI names an absolute path behind file://");
  }
  result<std::string> path = uri_decode(rest);
  if (!path) {
    return wrong(text, path.error()->message);
  }
  if (path->find('\0') != path->npos) {
    return wrong(text, "a path cannot hold a NUL byte");
  }
  return store_target{.text = std::string(text), .path = *std::move(path)};
}

} // namespace detail::targets

COPYTO_COLD result<store_target> parse_target(std::string_view text) {
  using namespace detail::targets;
  if (text.empty()) {
    return wrong(text, "it is empty");
  }
  std::string_view const scheme = uri_scheme_of(text);
  if (scheme.empty() && begins_like_uri(text)) {
    return wrong(text, fmt::format("it begins like a URI and is none; `./{}` is a directory", text));
  }
  if (scheme.empty()) {
    return store_target{.text = std::string(text), .path = std::string(text)};
  }
  if (scheme == "file") {
    return parse_file(text);
  }
  result<bucket_uri> uri = parse_bucket_uri(text);
  if (!uri) {
    return uri.error().with([](error_info& info) { info.advice = advice; });
  }
  return store_target{.text = std::string(text),
                      .scheme = uri->scheme,
                      .bucket = std::move(uri->bucket),
                      .prefix = std::move(uri->key)};
}

COPYTO_COLD std::optional<store_target> as_file(store_target where) {
  if (!where.is_bucket()) {
    auto const slash = where.path.rfind('/');
    where.prefix = where.path.substr(slash + 1); // npos + 1 is 0
    where.path = slash == where.path.npos ? "." : slash == 0 ? "/" : where.path.substr(0, slash);
    if (where.prefix == "." || where.prefix == "..") {
      return std::nullopt;
    }
  }
  return where.prefix.empty() || where.prefix.ends_with('/') ? std::nullopt : std::optional(std::move(where));
}

} // namespace copyto

#endif
