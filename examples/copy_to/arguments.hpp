// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_ARGUMENTS_HPP
#define COPY_TO_ARGUMENTS_HPP

#include "target.hpp"

#include <copyto/core/bytes.hpp>
#include <copyto/core/result.hpp>

#include <cstdint>
#include <optional>
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
};

/// What to export, and as what.
struct export_arguments {
  std::string database = {};
  std::string table = {};
  std::string query = {};
  bool parquet = true;
  bool snappy = true;  ///< parquet only
  bool header = false; ///< csv only, as the next two
  char delimiter = ',';
  std::string null_text = {};
  std::uint64_t max_file_size = 256 * copyto::MiB;
};

enum class command : std::uint8_t { copy, status, resume, abort, help, version };

struct arguments {
  command what = command::copy;
  store_arguments store = {};
  export_arguments copy = {};
  bool json = false;
};

/// Reads the command line. Whatever is wrong with it, also an option that would have no effect, is
/// errc::invalid_argument and names the option.
[[nodiscard]] copyto::result<arguments> parse_arguments(int count, char const* const* values);

/// What --help prints.
[[nodiscard]] std::string help();

} // namespace copy_to

#endif
