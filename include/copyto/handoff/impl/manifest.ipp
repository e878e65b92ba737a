// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_HANDOFF_IMPL_MANIFEST_IPP
#define COPYTO_HANDOFF_IMPL_MANIFEST_IPP

#include <copyto/handoff/manifest.hpp>

#include <copyto/commit/hive_path.hpp>
#include <copyto/core/json_text.hpp>
#include <copyto/core/version.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace copyto {

COPYTO_COLD std::string column_stats_json(column_stats const& stats) {
  std::string text = fmt::format("{{\"null_count\": {}", stats.null_count);
  if (stats.nan_count != 0) {
    text += fmt::format(", \"nan_count\": {}", stats.nan_count);
  }
  if (stats.lower_bound) {
    text += fmt::format(", \"lower_bound\": {}", json_text(*stats.lower_bound));
  }
  if (stats.upper_bound) {
    text += fmt::format(", \"upper_bound\": {}", json_text(*stats.upper_bound));
  }
  return text + '}';
}

COPYTO_COLD std::string partition_json(std::string_view path) {
  std::string text;
  for (auto const& [name, value] : hive_split(path)) {
    text += fmt::format("{}{}: {}", text.empty() ? "{" : ", ", json_text(name), value ? json_text(*value) : "null");
  }
  return text + '}';
}

namespace detail {

class manifest_file final : public last_file {
public:
  manifest_file(std::string key, std::string name) : key_(std::move(key)), name_(std::move(name)) {}

  [[nodiscard]] std::string_view key() const noexcept override { return key_; }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  [[nodiscard]] std::string_view content_type() const noexcept override { return "application/json"; }
  [[nodiscard]] result<void> write(written_files const& files, sink& to) const override {
    result<void> written = to.write("{\n  \"entries\": [");
    for (std::size_t i = 0; written && i != files.count; ++i) {
      written = to.write((i == 0 ? "" : ",") + entry(files, files.file(i)));
    }
    if (written) {
      written = to.write(middle(files));
    }
    for (std::size_t i = 0; written && i != files.count; ++i) {
      written = to.write((i == 0 ? "" : ",") + ours(files.file(i)));
    }
    return written ? to.write("\n  ]}\n}\n") : written;
  }

private:
  /// What Redshift reads of a file.
  static std::string entry(written_files const& files, file_report const& file) {
    return fmt::format("\n    {{\"url\": {}, \"mandatory\": true, \"meta\": {{\"content_length\": {}, "
                       "\"record_count\": {}}}}}",
                       json_text(files.uri(file.key)), file.bytes, file.rows);
  }
  static std::string middle(written_files const& files) {
    std::string text = "\n  ],\n  \"schema\": {\"elements\": [";
    for (field const& f : files.columns) {
      text += fmt::format("{}\n    {{\"name\": {}, \"type\": {{\"base\": {}}}, \"nullable\": {}}}",
                          &f == files.columns.data() ? "" : ",", json_text(f.name), json_text(describe(f)), f.optional);
    }
    return text + fmt::format("\n  ]}},\n  \"meta\": {{\"content_length\": {}, \"record_count\": {}}},\n"
                              "  \"author\": {{\"name\": \"copyto\", \"version\": {}}},\n"
                              "  \"copyto\": {{\"manifest\": 1, \"export_id\": {}, \"format\": {}, \"files\": [",
                              files.bytes, files.rows, json_text(version), json_text(files.export_id),
                              json_text(files.extension));
  }
  /// What `verify` reads of a file.
  static std::string ours(file_report const& file) {
    std::string text = fmt::format("\n    {{\"key\": {}, \"rows\": {}, \"bytes\": {}, \"crc64nvme\": \"{:016x}\"",
                                   json_text(file.key), file.rows, file.bytes, file.crc64nvme);
    if (!file.partition.empty()) {
      text += ", \"partition\": " + partition_json(file.partition);
    }
    if (!file.columns.empty()) {
      text += ", \"columns\": [";
      for (column_stats const& c : file.columns) {
        text += &c == file.columns.data() ? "" : ", ";
        text += column_stats_json(c);
      }
      text += ']';
    }
    return text + '}';
  }

  std::string key_;
  std::string name_;
};

} // namespace detail

COPYTO_COLD std::shared_ptr<last_file const> manifest(std::string key, std::string name) {
  return std::make_shared<detail::manifest_file>(std::move(key), std::move(name));
}

} // namespace copyto

#endif
