// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V16: the encoder cannot write a column of this type
#include "export_lines.hpp"

struct leg {
  std::int64_t quantity = 0;
  std::chrono::sys_time<std::chrono::nanoseconds> at = {}; // not in files for every reader, also within a list
};
BOOST_DESCRIBE_STRUCT(leg, (), (quantity, at))
struct order {
  std::int64_t id = 0;
  std::vector<leg> legs = {};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, legs))

int main() {
  std::vector<order> const trades(3);
  auto store = copyto::s3_store{copyto::aws{.bucket = "lake", .region = "eu-west-1"}, copyto::environment_keys{}};
  auto job = copyto::make_exporter(copyto::rows(trades), copyto::parquet{{.codec = copyto::snappy()}}, store,
                                   {.to = copyto::into("trades/day=1"), .max_file_size = 256 * copyto::MiB});
  copyto::report done = job.run().value();
  copyto::result<copyto::report> again = job.run(std::stop_token(), [](copyto::progress const&) {});
  return done.rows == again->rows ? 0 : 1;
}
