// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_URI_ENCODE_HPP
#define COPYTO_HTTP_URI_ENCODE_HPP

#include <copyto/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// Which bytes stay as they are: `A-Z a-z 0-9 - . _ ~`, in a path also '/'.
enum class uri_part : std::uint8_t { component, path };

/// Percent-encodes each byte once, hex digits in upper case (RFC 3986, 2.1 and 2.3; Signature Version 4,
/// "UriEncode"). A space is `%20`, never '+'.
[[nodiscard]] std::string uri_encode(std::string_view text, uri_part part);

/// The reverse. '+' stays '+'. A '%' without two hex digits is errc::invalid_argument.
[[nodiscard]] result<std::string> uri_decode(std::string_view text);
/// The reverse of application/x-www-form-urlencoded, where '+' is a space.
[[nodiscard]] result<std::string> form_decode(std::string_view text);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/uri_encode.ipp>
#endif

#endif
