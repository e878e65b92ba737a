// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_SUCCESS_FILE_HPP
#define COPYTO_HANDOFF_SUCCESS_FILE_HPP

#include <copyto/core/config.hpp>
#include <copyto/export/last_file.hpp>

#include <memory>
#include <string_view>

namespace copyto {

/// What Hadoop and Spark call the file that says that all others are there (Hadoop, FileOutputCommitter).
inline constexpr std::string_view success_file_name = "_SUCCESS";

/// An empty file that becomes visible after all others, for jobs that wait for one. `export_options::last` takes it. One
/// that an earlier export has left says nothing of this one: it stands until this one's takes its place.
///
/// A manifest says the same, and more: `manifest({}, "_SUCCESS")` has that name, as Hadoop's S3A committers have a JSON text
/// there.
[[nodiscard]] std::shared_ptr<last_file const> success_file();

} // namespace copyto

#ifdef COPYTO_HEADER_ONLY
#include <copyto/handoff/impl/success_file.ipp>
#endif

#endif
