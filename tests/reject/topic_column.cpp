// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-T05: the record format cannot write a column of this type
#include "topics.hpp"

int main() {
  std::vector<visit> const visits;
  auto job = copyto::make_topic_exporter(copyto::rows(visits), copyto::raw_records(), pages());
  return job.run().has_value() ? 0 : 1;
}
