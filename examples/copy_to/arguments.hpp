// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_ARGUMENTS_HPP
#define COPY_TO_ARGUMENTS_HPP

#include "target.hpp"

#include <copyto/commit/sweep.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/csv/options.hpp>
#include <copyto/encode/parquet/options.hpp>
#include <copyto/encode/parquet/reader.hpp>
#include <copyto/export/options.hpp>
#include <copyto/handoff/load_statement.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace copy_to {

/// How to reach the target. Everything but `to` is for buckets only; what is not given comes from the environment
/// or from the service's profile.
struct store_arguments {
  target to = {};
  std::string aws_profile = {}; ///< of the shared AWS configuration; empty: the environment has the keys
  std::string profile = {};     ///< aws, gcs, r2, s3-compatible; empty: by the endpoint
  std::string endpoint = {};
  std::string region = {};
  std::string account = {};      ///< of R2
  std::string jurisdiction = {}; ///< of R2
  bool path_style = false;
  bool allow_http = false;
  std::string ca_file = {};
  std::string proxy = {};
  std::string storage_class = {};
  /// Of an s3-compatible store; nothing: it is found out.
  std::optional<bool> conditional_writes = std::nullopt;
  std::string role_arn = {}; ///< empty: no role is assumed, and the next three are empty
  std::string external_id = {};
  std::string role_session_name = {}; ///< empty: one of the library's
  std::string sts_endpoint = {};
};

enum class file_format : std::uint8_t { parquet, csv, pass_through };

/// What to export, and as what.
struct export_arguments {
  std::string sqlite = {};   ///< a file; or
  std::string postgres = {}; ///< a connection URI
  std::string table = {};
  std::string query = {};
  std::string numeric = {};      ///< PostgreSQL only: empty, "text", or "PRECISION,SCALE"
  std::string pass_through = {}; ///< PostgreSQL only: options of its COPY
  file_format format = file_format::parquet;
  copyto::codec codec = {};
  copyto::reader::profile readers = copyto::reader::portable::value;
  copyto::parquet_options parquet = {}; ///< without its codec
  copyto::csv_options csv = {};         ///< without its codec
  copyto::export_options cut = {};      ///< names, mode, sizes of files and parts, and parts in flight
  bool one_key = false;                 ///< `to` names the one key, or the first
  bool dry_run = false;
  bool print_policy = false; ///< instead of an export
  /// Whose SQL to print that loads the files; nothing: none.
  std::optional<copyto::sql_dialect> load = std::nullopt;
  std::string load_table = {}; ///< empty: `table`
  std::string load_role = {};
  std::uint64_t memory_limit = std::numeric_limits<std::uint64_t>::max();
};

enum class command : std::uint8_t { copy, aurora_export, status, resume, abort, verify, sweep, help, version };

struct arguments {
  command what = command::copy;
  store_arguments store = {};
  export_arguments copy = {};
  std::string export_id =
      {}; ///< status, resume, abort, verify: of the export that is meant; empty: the one that is there
  copyto::sweep_options sweep = {};
  bool json = false;
  bool verbose = false;
};

/// Reads the command line. Whatever is wrong with it, also an option that would have no effect, is
/// errc::invalid_argument and names the option.
[[nodiscard]] copyto::result<arguments> parse_arguments(int count, char const* const* values);

} // namespace copy_to

#endif
