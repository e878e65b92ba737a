// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-T06: the key names a column that the rows do not have
#include "topics.hpp"

int main() {
  std::vector<visit> const visits;
  auto job = copyto::make_topic_exporter(copyto::rows(visits), copyto::json_records(), pages(),
                                         copyto::topic_key<"id", "user">());
  return job.run().has_value() ? 0 : 1;
}
