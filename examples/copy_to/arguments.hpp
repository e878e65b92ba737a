// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_ARGUMENTS_HPP
#define COPY_TO_ARGUMENTS_HPP

#include <copyto/commit/sweep.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/encode/parquet/reader.hpp>
#include <copyto/export/options.hpp>
#include <copyto/handoff/load_statement.hpp>
#include <copyto/source/arrow/adbc.hpp>
#include <copyto/source/postgres_tables.hpp>
#include <copyto/store/open.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace copy_to {

/// Where the files go, and how to get there.
struct store_arguments {
  copyto::store_target to = {};
  copyto::store_settings by = {};
};

enum class file_format : std::uint8_t { parquet, csv, pass_through };

/// What to export, and as what.
struct export_arguments {
  std::string sqlite = {};        ///< a file; or
  std::string postgres = {};      ///< a connection URI; or
  copyto::adbc_options adbc = {}; ///< a driver
  std::string table = {};
  std::string query = {};
  std::string arrays = {};  ///< PostgreSQL only: empty, "nested" or "text"
  std::string numeric = {}; ///< PostgreSQL only: empty, "text", or "PRECISION,SCALE"
  /// How many shards the rows come in; 0: the source decides; nothing: one stream.
  std::optional<std::uint32_t> shards = std::nullopt;
  std::string shard_by = {};     ///< the column that cuts them
  std::string shard_table = {};  ///< PostgreSQL only: the table of a query that is cut
  std::string pass_through = {}; ///< PostgreSQL only: options of its COPY
  file_format format = file_format::parquet;
  copyto::codec codec = {};
  copyto::reader::profile readers = copyto::reader::portable::value;
  copyto::parquet_options parquet = {}; ///< without its codec
  copyto::csv_options csv = {};         ///< without its codec
  copyto::export_options cut = {};      ///< destination, sizes of files and parts, and parts in flight
  bool skip_existing = false;           ///< nothing is exported where a finished export is
  std::string snapshot = {};            ///< PostgreSQL only: whose rows are seen
  bool dry_run = false;
  bool print_policy = false; ///< instead of an export
  /// Whose SQL to print that loads the files; nothing: none.
  std::optional<copyto::sql_dialect> load = std::nullopt;
  std::string load_table = {}; ///< empty: `table`
  std::string load_role = {};
  std::uint64_t memory_limit = std::numeric_limits<std::uint64_t>::max();
};

enum class command : std::uint8_t {
  copy,
  aurora_export,
  status,
  resume,
  abort,
  verify,
  sweep,
  validate,
  help,
  version
};

struct arguments;
struct topic_arguments; ///< of topic.hpp

/// Tables that are exported together.
struct table_arguments {
  std::string schema = {};             ///< all of it; or
  std::vector<std::string> names = {}; ///< these
  std::uint32_t jobs = 1;              ///< at the same time
  /// The command line of one of them.
  std::function<copyto::result<arguments>(copyto::postgres_table const&)> of = {};
};

struct arguments {
  command what = command::copy;
  store_arguments store = {};
  export_arguments copy = {};
  std::shared_ptr<table_arguments const> tables = nullptr; ///< nothing: it is one table or query
  std::shared_ptr<topic_arguments const> topic = nullptr;  ///< where rows go, if not into files
  std::string export_id =
      {}; ///< status, resume, abort, verify: of the export that is meant; empty: the one that is there
  copyto::sweep_options sweep = {};
  bool print_trust_policy = false; ///< of validate
  bool json = false;
  bool verbose = false;
};

/// Reads the command line. Whatever is wrong with it, also an option that would have no effect, is
/// errc::invalid_argument and names the option.
[[nodiscard]] copyto::result<arguments> parse_arguments(int count, char const* const* values);

} // namespace copy_to

#endif
