// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_OPTIONS_HPP
#define COPYTO_EXPORT_OPTIONS_HPP

#include <copyto/core/bytes.hpp>
#include <copyto/schema/batch.hpp>

#include <cstdint>
#include <string>

namespace copyto {

/// Where an export goes and how it is cut.
struct export_options {
  /// Keys begin with this and a slash; slashes at both ends are trimmed. Empty: the whole store. It
  /// must hold no objects.
  std::string prefix = {};
  /// Size at which a file ends, bytes as encoded. What a file may be larger by is in the encoder's
  /// documentation; a row is never cut.
  std::uint64_t max_file_size = 256 * MiB;
  /// Bytes of each part of an upload, but the last. Raised to what the store demands.
  std::uint64_t part_size = 8 * MiB;
  /// Parts that are sent at the same time, each on its own connection.
  std::uint32_t parts_in_flight = 4;
  /// Rows a batch. Has no influence on the files.
  std::size_t batch_rows = batch::default_rows;
  /// Names the export in its keys; made from the time and 64 random bits when empty. Letters, digits
  /// and `-`.
  std::string export_id = {};
};

} // namespace copyto

#endif
