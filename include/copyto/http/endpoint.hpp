// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_ENDPOINT_HPP
#define COPYTO_HTTP_ENDPOINT_HPP

#include <copyto/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// Where a server is, as users write it: "https://host[:port][/prefix]".
struct http_endpoint {
  std::string scheme = {}; ///< "https" or "http"
  std::string host = {};
  std::uint16_t port = 0; ///< 0: the scheme's own
  std::string path = {};  ///< raw, as it was given: empty, "/", "/prefix" or "/prefix/"
};

/// Takes such a text apart. errc::invalid_argument where it cannot be used; the text itself is not
/// repeated, as somebody may have put a password into it.
[[nodiscard]] result<http_endpoint> parse_endpoint(std::string_view text);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/endpoint.ipp>
#endif

#endif
