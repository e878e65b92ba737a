// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPY_TO_MANIFEST_HPP
#define COPY_TO_MANIFEST_HPP

#include <copyto/core/result.hpp>
#include <copyto/export/report.hpp>

#include <string_view>
#include <vector>

namespace copy_to {

/// The files that a manifest of ours lists (handoff/manifest.hpp): keys, rows, bytes and checksums. errc::bad_answer for
/// any other text.
[[nodiscard]] copyto::result<std::vector<copyto::file_report>> parse_manifest(std::string_view text);

} // namespace copy_to

#endif
