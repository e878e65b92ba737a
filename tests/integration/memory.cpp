// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// memory FORMAT BYTES [postgres|shards|partitions]: exports BYTES of generated rows, or of a query's, as one stream, in six shards by
// three connections, or in 20 partitions by two threads, into a store that keeps nothing,
// and prints bytes of rows, bound, peak heap and peak resident memory, in bytes. Every operator new is counted; what C
// libraries allocate is in the resident memory only.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/codec/zstd.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/export/partition_by.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/postgres_shards.hpp>
#include <copyto/store/memory.hpp>

#include <fmt/format.h>

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace {

std::atomic<std::int64_t> heap = 0;
std::atomic<std::int64_t> peak = 0;

void* counted(void* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  std::int64_t const now = heap += static_cast<std::int64_t>(malloc_usable_size(memory));
  for (std::int64_t before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
  }
  return memory;
}
void released(void* memory) {
  heap -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

} // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  auto const unit = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* memory) noexcept { released(memory); }
void operator delete(void* memory, std::size_t) noexcept { released(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { released(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { released(memory); }

namespace {

struct reading {
  std::int64_t id = 0;
  std::chrono::sys_time<std::chrono::microseconds> at;
  double value = 0;
  std::optional<std::string> note;
  std::string station;
  copyto::decimal<15, 2> price;
};
BOOST_DESCRIBE_STRUCT(reading, (), (id, at, value, note, station, price))

/// Takes parts, as slowly as a network so that they pile up, and forgets them; the control object is kept.
class forgetful_store : public copyto::memory_store {
public:
  copyto::result<copyto::part_tag> put_part(std::string_view, std::string_view, std::uint32_t number,
                                            copyto::bytes_view body, std::stop_token const&) const {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return copyto::part_tag{
        .number = number, .size = body.size(), .tag = "a tag as long as those that Amazon S3 gives"};
  }
  copyto::result<std::string> complete(std::string_view key, std::string_view upload_id,
                                       std::span<copyto::part_tag const>, copyto::put_condition const&,
                                       std::stop_token const&) const {
    (void)abort(key, upload_id);
    return std::string("tag");
  }
};

std::int64_t peak_resident() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") {
      std::int64_t kilobytes = 0;
      status >> kilobytes;
      return kilobytes * 1024;
    }
  }
  throw std::runtime_error("no VmHWM in /proc/self/status");
}

/// Rows until their bytes come to `wanted`; `made` is how many there were so far.
auto generated_rows(std::uint64_t wanted, std::uint64_t& made) {
  return copyto::generate([wanted, &made, mix = std::uint64_t{88172645463325252U},
                           id = std::int64_t{0}]() mutable -> std::optional<reading> {
    if (made >= wanted) {
      return std::nullopt;
    }
    mix ^= mix << 13;
    mix ^= mix >> 7;
    mix ^= mix << 17;
    reading row;
    row.id = id++;
    row.at += std::chrono::microseconds(static_cast<std::int64_t>(mix >> 20));
    row.value = static_cast<double>(mix >> 11) * 0x1p-53;
    if (mix % 5 != 0) {
      row.note.emplace(mix % 300, static_cast<char>('a' + mix % 26));
      for (std::size_t i = 0; i + 8 <= row.note->size(); i += 16) { // half of it does not compress
        for (std::size_t j = 0; j != 8; ++j) {
          (*row.note)[i + j] = static_cast<char>('0' + ((mix * (i + 1)) >> (j * 7)) % 64);
        }
      }
    }
    row.station = "station " + std::to_string(mix % 1000);
    row.price = copyto::decimal<15, 2>::from_unscaled(static_cast<std::int64_t>(mix % 100'000'000)).value();
    made += 40 + (row.note ? row.note->size() : 0) + row.station.size();
    return row;
  });
}

/// The same from PostgreSQL, where the environment says: 304 bytes a row.
copyto::postgres_options queried_rows(std::uint64_t wanted, std::uint64_t& made) {
  std::uint64_t const rows = wanted / 304 + 1;
  made = rows * 304;
  return {.query = fmt::format("SELECT i AS id, to_timestamp(i) AS at, i / 7.0::double precision AS value, "
                               "repeat(md5(i::text), 8) AS note, 'station ' || i % 1000 AS station, "
                               "(i % 100000000)::numeric(15, 2) AS price FROM generate_series(1, {}::bigint) AS i",
                               rows)};
}

template <class Source, class Encoder>
int measure(Source source, Encoder encoder, std::uint64_t const& made, copyto::export_options options = {}) {
  std::int64_t const before = heap;
  options.to = copyto::into("p");
  options.connections = 3;
  auto job = copyto::make_exporter(std::move(source), std::move(encoder), forgetful_store(), options);
  std::uint64_t const bound = job.memory_bound().value();
  copyto::report const done = job.run().value();
  std::cout << made << ' ' << bound << ' ' << peak - before << ' ' << peak_resident() << ' ' << done.rows << ' '
            << done.bytes << ' ' << done.files.size() << '\n';
  return 0;
}

template <class Encoder>
int measure(Encoder encoder, std::uint64_t wanted, std::string_view from) {
  std::uint64_t made = 0;
  if (from == "shards") {
    copyto::postgres_shard_options const options{.rows = queried_rows(wanted, made), .shards = 6, .by = "id"};
    return measure(copyto::postgres_shards::open(options).value(), std::move(encoder), made);
  }
  if (from == "partitions") {
    copyto::export_options options{
        .partitions =
            copyto::partition_by({{.column = "id", .transform = copyto::partition_transform::bucket, .width = 20}}),
        .threads = 2};
    return measure(generated_rows(wanted, made), std::move(encoder), made, options);
  }
  return from == "postgres"
             ? measure(copyto::postgres_source::open(queried_rows(wanted, made)).value(), std::move(encoder), made)
             : measure(generated_rows(wanted, made), std::move(encoder), made);
}

} // namespace

int main(int argc, char** argv) {
  std::string_view const from = argc == 4 ? argv[3] : "";
  std::string_view const format =
      argc == 3 || from == "postgres" || from == "shards" || from == "partitions" ? argv[1] : "";
  std::uint64_t const wanted = argc >= 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  try {
    if (format == "csv") {
      return measure(copyto::csv(), wanted, from);
    }
    if (format == "csv-zstd") {
      return measure(copyto::csv(copyto::csv_options{.codec = copyto::zstd()}), wanted, from);
    }
    if (format == "parquet") {
      return measure(copyto::parquet(), wanted, from);
    }
    if (format == "snappy") {
      return measure(copyto::parquet(copyto::parquet_options{.codec = copyto::snappy()}), wanted, from);
    }
    if (format == "zstd") {
      return measure(copyto::parquet(copyto::parquet_options{.codec = copyto::zstd()}), wanted, from);
    }
  } catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
  std::cerr << "usage: memory csv|csv-zstd|parquet|snappy|zstd BYTES [postgres|shards|partitions]\n";
  return 2;
}
