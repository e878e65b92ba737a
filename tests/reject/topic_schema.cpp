// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-T01: the row source has no schema()
#include "topics.hpp"

struct source {};

int main() {
  auto job = copyto::make_topic_exporter(source(), copyto::json_records(), pages());
  return job.run().has_value() ? 0 : 1;
}
