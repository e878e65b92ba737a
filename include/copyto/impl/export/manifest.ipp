// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_IMPL_EXPORT_MANIFEST_IPP
#define COPYTO_IMPL_EXPORT_MANIFEST_IPP

#include <copyto/core/json_text.hpp>
#include <copyto/core/version.hpp>
#include <copyto/export/manifest.hpp>
#include <copyto/schema/schema.hpp>

#include <fmt/format.h>

namespace copyto {

COPYTO_DECL std::string manifest_begin() { return "{\n  \"entries\": ["; }

COPYTO_DECL std::string manifest_entry(file_report const& file, std::string_view uri, bool first) {
  return fmt::format("{}\n    {{\"url\": {}, \"mandatory\": true, \"meta\": {{\"content_length\": {}, "
                     "\"record_count\": {}}}}}",
                     first ? "" : ",", json_text(uri), file.bytes, file.rows);
}

COPYTO_DECL std::string manifest_middle(manifest_facts const& facts) {
  std::string text = "\n  ],\n  \"schema\": {\"elements\": [";
  for (field const& f : facts.columns) {
    text += fmt::format("{}\n    {{\"name\": {}, \"type\": {{\"base\": {}}}, \"nullable\": {}}}",
                        &f == facts.columns.data() ? "" : ",", json_text(f.name), json_text(describe(f)), f.optional);
  }
  text += fmt::format("\n  ]}},\n  \"meta\": {{\"content_length\": {}, \"record_count\": {}}},\n"
                      "  \"author\": {{\"name\": \"copyto\", \"version\": {}}},\n"
                      "  \"copyto\": {{\"manifest\": 1, \"export_id\": {}, \"format\": {}, \"files\": [",
                      facts.bytes, facts.rows, json_text(version), json_text(facts.export_id), json_text(facts.format));
  return text;
}

COPYTO_DECL std::string manifest_file(file_report const& file, bool first) {
  std::string text = fmt::format("{}\n    {{\"key\": {}, \"rows\": {}, \"bytes\": {}, \"crc64nvme\": \"{:016x}\"",
                                 first ? "" : ",", json_text(file.key), file.rows, file.bytes, file.crc64nvme);
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

COPYTO_DECL std::string column_stats_json(column_stats const& stats) {
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

COPYTO_DECL std::string manifest_end() { return "\n  ]}\n}\n"; }

} // namespace copyto

#endif
