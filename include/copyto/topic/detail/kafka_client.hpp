// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_KAFKA_CLIENT_HPP
#define COPYTO_TOPIC_DETAIL_KAFKA_CLIENT_HPP

#include <copyto/core/clock.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/topic/cluster.hpp>
#include <copyto/topic/detail/kafka_error.hpp>

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What producers and readers of librdkafka have in common. Only its bodies and theirs include its C API.
namespace copyto::detail {

template <class T, auto Destroy>
struct kafka_deleter {
  void operator()(T* p) const noexcept { Destroy(p); }
};
template <class T, auto Destroy>
using kafka_ptr = std::unique_ptr<T, kafka_deleter<T, Destroy>>;

/// What a client hears from librdkafka, and what it is asked for, on threads of that: its opaque pointer. It explains an error
/// that is only "timed out".
class kafka_news {
public:
  explicit kafka_news(kafka_cluster const& cluster) : token_(cluster.token) {}
  void hear(rd_kafka_resp_err_t code, std::string_view text);
  [[nodiscard]] std::pair<rd_kafka_resp_err_t, std::string> last() const {
    std::lock_guard const lock(mutex_);
    return {code_, text_};
  }
  /// Waiting does not help.
  [[nodiscard]] bool hopeless() const;
  [[nodiscard]] error unreachable(std::string message) const;
  [[nodiscard]] bool has_token() const noexcept { return token_ != nullptr; }
  /// Gives librdkafka a new token, or says why there is none.
  void renew_token(rd_kafka_t* client) noexcept;

private:
  mutable std::mutex mutex_;
  rd_kafka_resp_err_t code_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text_;
  std::function<result<kafka_token>()> token_;
};

inline constexpr int kafka_step_ms = 200;

/// Until a stop, or a deadline; lets librdkafka tell its news meanwhile.
class kafka_wait {
public:
  kafka_wait(std::chrono::milliseconds most, std::stop_token const& stop)
      : until_(system_clock().elapsed() + most), stop_(&stop) {}
  [[nodiscard]] bool over() const { return system_clock().elapsed() >= until_; }
  [[nodiscard]] bool stopped() const { return stop_->stop_requested(); }

private:
  std::chrono::nanoseconds until_;
  std::stop_token const* stop_;
};

/// A client's configuration. The first property that librdkafka does not take is kept for `good`.
class kafka_conf {
public:
  kafka_conf() : conf_(rd_kafka_conf_new()) {}
  [[nodiscard]] rd_kafka_conf_t* get() const noexcept { return conf_.get(); }
  rd_kafka_conf_t* release() noexcept { return conf_.release(); }

  /// A property of ours.
  void set(char const* name, std::string const& value);
  /// One of the user's, whose value may be a password, and is in librdkafka's sentences.
  void set(kafka_setting const& setting);
  void set(kafka_cluster const& cluster);
  /// What librdkafka has to tell goes there, which is the client's opaque pointer, and not to stderr.
  void listen(kafka_news& news) noexcept;
  [[nodiscard]] result<void> good() const { return bad_.empty() ? result<void>() : bad_.front(); }

private:
  kafka_ptr<rd_kafka_conf_t, rd_kafka_conf_destroy> conf_;
  std::vector<error> bad_;
};

/// Errors: invalid_argument, for files of TLS that cannot be read, too.
[[nodiscard]] result<rd_kafka_t*> make_client(rd_kafka_type_t type, kafka_conf& conf, kafka_news& news);
[[nodiscard]] error kafka_stopped();
/// Takes an error object, which is destroyed.
[[nodiscard]] error taken_error(rd_kafka_error_t* e, std::string message);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/kafka_client.ipp>
#endif

#endif
