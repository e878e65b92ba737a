// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// postgres TABLE FORMAT THREADS DIRECTORY: a table of libpq's default database, exported once into DIRECTORY. FORMAT: csv or
// parquet (Snappy). Prints nothing; bench/postgres.py looks at time, memory and files.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/csv.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/source/postgres.hpp>
#include <copyto/store/directory.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

int main(int count, char** values) {
  if (count != 5) {
    std::fputs("usage: postgres TABLE csv|parquet THREADS DIRECTORY\n", stderr);
    return 2;
  }
  try {
    copyto::export_options const options{.to = copyto::into("t"),
                                         .threads = static_cast<std::uint32_t>(std::stoul(values[3]))};
    auto const run = [&](auto encoder) {
      auto source = copyto::postgres_source::open({.table = values[1]}).value();
      (void)copyto::make_exporter(std::move(source), std::move(encoder), copyto::directory_store(values[4]), options)
          .run()
          .value();
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
