// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_DETAIL_ANSWER_HPP
#define COPYTO_HTTP_DETAIL_ANSWER_HPP

#include <copyto/core/clock.hpp>
#include <copyto/http/message.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// What the answers of S3 and STS have in common. Pure functions.
namespace copyto::detail {

/// The pause that the server wishes for: x-amz-retry-after (milliseconds), else Retry-After (seconds).
[[nodiscard]] std::optional<std::chrono::nanoseconds> retry_after(response const& answer);

/// The server's clock minus ours, from the Date header of an answer to a request that was sent and
/// answered at these times. Nothing without that header, or from a cache, whose Date is old.
[[nodiscard]] std::optional<std::chrono::microseconds> clock_skew(response const& answer, utc_time sent,
                                                                  utc_time received);

/// The same, if it differs from what was `known` by a minute or more: otherwise a request that is signed with it fails in
/// the same way.
[[nodiscard]] std::optional<std::chrono::microseconds>
new_clock_skew(response const& answer, utc_time sent, utc_time received, std::chrono::microseconds known);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/http/impl/answer.ipp>
#endif

#endif
