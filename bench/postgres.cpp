// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// postgres TABLE FORMAT THREADS DIRECTORY [SHARDS CONNECTIONS]: a table of libpq's default database, exported once into
// DIRECTORY, as one stream, or in shards by as many connections. FORMAT: csv or parquet (Snappy). Prints nothing; bench/postgres.py looks at time, memory and files.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/source/postgres_shards.hpp>
#include <copyto/store/directory.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

int main(int count, char** values) {
  if (count != 5 && count != 7) {
    std::fputs("usage: postgres TABLE csv|parquet THREADS DIRECTORY [SHARDS CONNECTIONS]\n", stderr);
    return 2;
  }
  try {
    auto const number = [&](int i) { return static_cast<std::uint32_t>(std::stoul(values[i])); };
    copyto::export_options const options{
        .to = copyto::into("t"), .threads = number(3), .connections = count == 7 ? number(6) : 1};
    auto const write = [&](auto source, auto encoder) {
      (void)copyto::make_exporter(std::move(source), std::move(encoder), copyto::directory_store(values[4]), options)
          .run()
          .value();
    };
    auto const run = [&](auto encoder) {
      copyto::postgres_options const rows{.table = values[1]};
      if (count == 7) {
        write(copyto::postgres_shards::open({.rows = rows, .shards = number(5)}).value(), std::move(encoder));
      } else {
        write(copyto::postgres_source::open(rows).value(), std::move(encoder));
      }
    };
    if (std::string_view(values[2]) == "csv") {
      run(copyto::csv{{.header = copyto::csv_header::every_file}});
    } else {
      run(copyto::parquet{{.codec = copyto::snappy()}});
    }
  } catch (std::exception const& e) {
    std::fprintf(stderr, "postgres: %s\n", e.what());
    return 1;
  }
}
