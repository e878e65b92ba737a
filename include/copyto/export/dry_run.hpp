// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_DRY_RUN_HPP
#define COPYTO_EXPORT_DRY_RUN_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/error.hpp>
#include <copyto/encode/any.hpp>
#include <copyto/export/options.hpp>
#include <copyto/schema/schema.hpp>
#include <copyto/source/ref.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace copyto {

/// What an export would do, and whether it could.
struct dry_run_report {
  std::vector<error> refusals = {}; ///< why the export would fail; empty: it would begin
  std::vector<error> warnings = {}; ///< what it would do without, each with what is lost
  /// Of each column the type that readers find in the files, as `describe` spells it; empty: it is refused, or in no file.
  std::vector<std::string> written_as = {};
  std::vector<bool> in_path = {}; ///< of each column: only the partitions' paths have it
  std::string first_file = {};    ///< its key
  std::string control = {};       ///< key of the control object
  std::uint64_t replaced = 0;     ///< objects that would be deleted
  std::uint64_t part_size = 0;    ///< of the first parts, bytes
  std::uint64_t parts = 0;        ///< of a file of the largest size
  std::uint64_t memory = 0;       ///< `memory_bound`, bytes
  std::uint64_t rows_tried = 0;   ///< by `try_rows`
};

/// Finds out, without reading a row, what stands in the way of an export: every column that the encoder refuses, options
/// against the store's limits, what is there already, and each operation and right that the export needs, by using it:
/// the place is listed, and at "_copyto.probe-<export id>" an upload is begun and aborted, another completed, its object
/// put again, read and deleted. Nothing stays; where a probe cannot be removed again, that is a refusal which names it.
/// `shards`: that the rows come in (source/shards.hpp). What is found does not hold for longer than it takes: only the
/// export's own claim does. Never throws what `store` does not.
[[nodiscard]] dry_run_report dry_run(schema_view fields, any_encoder const& encoder, store_ref store,
                                     export_options const& options, std::stop_token const& stop = {},
                                     std::uint32_t shards = 1);

/// Reads the first batch of rows and encodes it, so that what no schema shows is found: a value that its column cannot
/// hold, a query that fails as it runs. Adds to `found`. After a stop the rows just remain untried.
void try_rows(source_ref source, any_encoder const& encoder, export_options const& options, dry_run_report& found,
              std::stop_token const& stop = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/export/impl/dry_run.ipp>
#endif

#endif
