// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_REPORT_HPP
#define COPYTO_EXPORT_REPORT_HPP

#include <cstdint>
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
};

} // namespace copyto

#endif
