// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// The rows of a PostgreSQL query, as Parquet in a bucket, through a role: query_to_s3 QUERY BUCKET PREFIX
//
// The database is libpq's default: PGHOST, PGDATABASE, PGUSER, PGPASSWORD and so on. The keys in AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY only ask for the role in ROLE_ARN, with the external id in ROLE_EXTERNAL_ID; its sessions are
// renewed as long as the export lasts. With AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_STS it talks to other services
// than Amazon's. Prints the files that it wrote.
#include <copyto/copyto.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/s3.hpp>
#include <copyto/source/postgres.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string environment(char const* name) {
  char const* value = std::getenv(name);
  return value != nullptr ? value : "";
}

copyto::s3_service service(std::string bucket) {
  if (std::string endpoint = environment("AWS_ENDPOINT_URL_S3"); !endpoint.empty()) {
    return copyto::s3_compatible{.bucket = std::move(bucket), .endpoint = std::move(endpoint), .allow_http = true};
  }
  return copyto::aws{.bucket = std::move(bucket), .region = environment("AWS_REGION")};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: query_to_s3 QUERY BUCKET PREFIX\n", stderr);
    return 2;
  }
  copyto::result<copyto::postgres_source> rows = copyto::postgres_source::open({.query = argv[1]});
  if (!rows) {
    std::fprintf(stderr, "%s\n", rows.error().message().c_str());
    return 1;
  }
  auto role = copyto::assume_role{copyto::environment_keys{},
                                  {.role_arn = environment("ROLE_ARN"),
                                   .external_id = environment("ROLE_EXTERNAL_ID"),
                                   .region = environment("AWS_REGION"),
                                   .endpoint = environment("AWS_ENDPOINT_URL_STS"),
                                   .allow_http = true}};
  auto job = copyto::make_exporter(*std::move(rows), copyto::parquet{{.codec = copyto::zstd()}},
                                   copyto::s3_store{service(argv[2]), role}, {.to = copyto::into(argv[3])});
  copyto::result<copyto::report> const done = job.run();
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  for (copyto::file_report const& file : done->files) {
    std::printf("%s: %llu rows, %llu bytes\n", file.key.c_str(), static_cast<unsigned long long>(file.rows),
                static_cast<unsigned long long>(file.bytes));
  }
}
