// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_OPTIONS_HPP
#define COPYTO_TOPIC_OPTIONS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/core/clock.hpp>
#include <copyto/topic/partition_hash.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace copyto {

/// What the value of a record says.
enum class topic_envelope : std::uint8_t {
  append,   ///< the row
  upsert,   ///< the row, which takes the place of those before it with the same key; no value at all: they are deleted
  debezium, ///< {"before": null, "after": the row, "op": "r", "ts_ms": start of the export}: a snapshot's row
};

/// A topic that is made where it is not there.
struct new_topic {
  std::int32_t partitions = -1;  ///< -1: as the broker makes topics (Kafka 2.4 or newer)
  std::int16_t replication = -1; ///< likewise
  std::vector<std::pair<std::string, std::string>> configs = {}; ///< e.g. {"cleanup.policy", "compact"}
};

/// How rows go into a topic.
struct topic_options {
  /// The columns of the key, in their order; none: records have no key. A key all of whose columns are NULL is none, which
  /// `upsert` refuses.
  std::vector<std::string> key = {};
  topic_envelope envelope = topic_envelope::append;
  /// Of `upsert`: a boolean column that is TRUE in rows that are deleted; it is not in the value.
  std::string deleted = {};
  /// Columns that each record has as headers, by their names, as text (bytes as they are); NULL is a header without a
  /// value. They are in the value, too.
  std::vector<std::string> headers = {};

  /// The partition is the hash of the key as encoded (behind the frame of its format) modulo the partitions; without a key, 0.
  partition_hash hash = partition_hash::seahash;
  /// An integer column in place of the hash: its value modulo the partitions, NULL is 0. Negative ones are an error.
  std::string partition_by = {};

  /// 0: all rows are one transaction, so that `read_committed` readers see all of them or none. Else the rows of each
  /// transaction: what is committed stays, and a run with the same `export_id` goes on behind it.
  std::uint64_t transaction_rows = 0;
  /// The broker aborts a transaction that is open for longer. At most its transaction.max.timeout.ms, by default these 15
  /// minutes.
  std::chrono::milliseconds transaction_timeout = std::chrono::minutes(15);

  /// Empty: a new one. One that was given before goes on behind the rows that are committed under it, which the source
  /// has to give again, in the same order: a digest of them is compared before the first new record.
  std::string export_id = {};
  /// The transactional id is this and the export's id, so that of two runs of one export the older is fenced off.
  std::string transactional_id_prefix = "copyto-";
  /// Where each transaction says how far its export has come. One partition; its records must not expire.
  std::string progress_topic = "_copyto-progress";

  std::optional<new_topic> create = new_topic(); ///< nullopt: the topic must be there
  std::optional<new_topic> create_progress =
      new_topic(); ///< the same of the progress topic; partitions and policies are ours

  bool check_retention =
      true; ///< of the progress topic, by DescribeConfigs; false where the cluster does not answer that

  std::uint64_t queue_bytes = 64 * MiB; ///< of records that are not acknowledged
  std::size_t batch_rows = 2048;        ///< of one fill
  /// The start of the export, for `debezium` and its id. A clock, so that tests need none.
  std::function<utc_time()> now = [] { return system_clock().now(); };
};

} // namespace copyto

#endif
