// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// An export to a bucket: to_s3 BUCKET PREFIX
//
// Shows a store with credentials, a codec, progress and a stop: it gives up after a minute, and then nothing is
// visible. Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION; with AWS_ENDPOINT_URL_S3 (https:// or, for
// this example, http://) it talks to another service than Amazon's. Prints the files that it wrote.
#include <copyto/copyto.hpp>
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/s3.hpp>

#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <ranges>
#include <string>
#include <thread>

struct reading {
  std::int32_t sensor;
  std::chrono::sys_time<std::chrono::milliseconds> at;
  double celsius;
};
BOOST_DESCRIBE_STRUCT(reading, (), (sensor, at, celsius))

namespace {

reading measure(int i) {
  using std::chrono::sys_days, std::chrono::year, std::chrono::seconds;
  return {i % 10, sys_days(year(2026) / 1 / 1) + seconds(i), 20 + 5 * std::sin(i / 3600.0)};
}

std::string environment(char const* name) {
  char const* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Everything up to here is known to the compiler; which service it is, only at run time.
copyto::s3_service service(std::string bucket) {
  if (std::string endpoint = environment("AWS_ENDPOINT_URL_S3"); !endpoint.empty()) {
    return copyto::s3_compatible{.bucket = std::move(bucket), .endpoint = std::move(endpoint), .allow_http = true};
  }
  return copyto::aws{.bucket = std::move(bucket), .region = environment("AWS_REGION")};
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: to_s3 BUCKET PREFIX\n", stderr);
    return 2;
  }
  auto readings = std::views::iota(0, 100'000) | std::views::transform(measure);
  auto store = copyto::s3_store{service(argv[1]), copyto::environment_keys{}};
  auto job = copyto::make_exporter(copyto::rows(readings), copyto::parquet{{.codec = copyto::snappy()}}, store,
                                   {.to = copyto::into(argv[2]), .max_file_size = 512 * copyto::KiB});

  // Any thread may ask for a stop, at any time.
  std::stop_source stop;
  std::jthread const alarm([&](std::stop_token const& done) {
    std::mutex mutex;
    std::condition_variable_any clock;
    std::unique_lock lock(mutex);
    if (!clock.wait_for(lock, done, std::chrono::minutes(1), [&] { return done.stop_requested(); })) {
      stop.request_stop();
    }
  });

  copyto::result<copyto::report> done = job.run(stop.get_token(), [](copyto::progress const& p) {
    if (p.stage == copyto::export_stage::done) {
      std::printf("%llu rows uploaded\n", static_cast<unsigned long long>(p.rows));
    }
  });
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  for (copyto::file_report const& file : done->files) {
    std::printf("%s: %llu rows, %llu bytes\n", store.uri(file.key).c_str(), static_cast<unsigned long long>(file.rows),
                static_cast<unsigned long long>(file.bytes));
  }
}
