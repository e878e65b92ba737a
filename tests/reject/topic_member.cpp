// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-T04: the row type is no schema
#include "topics.hpp"

struct odd {
  std::int64_t id = 0;
  void* where = nullptr;
};
BOOST_DESCRIBE_STRUCT(odd, (), (id, where))

int main() {
  std::vector<odd> const all;
  auto job = copyto::make_topic_exporter(copyto::rows(all), copyto::json_records(), pages());
  return job.run().has_value() ? 0 : 1;
}
