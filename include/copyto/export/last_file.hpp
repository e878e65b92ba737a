// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_LAST_FILE_HPP
#define COPYTO_EXPORT_LAST_FILE_HPP

#include <copyto/core/result.hpp>
#include <copyto/encode/sink.hpp>
#include <copyto/export/report.hpp>
#include <copyto/schema/field.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace copyto {

/// The files of an export once all rows are written, and before any of them is visible.
class written_files {
public:
  std::string_view export_id = {};
  std::string_view extension = {}; ///< of the files, e.g. "csv.gz"
  schema_view columns = {};        ///< of the rows
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::size_t count = 0; ///< of files

  /// File `i` of `count`. It is made anew, since there may be millions.
  [[nodiscard]] virtual file_report file(std::size_t i) const = 0;
  /// What users call a key, e.g. "s3://lake/orders/1.csv".
  [[nodiscard]] virtual std::string uri(std::string_view key) const = 0;

protected:
  ~written_files() = default;
};

/// A file that an export writes behind all others, and that becomes visible when they are: a manifest
/// (handoff/manifest.hpp), `_SUCCESS` (handoff/success_file.hpp). One object may serve several exports, also at the same time.
class last_file {
public:
  last_file() = default;
  last_file(last_file const&) = delete;
  last_file& operator=(last_file const&) = delete;
  virtual ~last_file() = default;

  /// Its key, which begins like those of the files; empty: `name` says it.
  [[nodiscard]] virtual std::string_view key() const noexcept = 0;
  /// Its name below the prefix; empty: "_copyto.manifest-<export id>.json".
  [[nodiscard]] virtual std::string_view name() const noexcept { return {}; }
  /// A media type (RFC 9110, section 8.3).
  [[nodiscard]] virtual std::string_view content_type() const noexcept = 0;
  /// Whether it is a manifest, from which the files can be loaded and verified.
  [[nodiscard]] virtual bool lists_files() const noexcept { return true; }
  /// Writes all of it. It may be long, and is best written file by file.
  [[nodiscard]] virtual result<void> write(written_files const& files, sink& to) const = 0;
};

} // namespace copyto

#endif
