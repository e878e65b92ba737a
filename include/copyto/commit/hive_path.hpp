// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_COMMIT_HIVE_PATH_HPP
#define COPYTO_COMMIT_HIVE_PATH_HPP

#include <copyto/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace copyto {

/// Partitions as Hive keeps them in paths: "region=eu/day=2024-01-31". Pure functions.

/// What stands for NULL (Hive's hive.exec.default.partition.name).
inline constexpr std::string_view hive_null = "__HIVE_DEFAULT_PARTITION__";

/// A name or value in such a path: control characters and `"#%'*/:=?\{}[]^` are percent-encoded, as Hive does it
/// (org.apache.hadoop.hive.common.FileUtils.escapePathName), and `}`, too, which has a meaning in file names here.
[[nodiscard]] std::string hive_escape(std::string_view text);

/// Names and values of such a path, unescaped; nullopt is NULL.
using hive_values = std::vector<std::pair<std::string, std::optional<std::string>>>;
[[nodiscard]] hive_values hive_split(std::string_view path);

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/commit/impl/hive_path.ipp>
#endif

#endif
