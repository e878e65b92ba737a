// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_PRODUCER_HPP
#define COPYTO_TOPIC_DETAIL_PRODUCER_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/topic/cluster.hpp>
#include <copyto/topic/options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto::detail {

struct producer_settings {
  std::string transactional_id = {};
  std::chrono::milliseconds transaction_timeout = {};
  std::uint64_t queue_bytes = 0;
};

/// A header of a record; no value where it is NULL.
struct record_header {
  std::string_view name = {};
  std::optional<bytes_view> value = {};
};

/// Of which topic a record is.
enum class to_topic : std::uint8_t { rows, progress };

struct topic_record {
  to_topic to = to_topic::rows;
  std::int32_t partition = 0;
  std::optional<bytes_view> key = {};
  std::optional<bytes_view> value = {};
  std::span<record_header const> headers = {};
  std::uint64_t row = 0; ///< 1-based, for messages; 0: none
};

/// A transactional producer of librdkafka, the only file that knows its C API beside `progress_reader`. One thread.
///
/// librdkafka sorts its errors into three: those that fence or end the producer (fatal), those after which the transaction
/// must be aborted, and those that pass. The last are repeated here until a deadline; of the others, `error_info::service_code`
/// has librdkafka's word, and `disposition` tells them apart: permanent, or transient, after which a new run may succeed.
class producer {
public:
  /// Errors: invalid_argument for a setting that librdkafka does not take.
  [[nodiscard]] static result<producer> open(kafka_cluster const& cluster, producer_settings const& settings);
  producer(producer&&) noexcept;
  producer& operator=(producer&&) noexcept;
  ~producer();

  /// Partitions of a topic; nothing: it is not there. The first question to the cluster: it waits until a broker answers.
  [[nodiscard]] result<std::optional<std::int32_t>> partitions(std::string const& topic, std::stop_token const& stop);
  /// Makes a topic; one that is there meanwhile is no error.
  [[nodiscard]] result<void> create(std::string const& topic, new_topic const& how, std::stop_token const& stop);
  /// What its configuration has under these names.
  [[nodiscard]] result<std::vector<std::pair<std::string, std::string>>>
  configs(std::string const& topic, std::span<char const* const> names, std::stop_token const& stop);

  /// Where `send` sends to.
  [[nodiscard]] result<void> use(std::string const& rows_topic, std::string const& progress_topic);
  /// Fences off other producers of this transactional id, and ends what they had begun.
  [[nodiscard]] result<void> fence(std::stop_token const& stop);
  [[nodiscard]] result<void> begin();
  /// Takes a copy of the record; waits while the queue is full.
  [[nodiscard]] result<void> send(topic_record const& record, std::stop_token const& stop);
  /// Lets librdkafka report; the first record that could not be delivered is an error from then on.
  [[nodiscard]] result<void> poll();
  /// Waits until the transaction is committed. errc::in_doubt: nobody knows; `fence` of another producer settles it.
  [[nodiscard]] result<void> commit();
  /// Gives up the open transaction.
  [[nodiscard]] result<void> abort();
  /// Records that brokers have acknowledged.
  [[nodiscard]] std::uint64_t acknowledged() const noexcept;

private:
  struct state;
  explicit producer(std::unique_ptr<state> made) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/producer.ipp>
#endif

#endif
