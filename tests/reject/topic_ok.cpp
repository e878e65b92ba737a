// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
#include "topics.hpp"

int main() {
  std::vector<visit> const visits;
  auto plain = copyto::make_topic_exporter(copyto::rows(visits), copyto::json_records(), pages(), {.key = {"id"}});
  auto keyed = copyto::make_topic_exporter(copyto::rows(visits), copyto::avro_records(), pages(),
                                           copyto::topic_key<"page", "id">());
  return plain.check() && keyed.check() ? 0 : 1;
}
