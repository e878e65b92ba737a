// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// A stranger's program: exports rows and looks at what came out.
#include <copyto/copyto.hpp>
#ifdef CONSUME_s3
#include <copyto/s3.hpp>
#endif
#ifdef CONSUME_snappy
#include <copyto/encode/codec/snappy.hpp>
#endif
#ifdef CONSUME_sqlite
#include <copyto/source/sqlite.hpp>
#endif

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

struct trade {
  std::int64_t id;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, note))

int main() {
  std::vector<trade> const trades{{1, "first"}, {2, std::nullopt}};
  copyto::memory_store const store;
  auto job = copyto::make_exporter(copyto::rows(trades), copyto::csv{}, store, {.to = copyto::into("trades")});
  copyto::result<copyto::report> const done = job.run();
  if (!done) {
    std::cout << done.error().message() << '\n';
    return 1;
  }
  auto const objects = store.objects();
  if (objects.size() != 1 || objects.begin()->second.body != "1,first\n2,\n") {
    std::cout << "the file does not hold the rows\n";
    return 1;
  }
#ifdef CONSUME_s3
  copyto::s3_store const bucket(copyto::aws{.bucket = "lake", .region = "eu-west-1"}, copyto::static_keys("id", "key"));
  if (bucket.uri("a") != "s3://lake/a") {
    std::cout << "the bucket is called " << bucket.uri("a") << '\n';
    return 1;
  }
#endif
#ifdef CONSUME_sqlite
  if (auto const none = copyto::sqlite_source::open("no-such.db", {.table = "t"}); none) {
    std::cout << "a database is there that is not\n";
    return 1;
  }
#endif
  std::cout << "consumed copyto " << copyto::version << '\n';
}
