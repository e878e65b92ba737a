// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_REPORT_HPP
#define COPYTO_EXPORT_REPORT_HPP

#include <copyto/commit/control_record.hpp>
#include <copyto/core/config.hpp>
#include <copyto/core/error.hpp>
#include <copyto/schema/column_stats.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/store/counters.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace copyto {

/// One committed file.
struct file_report {
  std::string key = {};
  std::uint32_t shard = 0; ///< whose rows it has
  /// Its path, e.g. "region=eu/at_month=2024-01" (`hive_split`); empty: there are no partitions.
  std::string partition = {};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t crc64nvme = 0; ///< checksum of its bytes, see core/crc.hpp
  /// One a column, where `export_options::column_stats` asks for them; none after `resume_export`.
  std::vector<column_stats> columns = {};
};

/// What came of one shard of the rows (source/shards.hpp).
struct shard_report {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

/// How long the stages of an export took, by the steady clock.
struct stage_times {
  std::chrono::nanoseconds preparing{};
  std::chrono::nanoseconds exporting{};
  std::chrono::nanoseconds committing{};
};

/// What was exported. Only a committed export has one.
struct report {
  std::string export_id = {};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::vector<file_report> files = {};
  std::vector<shard_report> shards = {}; ///< in their order; one, where rows did not come in shards
  schema columns = {};                   ///< of the files; none after `resume_export`
  schema path_columns = {};              ///< of the rows, and in no file, since partitions' paths have their values
  schema written = {};                   ///< the same as readers of the files find them (`any_encoder::written_as`)
  std::string manifest = {};             ///< key of the manifest; empty: none was asked for
  /// Requests, attempts and bodies that the store sent meanwhile; where others used it at the same time, theirs, too.
  store_counters requests = {};
  stage_times times = {};
  /// What the export did without, or what its readers should know: each says what is lost, and what helps.
  std::vector<error> warnings = {};
};

/// What a commit record says of its export: what a report still has once the rows are forgotten, e.g. after `resume_export`.
[[nodiscard]] report report_of(control_record const& record);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/report.ipp>
#endif

#endif
