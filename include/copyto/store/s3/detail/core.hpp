// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_STORE_S3_DETAIL_CORE_HPP
#define COPYTO_STORE_S3_DETAIL_CORE_HPP

#include <copyto/store/object.hpp>
#include <copyto/store/s3/detail/client.hpp>
#include <copyto/store/s3/detail/failure.hpp>
#include <copyto/store/service.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace copyto::detail {

/// The operations of the S3 API. Thread-safe.
class s3_core {
public:
  s3_core(s3_service service, issuer issued_by, std::unique_ptr<s3_policies> policies)
      : client_(std::move(service), issued_by, std::move(policies)) {}
  s3_core(s3_core const&) = delete;
  s3_core& operator=(s3_core const&) = delete;
  ~s3_core() = default;

  [[nodiscard]] result<void> check() const { return client_.check(); }
  [[nodiscard]] store_limits const& limits() const noexcept { return service_.limits; }
  [[nodiscard]] copyto::conditions conditions() const noexcept { return service_.conditions; }
  [[nodiscard]] std::string uri(std::string_view key) const { return client_.uri(key); }
  [[nodiscard]] store_counters counters() const { return client_.counters(); }

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
  [[nodiscard]] result<seen_object> head_object(std::string_view key, std::stop_token const& stop);
  [[nodiscard]] result<std::string> settle(error const& gone, s3_call const& call, std::string_view upload_id,
                                           std::uint64_t size, std::stop_token const& stop);
  [[nodiscard]] result<std::string> prove(s3_call const& call, response const& answer, std::string_view upload_id,
                                          std::span<part_tag const> parts, std::stop_token const& stop);
  [[nodiscard]] std::string token_of(std::string_view upload_id);
  void forget(std::string_view upload_id);

  s3_client client_;
  s3_service const& service_ = client_.service();
  std::mutex mutex_;
  /// Token of each upload started here, by upload id: proves whose object it is when an answer to
  /// `complete` is lost. Ends with `complete` or `abort`.
  std::unordered_map<std::string, std::string> tokens_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/store/s3/impl/core.ipp>
#endif

#endif
