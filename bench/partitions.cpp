// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0
//
// partitions ORDER PARTITIONS ROWS THREADS MEMORY DIRECTORY: that many made-up rows, in random order or sorted by their key,
// exported once into DIRECTORY as Parquet (Snappy), a directory for each key, within so many MiB. ORDER: random, sorted, or
// `source`, random in one file without partitions, which the peers read. Prints nothing; bench/partitions.py looks at time, memory and files.
#include <copyto/encode/codec/snappy.hpp>
#include <copyto/encode/parquet.hpp>
#include <copyto/export/exporter.hpp>
#include <copyto/export/memory_bound.hpp>
#include <copyto/export/partition_by.hpp>
#include <copyto/schema/describe.hpp>
#include <copyto/source/generator.hpp>
#include <copyto/store/directory.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

struct sale {
  std::int32_t shop = 0;
  std::int64_t id = 0;
  std::int32_t quantity = 0;
  double price = 0;
  std::string article;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(sale, (), (shop, id, quantity, price, article, note))

/// splitmix64 of a number.
std::uint64_t mixed(std::uint64_t n) noexcept {
  n += 0x9e3779b97f4a7c15;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
  n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
  return n ^ (n >> 31);
}

} // namespace bench

int main(int count, char** values) {
  if (count != 7) {
    std::fputs("usage: partitions random|sorted|source PARTITIONS ROWS THREADS MEMORY DIRECTORY\n", stderr);
    return 2;
  }
  try {
    auto const number = [&](int i) { return std::stoull(values[i]); };
    std::string_view const order = values[1];
    std::uint64_t const partitions = number(2);
    std::uint64_t const rows = number(3);
    std::uint64_t next = 0;
    bench::sale row;
    auto source = copyto::generate([&]() -> std::optional<bench::sale> {
      if (next == rows) {
        return std::nullopt;
      }
      std::uint64_t const dice = bench::mixed(next);
      row.shop = static_cast<std::int32_t>(order == "sorted" ? next * partitions / rows : dice % partitions);
      row.id = static_cast<std::int64_t>(next++);
      row.quantity = static_cast<std::int32_t>(dice >> 40) % 50;
      row.price = static_cast<double>(dice >> 32) / 100;
      row.article.assign("article ").append(std::to_string(dice >> 50));
      row.note = std::to_string(dice);
      return row;
    });
    copyto::export_options options{.to = copyto::into(""),
                                   .max_file_size = (order == "source" ? 1024 : 64) * copyto::MiB,
                                   .threads = static_cast<std::uint32_t>(number(4))};
    if (order != "source") {
      options.partitions = copyto::partition_by({{.column = "shop"}}, {.most = 20'000});
    }
    copyto::directory_store const store(values[6]);
    copyto::parquet const encoder{{.codec = copyto::snappy()}};
    options = copyto::fit_memory(options, number(5) * copyto::MiB, source.schema(), copyto::any_encoder(encoder),
                                 store.limits())
                  .value();
    (void)copyto::make_exporter(std::move(source), encoder, store, options).run().value();
  } catch (std::exception const& e) {
    std::fprintf(stderr, "partitions: %s\n", e.what());
    return 1;
  }
}
