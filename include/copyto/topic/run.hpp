// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_RUN_HPP
#define COPYTO_TOPIC_RUN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/source/ref.hpp>
#include <copyto/topic/any_records.hpp>
#include <copyto/topic/cluster.hpp>
#include <copyto/topic/options.hpp>
#include <copyto/topic/report.hpp>

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace copyto {

/// Puts all rows of a source into a topic, each once for readers of `read_committed`.
///
///     options ──► cluster: is the topic there, has the progress topic one partition ──► fence ──► what is committed already?
///                                                                                           │ skipped, and compared
///     begin ──► records … ──► progress record ──► commit ──► next transaction, or the end  ◄┘
///        any error or stop: abort the open transaction; an answer to commit that is lost: fence again, and read
///
/// **Outcomes.** With one transaction: all rows are committed, or none; with several, whole transactions are, and
/// `topic_status` says how many rows. errc::in_doubt where that cannot be found out.
/// **Errors** besides: those of `check` below, of the source and the formats (with row and column), and of the cluster:
/// unreachable, bad_credentials, access_denied, not_found (no topic, and `create` is not set), claim_lost (fenced off, or
/// longer than the transaction's time), limit_exceeded (a record that is too large, with its row).
/// Called from one thread; librdkafka has threads of its own.
[[nodiscard]] result<topic_report> run_topic_export(source_ref source, any_records value, any_records key,
                                                    kafka_cluster const& cluster, std::string const& topic,
                                                    topic_options options, std::stop_token const& stop,
                                                    topic_callback const& on_progress);

/// Whether such a run can begin, without a request. Errors: invalid_argument, unsupported; with the column.
[[nodiscard]] result<void> check_topic_export(schema_view fields, any_records value, any_records key,
                                              kafka_cluster const& cluster, std::string const& topic,
                                              topic_options const& options);

/// What a dry run found out.
struct topic_dry_run {
  std::int32_t partitions = 0; ///< of the topic; 0: it is not there, and would be created
  bool progress_is_there = false;
  std::uint64_t max_message_bytes = 0; ///< of the topic; 0: not known
  std::vector<error> refusals = {};
  std::vector<error> warnings = {};
};
/// Asks the cluster what a run would meet, and changes nothing.
[[nodiscard]] topic_dry_run dry_run_topic(kafka_cluster const& cluster, std::string const& topic,
                                          topic_options const& options, std::stop_token const& stop);

/// The most heap that a run takes, bytes, the source's aside: records that wait, twice (once as librdkafka sends them), a batch
/// of rows, the largest record a few times, and some MiB of librdkafka's own a broker.
[[nodiscard]] std::uint64_t topic_memory_bound(topic_options const& options) noexcept;

/// How far an export has come; nothing: none of this id has committed anything. Ends what is left open of it, so that it is
/// for exports that do not run any more; one that does is fenced off, and fails.
[[nodiscard]] result<std::optional<topic_progress>>
settle_topic_export(kafka_cluster const& cluster, topic_options const& options, std::stop_token const& stop);
/// The same, without touching it: what a transaction in flight will say is not seen.
[[nodiscard]] result<std::optional<topic_progress>> topic_status(kafka_cluster const& cluster,
                                                                 std::string const& progress_topic,
                                                                 std::string const& export_id,
                                                                 std::stop_token const& stop);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/run.ipp>
#endif

#endif
