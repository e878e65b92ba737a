// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
// expect: copyto-V24: assume_role needs the credential provider that may assume the role
// twin: lines_role_ok.cpp
#include "export_lines.hpp"

int main() {
  std::vector<trade> const trades(3);
  auto store = copyto::s3_store{copyto::aws{.bucket = "lake", .region = "eu-west-1"},
                                copyto::assume_role{1, {.role_arn = "arn:aws:iam::1:role/x"}}};
  auto job = copyto::make_exporter(copyto::rows(trades), copyto::parquet{{.codec = copyto::snappy()}}, store,
                                   {.to = copyto::into("trades/day=1"), .max_file_size = 256 * copyto::MiB});
  copyto::report done = job.run().value();
  copyto::result<copyto::report> again = job.run(std::stop_token(), [](copyto::progress const&) {});
  return done.rows == again->rows ? 0 : 1;
}
