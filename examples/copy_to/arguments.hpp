// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_ARGUMENTS_HPP
#define COPY_TO_ARGUMENTS_HPP

#include "target.hpp"

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>
#include <copyto/encode/codec/concept.hpp>
#include <copyto/encode/csv/options.hpp>

#include <cstdint>
#include <string>

namespace copy_to {

/// How to reach the target. Everything but `to` is for buckets only; what is not given comes from the environment
/// or from the service's profile.
struct store_arguments {
  target to = {};
  std::string profile = {}; ///< aws, gcs, r2, s3-compatible; empty: by the endpoint
  std::string endpoint = {};
  std::string region = {};
  bool path_style = false;
  bool allow_http = false;
  std::string ca_file = {};
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
  copyto::csv_options csv = {}; ///< without its codec
  std::uint64_t max_file_size = 256 * copyto::MiB;
};

enum class command : std::uint8_t { copy, status, resume, abort, help, version };

struct arguments {
  command what = command::copy;
  store_arguments store = {};
  export_arguments copy = {};
  bool json = false;
  bool verbose = false;
};

/// Reads the command line. Whatever is wrong with it, also an option that would have no effect, is
/// errc::invalid_argument and names the option.
[[nodiscard]] copyto::result<arguments> parse_arguments(int count, char const* const* values);

} // namespace copy_to

#endif
