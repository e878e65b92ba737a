// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// The least that reaches a bucket: first. Needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and a bucket of this name.
#include <copyto/copyto.hpp>
#include <copyto/s3.hpp>

#include <cstdio>

struct order {
  std::int64_t id;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, note))

int main() {
  std::vector<order> const orders = {{1, "first of the day"}, {2, std::nullopt}};

  auto lake = copyto::s3_store{copyto::aws{.bucket = "lake", .region = "eu-west-1"}, copyto::environment_keys{}};
  auto job = copyto::make_exporter(copyto::rows(orders), copyto::parquet{}, lake, {.to = copyto::into("orders")});
  if (copyto::result<copyto::report> const done = job.run(); !done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
}
