// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V07: this provider issues credentials of another service
#include "export_lines.hpp"

#include <copyto/auth/instance.hpp>

int main() {
  std::vector<trade> const trades(3);
  auto store = copyto::s3_store{copyto::r2{.account = "a", .bucket = "lake"}, copyto::instance_credentials{}};
  auto job = copyto::make_exporter(copyto::rows(trades), copyto::parquet{{.codec = copyto::snappy()}}, store,
                                   {.to = copyto::into("trades/day=1"), .max_file_size = 256 * copyto::MiB});
  copyto::report done = job.run().value();
  copyto::result<copyto::report> again = job.run(std::stop_token(), [](copyto::progress const&) {});
  return done.rows == again->rows ? 0 : 1;
}
