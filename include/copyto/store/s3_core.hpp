// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_CORE_HPP
#define COPYTO_STORE_S3_CORE_HPP

#include <copyto/auth/concept.hpp>
#include <copyto/http/adaptive_limit.hpp>
#include <copyto/http/message.hpp>
#include <copyto/http/retry.hpp>
#include <copyto/http/retry_budget.hpp>
#include <copyto/store/object.hpp>
#include <copyto/store/s3_failure.hpp>
#include <copyto/store/service.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
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

/// The S3 API over some transport: requests, retries, signatures, answers. Thread-safe.
class s3_core {
public:
  s3_core(s3_service service, issuer issued_by, std::unique_ptr<s3_policies> policies);
  s3_core(s3_core const&) = delete;
  s3_core& operator=(s3_core const&) = delete;
  ~s3_core() = default;

  [[nodiscard]] result<void> check() const;
  [[nodiscard]] store_limits const& limits() const noexcept { return service_.limits; }
  [[nodiscard]] copyto::conditions conditions() const noexcept { return service_.conditions; }
  [[nodiscard]] std::string uri(std::string_view key) const;
  [[nodiscard]] store_counters counters() const;

  result<std::string> put(std::string_view key, bytes_view body, object_options const& options,
                          put_condition const& condition, std::stop_token const& stop);
  result<std::string> create_upload(std::string_view key, object_options const& options, std::stop_token const& stop);
  result<part_tag> put_part(std::string_view key, std::string_view upload_id, std::uint32_t number, part_body body,
                            std::stop_token const& stop);
  result<std::string> complete(std::string_view key, std::string_view upload_id, std::span<part_tag const> parts,
                               put_condition const& condition, std::stop_token const& stop);
  result<void> abort(std::string_view key, std::string_view upload_id);
  result<object_info> head(std::string_view key, std::stop_token const& stop);
  result<object_contents> get(std::string_view key, std::size_t max_size, std::stop_token const& stop);
  result<page<object_info>> list(std::string_view prefix, std::string_view from, std::stop_token const& stop);
  result<page<pending_upload>> list_uploads(std::string_view prefix, std::string_view from,
                                            std::stop_token const& stop);
  result<page<part_tag>> list_parts(std::string_view key, std::string_view upload_id, std::string_view from,
                                    std::stop_token const& stop);
  result<void> remove(std::string_view key, std::stop_token const& stop);

private:
  /// What is learnt from answers and holds for all later requests.
  struct learnt {
    std::string region;
    s3_endpoint endpoint;
    std::chrono::microseconds skew{0}; ///< the server's clock minus ours
  };
  /// Cures that are tried once each.
  struct tried {
    bool region = false;
    bool clock = false;
    bool credentials = false;
    bool idle_connection = false;
    std::optional<error> no_others = std::nullopt; ///< why there are no other credentials
  };
  struct attempt;

  [[nodiscard]] result<response> run(s3_call& call, std::stop_token const& stop);
  [[nodiscard]] result<response> try_once(s3_call& call, attempt& a, std::string& payload, std::stop_token const& stop);
  [[nodiscard]] request make_request(s3_call const& call, learnt const& at) const;
  [[nodiscard]] std::optional<s3_failure> failure_of(s3_call const& call, attempt const& a) const;
  [[nodiscard]] bool is_good(s3_call const& call, response const& answer) const;
  [[nodiscard]] bool may_repeat(s3_call& call, bool throttled);
  [[nodiscard]] bool cure(s3_failure const& failure, attempt const& a, tried& done, std::stop_token const& stop);
  [[nodiscard]] bool learn_region(std::string const& region, learnt const& used);
  [[nodiscard]] bool learn_skew(attempt const& a);
  [[nodiscard]] error finish(error_info info, s3_call const& call, bool gave_up) const;
  [[nodiscard]] error stopped(s3_call const& call) const;
  [[nodiscard]] result<void> check_key(std::string_view key, s3_operation const& operation) const;
  [[nodiscard]] result<void> add_checksum(s3_call& call, part_body const& body) const;
  [[nodiscard]] result<void> add_condition(s3_call& call, put_condition const& condition) const;
  void add_options(s3_call& call, object_options const& options) const;
  [[nodiscard]] std::string_view tag_header() const noexcept;
  [[nodiscard]] object_info info_of(std::string_view key, response const& answer) const;
  /// An object as HEAD shows it, and its checksum where the dialect has one.
  struct seen_object {
    object_info info = {};
    std::optional<std::string> checksum = std::nullopt;
  };
  [[nodiscard]] result<seen_object> look(std::string_view key, std::stop_token const& stop);
  [[nodiscard]] result<std::string> settle(error const& gone, s3_call const& call, std::string_view upload_id,
                                           std::uint64_t size, std::stop_token const& stop);
  [[nodiscard]] result<std::string> prove(s3_call const& call, response const& answer, std::string_view upload_id,
                                          std::span<part_tag const> parts, std::stop_token const& stop);
  [[nodiscard]] std::string token_of(std::string_view upload_id) const;
  [[nodiscard]] learnt known() const;
  void forget(std::string_view upload_id);
  [[nodiscard]] std::uint64_t random() noexcept;

  s3_service service_;
  std::unique_ptr<s3_policies> policies_;
  std::optional<error> problem_;
  std::atomic<std::uint64_t> random_;
  mutable std::mutex mutex_;
  learnt learnt_;
  adaptive_limit limit_;
  retry_budget budget_;
  store_counters counters_; ///< under the mutex
  /// Token of each upload started here, by upload id: proves whose object it is when an answer to
  /// `complete` is lost. Ends with `complete` or `abort`.
  std::unordered_map<std::string, std::string> tokens_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/impl/store/s3_core.ipp>
#include <copyto/impl/store/s3_operations.ipp>
#endif

#endif
