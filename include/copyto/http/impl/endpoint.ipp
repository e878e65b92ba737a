// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_ENDPOINT_IPP
#define COPYTO_HTTP_IMPL_ENDPOINT_IPP

#include <copyto/http/endpoint.hpp>

#include <copyto/http/uri_encode.hpp>

#include <algorithm>
#include <charconv>

namespace copyto {

COPYTO_DECL result<http_endpoint> parse_endpoint(std::string_view text) {
  auto const wrong = [](std::string_view why) {
    return error({.code = errc::invalid_argument,
                  .message = "the endpoint cannot be used: " + std::string(why),
                  .advice = "write it as https://host, https://host:port or https://host/prefix"});
  };
  http_endpoint e;
  std::size_t const colon = text.find("://");
  e.scheme = colon == std::string_view::npos ? "" : text.substr(0, colon);
  if (e.scheme != "https" && e.scheme != "http") {
    return wrong("it does not begin with https:// or http://");
  }
  text.remove_prefix(colon + 3);
  std::size_t const slash = std::min(text.find('/'), text.size());
  std::string_view place = text.substr(0, slash);
  std::string_view const prefix = text.substr(slash);
  if (place.find('@') != std::string_view::npos) {
    return wrong("it holds a user name");
  }
  if (prefix.find_first_of("?#") != std::string_view::npos) {
    return wrong("it holds a query");
  }
  std::size_t const bracket = place.starts_with('[') ? place.find(']') : 0;
  std::size_t const port_at = bracket == std::string_view::npos ? bracket : place.find(':', bracket);
  if (port_at != std::string_view::npos) {
    std::string_view const digits = place.substr(port_at + 1);
    auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), e.port);
    if (code != std::errc() || end != digits.data() + digits.size() || e.port == 0) {
      return wrong("its port is not a number from 1 to 65535");
    }
    place = place.substr(0, port_at);
  }
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  constexpr std::string_view address = "[]0123456789abcdefABCDEF:.";
  bool const host_is_good =
      place.starts_with('[')
          ? place.ends_with(']') && place.size() > 2 && place.find_first_not_of(address) == std::string_view::npos
          : !place.empty() && place.find_first_not_of(std::string(letters) + "-._") == std::string_view::npos;
  if (!host_is_good) {
    return wrong("its host is not a host name");
  }
  e.host = place;
  auto decoded = uri_decode(prefix);
  if (!decoded) {
    return wrong(decoded.error()->message);
  }
  e.path = std::move(*decoded);
  return e;
}

} // namespace copyto

#endif
