// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_REPORT_HPP
#define COPYTO_TOPIC_REPORT_HPP

#include <copyto/core/error.hpp>
#include <copyto/export/report.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// How far an export into a topic has come, by its last committed record in the progress topic.
struct topic_progress {
  std::string export_id = {};
  std::string topic = {};
  std::uint64_t rows = 0;  ///< committed, since the export's start
  std::uint64_t bytes = 0; ///< of their keys and values
  std::uint32_t digest =
      0;             ///< CRC-32 of all keys and values, by which a later run knows that its source repeats itself
  bool done = false; ///< no more will come
  /// When its first run began, milliseconds since 1970: what records say of it must be the same in each run. 0: not known.
  std::int64_t started = 0;
};

/// A snapshot while an export runs; every counter only grows, but for those that start at the rows of an earlier run.
struct topic_snapshot {
  std::string_view export_id = {};   ///< by which a later run goes on; as long as the callback runs
  std::uint64_t rows = 0;            ///< read from the source
  std::uint64_t staged = 0;          ///< records given to the brokers
  std::uint64_t acknowledged = 0;    ///< records that brokers hold, not yet committed perhaps
  std::uint64_t committed = 0;       ///< rows that `read_committed` readers see, of earlier runs, too
  std::uint64_t staged_bytes = 0;    ///< of keys and values
  std::uint64_t committed_bytes = 0; ///< likewise
  std::uint64_t transactions = 0;    ///< committed
};
/// Called on the thread that called `run`, after every batch and every transaction.
using topic_callback = std::function<void(topic_snapshot const&)>;

/// What was exported into a topic.
struct topic_report {
  std::string export_id = {};
  std::string topic = {};
  std::uint64_t rows = 0;                     ///< that are in the topic, by this run and earlier ones
  std::uint64_t earlier_rows = 0;             ///< of these, by earlier runs
  std::uint64_t bytes = 0;                    ///< of keys and values of all of them
  std::uint64_t staged = 0;                   ///< records that this run gave to the brokers
  std::uint64_t transactions = 0;             ///< that this run committed
  std::vector<std::uint64_t> partitions = {}; ///< records of this run in each partition
  bool created_topic = false;
  bool already_done = false; ///< by an earlier run of this id: the source was not read
  stage_times times = {};
  std::vector<error> warnings = {};
};

} // namespace copyto

#endif
