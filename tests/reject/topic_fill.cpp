// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-T02: the row source needs fill(batch&, std::stop_token)
#include "topics.hpp"

struct source {
  [[nodiscard]] copyto::schema_view schema() const { return copyto::schema_of<visit>::fields; }
};

int main() {
  auto job = copyto::make_topic_exporter(source(), copyto::json_records(), pages());
  return job.run().has_value() ? 0 : 1;
}
