// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_TOPIC_DETAIL_PROGRESS_READER_HPP
#define COPYTO_TOPIC_DETAIL_PROGRESS_READER_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/topic/cluster.hpp>
#include <copyto/topic/report.hpp>

#include <optional>
#include <stop_token>
#include <string>

namespace copyto::detail {

/// The last committed progress of an export; nothing: there is none. Reads the topic from its first record to its last one, so
/// that what an earlier transaction of the export has left must have been ended before. Another export's open transaction
/// hides what is behind it: errc::service_failed, transient, where it does not end within `cluster.connect_timeout`.
[[nodiscard]] result<std::optional<topic_progress>> read_progress(kafka_cluster const& cluster,
                                                                  std::string const& progress_topic,
                                                                  std::string const& export_id,
                                                                  std::stop_token const& stop);

} // namespace copyto::detail

#ifdef COPYTO_HEADER_ONLY
#include <copyto/topic/impl/progress_reader.ipp>
#endif

#endif
