// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HTTP_IMPL_ANSWER_IPP
#define COPYTO_HTTP_IMPL_ANSWER_IPP

#include <copyto/http/detail/answer.hpp>

#include <copyto/http/date.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>

namespace copyto::detail {

COPYTO_DECL std::optional<std::chrono::nanoseconds> retry_after(response const& answer) {
  auto const number = [&](std::string_view name) -> std::optional<std::uint32_t> {
    auto const text = answer.header(name);
    if (!text || text->empty()) {
      return std::nullopt;
    }
    std::uint32_t value = 0;
    auto const [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (end != text->data() + text->size()) {
      return std::nullopt;
    }
    return fault == std::errc::result_out_of_range ? std::numeric_limits<std::uint32_t>::max() : value;
  };
  if (auto const milliseconds = number("x-amz-retry-after")) {
    return std::chrono::milliseconds(*milliseconds);
  }
  if (auto const seconds = number("retry-after")) {
    return std::chrono::seconds(*seconds);
  }
  return std::nullopt;
}

COPYTO_DECL std::optional<std::chrono::microseconds> clock_skew(response const& answer, utc_time sent,
                                                                utc_time received) {
  auto const server = parse_http_date(answer.header("date").value_or(""));
  if (!server || answer.header("age")) {
    return std::nullopt;
  }
  return *server - (sent + (received - sent) / 2);
}

COPYTO_DECL std::optional<std::chrono::microseconds>
new_clock_skew(response const& answer, utc_time sent, utc_time received, std::chrono::microseconds known) {
  auto const skew = clock_skew(answer, sent, received);
  return skew && std::chrono::abs(*skew - known) >= std::chrono::minutes(1) ? skew : std::nullopt;
}

} // namespace copyto::detail

#endif
