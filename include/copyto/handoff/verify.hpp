// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_VERIFY_HPP
#define COPYTO_HANDOFF_VERIFY_HPP

#include <copyto/core/config.hpp>
#include <copyto/core/result.hpp>
#include <copyto/export/report.hpp>
#include <copyto/store/ref.hpp>

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace copyto {

/// A file that is not what its manifest says.
struct file_fault {
  std::string key = {};
  std::string what = {}; ///< e.g. that it is missing, or has another size or checksum
};

/// What became of looking at every file of a manifest.
struct verification {
  std::string manifest = {}; ///< its key
  std::uint64_t files = 0;
  std::uint64_t rows = 0;  ///< as the manifest says
  std::uint64_t bytes = 0; ///< as the manifest says
  std::vector<file_fault> faults = {};
};

/// The files that a manifest of ours lists (handoff/manifest.hpp): keys, rows, bytes and checksums. errc::bad_answer for
/// any other text.
[[nodiscard]] result<std::vector<file_report>> parse_manifest(std::string_view text);

/// Key of the one manifest below a prefix that has no name of its own, or of that of the export `export_id`.
/// errc::not_found where there is none, errc::invalid_argument where there are several.
[[nodiscard]] result<std::string> find_manifest(store_ref store, std::string_view prefix,
                                                std::string_view export_id = {}, std::stop_token const& stop = {});

/// Reads every file that the manifest at `key` lists, and compares its size and checksum. An error only where the
/// manifest cannot be read, or after a stop; what is wrong with a file is in `faults`. Holds one file at a time in memory.
[[nodiscard]] result<verification> verify_manifest(store_ref store, std::string_view key,
                                                   std::stop_token const& stop = {});

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/verify.ipp>
#endif

#endif
