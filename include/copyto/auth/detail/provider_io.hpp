// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_AUTH_DETAIL_PROVIDER_IO_HPP
#define COPYTO_AUTH_DETAIL_PROVIDER_IO_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/result.hpp>
#include <copyto/http/concept.hpp>
#include <copyto/http/retry.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace copyto::detail {

/// Transport, retry policy and clock of a provider that asks a server, erased, so that what uses them is compiled once.
/// Thread-safe.
class provider_io {
public:
  provider_io() = default;
  provider_io(provider_io const&) = delete;
  provider_io& operator=(provider_io const&) = delete;
  virtual ~provider_io() = default;

  virtual result<response> perform(request const& r, std::stop_token const& stop) = 0;
  virtual std::optional<std::chrono::nanoseconds> delay(failed_attempt const& attempt, std::uint64_t random) = 0;
  virtual utc_time now() = 0;
  virtual std::chrono::nanoseconds elapsed() = 0;
  virtual bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) = 0;
};
using provider_io_ptr = std::shared_ptr<provider_io>;

template <class Http, class Retry, class Time>
class provider_io_of final : public provider_io {
public:
  provider_io_of(Http http, Retry retry, Time time)
      : http_(std::move(http)), retry_(std::move(retry)), time_(std::move(time)) {}

  result<response> perform(request const& r, std::stop_token const& stop) override { return http_.perform(r, stop); }
  std::optional<std::chrono::nanoseconds> delay(failed_attempt const& attempt, std::uint64_t random) override {
    return std::as_const(retry_).delay(attempt, random);
  }
  utc_time now() override { return time_.now(); }
  std::chrono::nanoseconds elapsed() override { return time_.elapsed(); }
  bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) override {
    return time_.sleep(duration, stop);
  }

private:
  Http http_;
  Retry retry_;
  Time time_;
};

template <Transport Http, RetryPolicy Retry, Clock Time>
[[nodiscard]] provider_io_ptr make_provider_io(Http http, Retry retry, Time time) {
  return std::make_shared<provider_io_of<Http, Retry, Time>>(std::move(http), std::move(retry), std::move(time));
}

} // namespace copyto::detail

#endif
