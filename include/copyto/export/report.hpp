// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_REPORT_HPP
#define COPYTO_EXPORT_REPORT_HPP

#include <copyto/core/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace copyto {

/// One committed file.
struct file_report {
  std::string key = {};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t crc64nvme = 0; ///< checksum of its bytes, see core/crc.hpp
};

/// What was exported. Only a committed export has one.
struct report {
  std::string export_id = {};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::vector<file_report> files = {};
  /// Why open uploads could not be listed after requests had been repeated, as credentials that may not list them cause:
  /// of a request that was carried out twice an upload may be left, which nobody sees, until a lifecycle rule aborts it.
  std::optional<error> unlisted = std::nullopt;
};

} // namespace copyto

#endif
