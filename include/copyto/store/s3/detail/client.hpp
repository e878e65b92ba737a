// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_DETAIL_CLIENT_HPP
#define COPYTO_STORE_S3_DETAIL_CLIENT_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/http/adaptive_limit.hpp>
#include <copyto/http/message.hpp>
#include <copyto/http/retry.hpp>
#include <copyto/http/retry_budget.hpp>
#include <copyto/store/object.hpp>
#include <copyto/store/s3/detail/failure.hpp>
#include <copyto/store/service.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto::detail {

/// The policies of an `s3_store`, erased, so that everything below is compiled once. Thread-safe.
class s3_policies {
public:
  s3_policies() = default;
  s3_policies(s3_policies const&) = delete;
  s3_policies& operator=(s3_policies const&) = delete;
  virtual ~s3_policies() = default;

  virtual result<credentials> get(utc_time now, std::stop_token const& stop) = 0;
  /// The server refused this set, which is a session's: the next `get` must not give it out again.
  virtual void expire(credentials const& rejected) = 0;
  virtual result<response> perform(request const& r, std::stop_token const& stop) = 0;
  virtual std::optional<std::chrono::nanoseconds> delay(failed_attempt const& attempt, std::uint64_t random) = 0;
  [[nodiscard]] virtual retry_costs costs() const = 0;
  virtual utc_time now() = 0;
  virtual bool sleep(std::chrono::nanoseconds duration, std::stop_token const& stop) = 0;
};

/// One operation on its way through the attempts.
struct s3_call {
  s3_operation const& operation;
  std::string_view method;
  std::string_view key = {}; ///< empty: the bucket itself
  std::vector<query_item> query = {};
  std::vector<header> headers = {};
  bytes_view body = {};
  std::string checksum = {}; ///< of the body, in the service's dialect; an answer that says another is a failure
  bool sign_body = false;    ///< also over TLS, where the checksum header would not cover it
  std::string_view needs_header = {}; ///< a success has this header, with a value
  std::string_view needs = {};        ///< a success holds this root, or this element with text
  std::size_t max_answer = 8 * MiB;

  int attempts = 0;  ///< requests made
  bool lost = false; ///< the answer to one of them was lost, or left open what was done
  int spent = 0;     ///< of the retry budget
};

/// Sends the requests of one store: each is signed, repeated and cured until it succeeds or is given up (`attempts`).
/// Thread-safe.
class s3_client {
public:
  s3_client(s3_service service, issuer issued_by, std::unique_ptr<s3_policies> policies);
  s3_client(s3_client const&) = delete;
  s3_client& operator=(s3_client const&) = delete;
  ~s3_client() = default;

  [[nodiscard]] result<void> check() const;
  [[nodiscard]] s3_service const& service() const noexcept { return service_; }
  [[nodiscard]] std::string uri(std::string_view key) const;
  [[nodiscard]] store_counters counters() const;

  /// Sends the call until it is answered with a success.
  [[nodiscard]] result<response> run(s3_call& call, std::stop_token const& stop);
  /// The error of a call, with operation, key and attempts. `gave_up`: it might have passed at last.
  [[nodiscard]] error finish(error_info info, s3_call const& call, bool gave_up) const;
  /// For retries and tokens.
  [[nodiscard]] std::uint64_t random() noexcept;

private:
  /// What is learnt from answers and holds for all later requests.
  struct learnt {
    std::string region;
    s3_endpoint endpoint;
    std::chrono::microseconds skew{0}; ///< the server's clock minus ours
  };
  class call_attempts;

  [[nodiscard]] request make_request(s3_call const& call, learnt const& at) const;
  [[nodiscard]] bool is_good(s3_call const& call, response const& answer) const;
  [[nodiscard]] bool learn_region(std::string const& region, learnt const& used);
  [[nodiscard]] learnt known() const;

  s3_service service_;
  std::unique_ptr<s3_policies> policies_;
  std::optional<error> problem_;
  std::atomic<std::uint64_t> random_;
  mutable std::mutex mutex_;
  learnt learnt_;
  adaptive_limit limit_;
  retry_budget budget_;
  store_counters counters_; ///< under the mutex
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/s3/impl/client.ipp>
#endif

#endif
