// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_DATE_HPP
#define COPYTO_HTTP_DATE_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace copyto {

/// The time of a Date header in its one current form, e.g. "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110,
/// 5.6.7). Independent of the locale, as are the others here.
[[nodiscard]] std::optional<utc_time> parse_http_date(std::string_view text);

/// The time of an XML answer, e.g. "2009-11-10T20:48:33.000Z"; up to any number of digits after the
/// point, of which those below a microsecond are dropped.
[[nodiscard]] std::optional<utc_time> parse_iso_time(std::string_view text);

/// "20150830T123600Z", the form of `x-amz-date`; its first eight characters are the day of the scope.
[[nodiscard]] std::string format_amz_date(utc_time time);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/date.ipp>
#endif

#endif
