// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// topic BROKER TOPIC ROWS BYTES FORMAT: so many records of so many bytes (raw), or rows of six columns (json, avro), in one
// transaction. Prints records and bytes per second, and seconds of CPU.
#include <copyto/kafka.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

struct blob {
  std::string_view bytes;
};
BOOST_DESCRIBE_STRUCT(blob, (), (bytes))

struct trade {
  std::int64_t id;
  std::string_view symbol;
  double price;
  std::int32_t count;
  std::chrono::sys_time<std::chrono::microseconds> at;
  std::optional<std::string_view> note;
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, symbol, price, count, at, note))

double seconds_of_cpu() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  auto const seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

template <class Source, class Format>
int measure(Source source, Format format, char** values, std::vector<std::string> key) {
  auto job =
      copyto::make_topic_exporter(std::move(source), std::move(format),
                                  {.cluster = {.bootstrap = values[1]}, .name = values[2]}, {.key = std::move(key)});
  auto const done = job.run();
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  double const spent = std::chrono::duration<double>(done->times.exporting + done->times.committing).count();
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  std::printf("records=%.0f MB=%.1f cpu=%.2f rss=%ld\n", static_cast<double>(done->rows) / spent,
              static_cast<double>(done->bytes) / 1e6 / spent, seconds_of_cpu(), used.ru_maxrss / 1024);
  return 0;
}

} // namespace

int main(int count, char** values) {
  if (count != 6) {
    std::fprintf(stderr, "topic BROKER TOPIC ROWS BYTES FORMAT\n");
    return 2;
  }
  auto const rows = std::strtoll(values[3], nullptr, 10);
  std::string const bytes(std::strtoull(values[4], nullptr, 10), 'x');
  std::string_view const format = values[5];
  std::int64_t i = 0;
  if (format == "raw") {
    return measure(copyto::generate([&]() -> std::optional<blob> {
                     return i++ == rows ? std::nullopt : std::optional(blob{bytes});
                   }),
                   copyto::raw_records(), values, {});
  }
  auto trades = copyto::generate([&]() -> std::optional<trade> {
    if (i == rows) {
      return std::nullopt;
    }
    ++i;
    return trade{
        .id = i,
        .symbol = "COPY",
        .price = static_cast<double>(i) / 8,
        .count = static_cast<std::int32_t>(i % 1000),
        .at = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(1'700'000'000'000'000 + i)),
        .note = i % 3 == 0 ? std::nullopt : std::optional<std::string_view>("some words of a note")};
  });
  return format == "avro" ? measure(std::move(trades), copyto::avro_records(), values, {"id"})
                          : measure(std::move(trades), copyto::json_records(), values, {"id"});
}
