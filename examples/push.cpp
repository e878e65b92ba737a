// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// Rows that a loop of the program's own makes: push. Writes into the directory ticks, which must not exist.
#include <copyto/copyto.hpp>

#include <cmath>
#include <cstdio>

struct tick {
  std::int64_t number;
  double price;
};
BOOST_DESCRIBE_STRUCT(tick, (), (number, price))

/// Whatever gives a program its rows: a socket, a queue, a simulation.
bool next(tick& t) {
  t = {t.number + 1, 100 + std::sin(static_cast<double>(t.number))};
  return t.number <= 100'000;
}

int main() {
  auto out = copyto::open_export<tick>(copyto::parquet{}, copyto::directory_store{"ticks"});
  for (tick t = {}; next(t);) {
    if (copyto::result<void> const pushed = out.push(t); !pushed) {
      std::fprintf(stderr, "%s\n", pushed.error().message().c_str());
      return 1; // nothing is visible: `out` aborts
    }
  }
  copyto::result<copyto::report> const done = out.commit();
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    return 1;
  }
  std::printf("%zu rows in %zu file\n", static_cast<std::size_t>(done->rows), done->files.size());
}
