// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// A vector of structs becomes Parquet files in the directory `trades`, which must be empty or missing.
// Prints how many rows and files there are.
#include <copyto/copyto.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

struct trade {
  std::int64_t id;
  copyto::decimal<15, 2> price;
  std::optional<std::string> note;
  std::chrono::sys_time<std::chrono::microseconds> at;
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, price, note, at))

int main() {
  using std::chrono::sys_days, std::chrono::year, std::chrono::hours;
  sys_days const day = year(2026) / 11 / 20;
  std::vector<trade> const trades = {
      {1, copyto::decimal<15, 2>::parse("19.99").value(), "first of the day", day + hours(9)},
      {2, copyto::decimal<15, 2>::parse("-5.00").value(), std::nullopt, day + hours(17)},
  };

  auto job = copyto::make_exporter(copyto::rows(trades), copyto::parquet{}, copyto::directory_store{"trades"});
  copyto::result<copyto::report> done = job.run();
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  std::printf("%zu rows in %zu file\n", static_cast<std::size_t>(done->rows), done->files.size());
}
