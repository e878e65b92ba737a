// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#ifndef COPYTO_EXPORT_IMPL_REPORT_IPP
#define COPYTO_EXPORT_IMPL_REPORT_IPP

#include <copyto/export/report.hpp>

namespace copyto {

COPYTO_COLD report report_of(control_record const& record) {
  report made{.export_id = record.export_id, .rows = record.rows(), .bytes = record.bytes()};
  // What lists nothing is no manifest, but one of those files that are only there.
  bool const lists =
      !record.files.empty() && record.files.back().key == record.manifest && record.files.back().bytes != 0;
  made.manifest = lists ? record.manifest : std::string();
  made.shards.resize(record.shards);
  for (control_file const& f : record.files) {
    if (f.key != record.manifest) {
      shard_report& shard = made.shards[f.shard];
      shard.rows += f.rows;
      shard.bytes += f.bytes;
      ++shard.files;
      made.files.push_back(
          {.key = f.key, .shard = f.shard, .rows = f.rows, .bytes = f.bytes, .crc64nvme = f.crc64nvme});
    }
  }
  return made;
}

} // namespace copyto

#endif
